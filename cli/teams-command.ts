import { randomInt } from 'node:crypto';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { isNetwork } from '../lambdas/core/cidr.ts';
import { MAX_BURST, MAX_PER_MINUTE, SLACK_TIERS, type SlackTier } from '../lambdas/core/rate-limit.ts';
import { TEAM_STATES, type Team, type TeamState } from '../lambdas/core/user.ts';
import { type Connection, connect } from './connect.ts';
import { type PrintOptions, print, printTable } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot teams …`: Slack's workspaces, their state, from where their tokens may be used, and how often. */
export function teamsCommand(): Command {
  const teams = new Command('teams').description(
    'Create, list and show teams, and set their state, networks and rate limits.',
  );

  teams
    .command('create')
    .description('Create a team and print its id.')
    .requiredOption('--name <name>', 'what it is called')
    .option('--domain <domain>', 'its subdomain at Slack (default: its id)')
    .action(async (given: { name: string; domain?: string } & PrintOptions) => {
      // `T` and ten digits, in the shape of Slack's.
      const id = `T${randomInt(1_000_000_000, 9_999_999_999)}`;
      const atFirst = { state: 'active', allowedNetworks: [], limits: {} } satisfies Partial<Team>;
      const team: Team = { id, name: given.name, domain: given.domain ?? id.toLowerCase(), ...atFirst };
      if (!(await connect().teams.add(team))) throw new UserError(`the id ${id} is taken; try again`);
      print(summary(team), given, id);
    });

  teams
    .command('list')
    .description('List all teams.')
    .action(async (given: PrintOptions) => {
      const all = (await connect().teams.list()).sort((a, b) => a.id.localeCompare(b.id));
      if (given.json) return print(all.map(summary), given);
      printTable(
        ['TEAM ID', 'NAME', 'STATE'],
        all.map(({ id, name, state }) => [id, name, state]),
      );
    });

  teams
    .command('show <team>')
    .description('Show one team.')
    .action(async (id: string, given: PrintOptions) => print(summary(await mustFindTeam(id, connect())), given));

  teams
    .command('state')
    .description("Set a team's state. Its tokens work while it is active.")
    .argument('<team>', 'team id')
    .addArgument(new Argument('<state>', 'state').choices(TEAM_STATES))
    .action(async (id: string, state: TeamState, given: PrintOptions) => {
      const service = connect();
      const team = await mustFindTeam(id, service);
      await service.teams.setState(id, state);
      print(summary({ ...team, state }), given, `${id} is ${state}`);
    });

  teams
    .command('networks')
    .description("Set the networks from which a team's tokens work; none for everywhere.")
    .argument('<team>', 'team id')
    .argument('[networks...]', 'e.g. 192.0.2.0/24 2001:db8::/32')
    .action(async (id: string, allowedNetworks: string[], given: PrintOptions) => {
      const wrong = allowedNetworks.find((network) => !isNetwork(network));
      if (wrong !== undefined) throw new UserError(`${wrong} is not a network, such as 192.0.2.0/24 or 2001:db8::/32`);
      const service = connect();
      const team = await mustFindTeam(id, service);
      await service.teams.setAllowedNetworks(id, allowedNetworks);
      const from = allowedNetworks.length === 0 ? 'everywhere' : allowedNetworks.join(' ');
      print(summary({ ...team, allowedNetworks }), given, `tokens of ${id} work from ${from}`);
    });

  addLimitOptions(
    teams
      .command('limits <team>')
      .description("Set a team's rate limits, for each method and app. What is not named stays."),
  ).action(async (id: string, given: PrintOptions & LimitOptions) => {
    const service = connect();
    const team = await mustFindTeam(id, service);
    const limits = readLimits(given, team.limits);
    await service.teams.setLimits(id, limits);
    print(summary({ ...team, limits }), given);
  });
  return teams;
}

/** @throws UserError when there is none */
async function mustFindTeam(id: string, { teams }: Connection): Promise<Team> {
  const team = /^T.{0,100}$/.test(id) ? await teams.get(id) : undefined;
  if (team === undefined) throw new UserError(`there is no team ${id}; see: headshot teams list`);
  return team;
}

const summary = (team: Team) => ({
  team_id: team.id,
  name: team.name,
  domain: team.domain,
  state: team.state,
  allowed_networks: team.allowedNetworks,
  limits: Object.fromEntries(
    (Object.keys(SLACK_TIERS) as SlackTier[]).map((tier) => {
      const { perMinute, burst } = team.limits[tier] ?? SLACK_TIERS[tier];
      return [tier, { per_minute: perMinute, burst }];
    }),
  ),
});

/** The options of `headshot teams limits`: a rate and a burst for each of Slack's tiers. */
interface LimitOptions {
  tier2?: number;
  tier2Burst?: number;
  tier4?: number;
  tier4Burst?: number;
  special?: number;
  specialBurst?: number;
  defaults?: boolean;
}

const METHODS: Record<SlackTier, string> = {
  tier2: 'users.setPhoto and users.deletePhoto',
  tier4: 'users.info and users.profile.get',
  special: 'auth.test',
};

function addLimitOptions(command: Command): Command {
  for (const [tier, methods] of Object.entries(METHODS)) {
    const { perMinute, burst } = SLACK_TIERS[tier as SlackTier];
    command
      .option(`--${tier} <calls>`, `calls a minute of ${methods} (Slack: ${perMinute})`, upTo(MAX_PER_MINUTE))
      .option(`--${tier}-burst <calls>`, `calls at once (default: ${burst})`, upTo(MAX_BURST));
  }
  return command.option('--defaults', 'go back to the defaults first');
}

/** A team's limits after a command. */
function readLimits(given: LimitOptions, before: Team['limits']): Team['limits'] {
  const limits: Team['limits'] = given.defaults ? {} : { ...before };
  for (const [tier, perMinute, burst] of [
    ['tier2', given.tier2, given.tier2Burst],
    ['tier4', given.tier4, given.tier4Burst],
    ['special', given.special, given.specialBurst],
  ] as const) {
    if (perMinute === undefined && burst === undefined) continue;
    const now = limits[tier] ?? SLACK_TIERS[tier];
    limits[tier] = { perMinute: perMinute ?? now.perMinute, burst: burst ?? now.burst };
  }
  return limits;
}

const upTo = (max: number) => (text: string) => {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > max) throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  return number;
};
