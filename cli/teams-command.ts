import { randomInt } from 'node:crypto';
import { Argument, Command } from 'commander';
import { isNetwork } from '../lambdas/core/cidr.ts';
import { SLACK_TIERS, type SlackTier } from '../lambdas/core/slack-rate-limits.ts';
import { TEAM_STATES, type Team, type TeamState } from '../lambdas/core/user.ts';
import { type Connection, connect } from './connect.ts';
import { printJson, printPairs, printTable } from './print.ts';
import { addLimitOptions, type LimitOptions, readLimits } from './team-limits.ts';
import { UserError } from './user-error.ts';

/** `headshot teams …`: Slack's workspaces, their state, where their tokens may be used from, and how often. */
export function teamsCommand(): Command {
  const teams = new Command('teams').description(
    'Create, list and show teams, and set their state, networks and limits.',
  );

  teams
    .command('create')
    .description('Create a team and print its id.')
    .requiredOption('--name <name>', 'what it is called')
    .option('--domain <domain>', 'its subdomain at Slack (default: its id)')
    .option('--json', 'print one JSON object')
    .action(async ({ name, domain, json }: { name: string; domain?: string; json?: boolean }) => {
      // `T` and ten digits, in the shape of Slack's.
      const id = `T${randomInt(1_000_000_000, 9_999_999_999)}`;
      const atFirst = { state: 'active', allowedNetworks: [], limits: {} } satisfies Partial<Team>;
      const team: Team = { id, name, domain: domain ?? id.toLowerCase(), ...atFirst };
      if (!(await connect().teams.add(team))) throw new UserError(`the id ${id} is taken; try again`);
      if (json) printJson(summary(team));
      else console.log(id);
    });

  teams
    .command('list')
    .description('List all teams.')
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const all = (await connect().teams.list()).sort((a, b) => a.id.localeCompare(b.id));
      if (json) return printJson(all.map(summary));
      printTable(
        ['TEAM ID', 'NAME', 'STATE'],
        all.map(({ id, name, state }) => [id, name, state]),
      );
    });

  teams
    .command('show <team>')
    .description('Show one team.')
    .option('--json', 'print one JSON object')
    .action(async (id: string, { json }: { json?: boolean }) => print(await mustFindTeam(id, connect()), json));

  teams
    .command('state')
    .description('Set the state of a team. Only the tokens of an active one work.')
    .argument('<team>', 'team id')
    .addArgument(new Argument('<state>', 'state').choices(TEAM_STATES))
    .option('--json', 'print one JSON object')
    .action(async (id: string, state: TeamState, { json }: { json?: boolean }) => {
      const service = connect();
      const team = await mustFindTeam(id, service);
      await service.teams.setState(id, state);
      print({ ...team, state }, json);
    });

  teams
    .command('networks')
    .description("Say from where a team's tokens may be used: networks or addresses; none for everywhere.")
    .argument('<team>', 'team id')
    .argument('[networks...]', 'e.g. 192.0.2.0/24 2001:db8::/32')
    .option('--json', 'print one JSON object')
    .action(async (id: string, allowedNetworks: string[], { json }: { json?: boolean }) => {
      const wrong = allowedNetworks.find((network) => !isNetwork(network));
      if (wrong !== undefined) throw new UserError(`${wrong} is not a network, such as 192.0.2.0/24 or 2001:db8::/32`);
      const service = connect();
      const team = await mustFindTeam(id, service);
      await service.teams.setAllowedNetworks(id, allowedNetworks);
      print({ ...team, allowedNetworks }, json);
    });

  addLimitOptions(
    teams
      .command('limits <team>')
      .description("Set a team's rate limits, for each method and app. What is not named stays as it is.")
      .option('--json', 'print one JSON object'),
  ).action(async (id: string, { json, ...given }: { json?: boolean } & LimitOptions) => {
    const service = connect();
    const team = await mustFindTeam(id, service);
    const limits = readLimits(given, team.limits);
    await service.teams.setLimits(id, limits);
    print({ ...team, limits }, json);
  });
  return teams;
}

/** @throws UserError when there is none. */
export async function mustFindTeam(id: string, { teams }: Connection): Promise<Team> {
  const team = /^T.{0,100}$/.test(id) ? await teams.get(id) : undefined;
  if (team === undefined) throw new UserError(`there is no team ${id}`);
  return team;
}

const print = (team: Team, json: boolean | undefined): void =>
  json
    ? printJson(summary(team))
    : printPairs(
        Object.entries(summary(team)).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      );

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
