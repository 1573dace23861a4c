import { Argument, Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { type CreateRefusal, createUser } from '../lambdas/flow/create-user.ts';
import { issueCredentials, setTwitterAccess, TWITTER_ACCESS } from '../lambdas/flow/issue-credentials.ts';
import { type Connection, connect, mustFind } from './connect.ts';
import { eraseCommand } from './erase-command.ts';
import { printJson, printPairs, printTable } from './print.ts';
import { slackTokenCommand } from './slack-token-command.ts';
import { UserError } from './user-error.ts';
import { usersIdentityCommands } from './users-identity-commands.ts';
import { usersImportCommand } from './users-import-command.ts';
import { usersPhotoCommands } from './users-photo-commands.ts';

/** `headshot users …`. A `<user>` is a user id, a Slack user id or a screen name. */
export function usersCommand(): Command {
  const users = new Command('users').description('Create, list and show users and their credentials.');

  users
    .command('create')
    .description('Create a user and print their credentials.')
    .requiredOption('--screen-name <name>', 'Twitter-style @name: 1 to 15 letters, digits or _')
    .option('--name <name>', 'full name (default: the screen name)')
    .option('--email <address>', 'e-mail address')
    .option('--team <team>', 'team id (default: the default team)')
    .action(async (given: { screenName: string; name?: string; email?: string; team?: string; json?: boolean }) => {
      const service = connect();
      const created = await createUser({ ...given, name: given.name ?? given.screenName, ...teamOf(given) }, service);
      if (!created.ok) throw new UserError(wording(created.refusal));
      await printCredentials(created.value, service, given.json);
    });

  users
    .command('list')
    .description('List all users.')
    .action(async ({ json }: { json?: boolean }) => {
      const all = (await Array.fromAsync(connect().users.list())).sort((a, b) =>
        a.screenName.localeCompare(b.screenName),
      );
      if (json) return printJson(all.map(summary));
      const rows = all.map((user) => [
        user.id,
        user.slackId,
        user.screenName,
        user.state,
        user.photo ? 'yes' : 'no',
        user.name,
      ]);
      printTable(['USER ID', 'SLACK USER ID', 'SCREEN NAME', 'STATE', 'PHOTO', 'NAME'], rows);
    });

  users
    .command('show <user>')
    .description('Show one user and what photo they have.')
    .action(async (called: string, { json }: { json?: boolean }) => {
      const service = connect();
      const user = await mustFind(called, service);
      if (json) printJson(summary(user));
      else printPairs(Object.entries(summary(user)).map(([name, value]) => [name, plain(value)]));
    });

  users
    .command('token <user>')
    .description("Print a user's credentials again.")
    .action(async (called: string, { json }: { json?: boolean }) => {
      const service = connect();
      await printCredentials(await mustFind(called, service), service, json);
    });

  users
    .command('access')
    .description("Say what a user's Twitter token may do.")
    .argument('<user>', 'user id, Slack user id or screen name')
    .addArgument(new Argument('<level>', 'access level').choices(Object.keys(TWITTER_ACCESS)))
    .action(async (called: string, level: keyof typeof TWITTER_ACCESS, { json }: { json?: boolean }) => {
      const service = connect();
      const user = await mustFind(called, service);
      const secrets = [await service.masterSecret(), await service.previousSecret()] as const;
      await setTwitterAccess(user, level, secrets[0], service.credentials, secrets[1]);
      if (json) printJson({ user_id: user.id, screen_name: user.screenName, twitter: { access: level } });
      else console.log(`${user.screenName}'s Twitter token is ${level}`);
    });

  for (const [verb, state, effect] of [
    ['deactivate', 'deactivated', 'Their credentials stop working; the photo stays.'],
    ['activate', 'active', 'Their credentials work again.'],
  ] as const) {
    users
      .command(`${verb} <user>`)
      .description(`Make a user ${state}. ${effect}`)
      .action(async (called: string, { json }: { json?: boolean }) => {
        const service = connect();
        const user = await mustFind(called, service);
        if (!(await service.users.setState(user.id, state))) throw new UserError(`there is no user ${called}`);
        if (json) printJson(summary({ ...user, state }));
        else console.log(`${user.screenName} is ${state}`);
      });
  }

  for (const [verb, isBot, effect] of [
    ['make-bot', true, 'Their tokens may only read through Slack’s API (user_is_bot).'],
    ['make-person', false, 'Their tokens may set a photo again.'],
  ] as const) {
    users
      .command(`${verb} <user>`)
      .description(`Make a user a ${verb.slice('make-'.length)}. ${effect}`)
      .action(async (called: string, { json }: { json?: boolean }) => {
        const service = connect();
        const user = await mustFind(called, service);
        if (!(await service.users.setBot(user.id, isBot))) throw new UserError(`there is no user ${called}`);
        if (json) printJson(summary({ ...user, isBot }));
        else console.log(`${user.screenName} is a ${verb.slice('make-'.length)}`);
      });
  }
  users
    .command('avatar')
    .description('Say whether a user is shown at /avatar/ by the hash of their e-mail address.')
    .argument('<user>', 'user id, Slack user id or screen name')
    .addArgument(new Argument('<state>', 'shown or not').choices(['on', 'off']))
    .action(async (called: string, state: 'on' | 'off', { json }: { json?: boolean }) => {
      const service = connect();
      const user = await mustFind(called, service);
      const hidesAvatar = state === 'off';
      if (!(await service.users.setAvatar(user.id, !hidesAvatar))) throw new UserError(`there is no user ${called}`);
      if (json) printJson(summary({ ...user, hidesAvatar }));
      else console.log(`${user.screenName} is ${hidesAvatar ? 'no longer shown' : 'shown'} at /avatar/`);
      if (!service.hasAvatars)
        console.error('avatars are off in this service (the setting avatars); this counts once they are on');
    });
  users.addCommand(slackTokenCommand());
  for (const command of usersPhotoCommands()) users.addCommand(command);
  for (const command of usersIdentityCommands()) users.addCommand(command);
  users.addCommand(eraseCommand());
  users.addCommand(usersImportCommand());
  return users;
}

const teamOf = ({ team }: { team?: string }) => (team === undefined ? {} : { teamId: team });

async function printCredentials(user: User, service: Connection, json: boolean | undefined): Promise<void> {
  const { slackToken, twitter } = await issueCredentials(
    user,
    await service.masterSecret(),
    service.credentials,
    await service.previousSecret(),
  );
  const credentials = {
    user_id: user.id,
    slack_user_id: user.slackId,
    screen_name: user.screenName,
    slack: { token: slackToken },
    twitter: {
      consumer_key: twitter.consumerKey,
      consumer_secret: twitter.consumerSecret,
      access_token: twitter.accessToken,
      access_token_secret: twitter.accessTokenSecret,
    },
  };
  if (json) return printJson(credentials);
  const { slack, twitter: keys, ...names } = credentials;
  printPairs([
    ...Object.entries(names),
    ['slack.token', slack.token],
    ...Object.entries(keys).map(([name, value]): [string, string] => [`twitter.${name}`, value]),
  ]);
}

const summary = (user: User) => ({
  user_id: user.id,
  slack_user_id: user.slackId,
  screen_name: user.screenName,
  name: user.name,
  email: user.email ?? null,
  team_id: user.teamId,
  state: user.state,
  identity: user.identity ?? null,
  photo_lock: user.photoLock ?? null,
  is_bot: user.isBot ?? false,
  avatar: !user.hidesAvatar,
  created_at: user.createdAt,
  changed_at: user.changedAt ?? null,
  imported_at: user.importedAt ?? null,
  changes: user.seq,
  shown: user.shown,
  photo: user.photo ?? null,
  history: user.history,
});

const plain = (value: unknown): string =>
  value === null ? '-' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Every reason not to create a user, for a person at a terminal. */
function wording(refusal: CreateRefusal): string {
  switch (refusal.code) {
    case 'bad-screen-name':
      return `${JSON.stringify(refusal.screenName)} is not a screen name: 1 to 15 letters, digits or _`;
    case 'bad-name':
      return `a name has 1 to ${refusal.maxLength} characters and no line breaks`;
    case 'bad-email':
      return `${JSON.stringify(refusal.email)} is not an e-mail address`;
    case 'unknown-team':
      return `there is no team ${refusal.teamId}`;
    case 'screen-name-taken':
      return `the screen name ${refusal.screenName} is taken`;
  }
}
