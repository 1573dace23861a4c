import { Argument, Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { type CreateRefusal, createUser } from '../lambdas/flow/create-user.ts';
import { setTwitterAccess, TWITTER_ACCESS } from '../lambdas/flow/issue-credentials.ts';
import { type Connection, connect } from './connect.ts';
import { eraseCommand } from './erase-command.ts';
import { photosOf } from './photo-summary.ts';
import { type PrintOptions, print, printRecord, printTable } from './print.ts';
import { slackTokenCommand } from './slack-token-command.ts';
import { mustFindUser, noUser, userArgument } from './user-argument.ts';
import { UserError } from './user-error.ts';
import { usersIdentityCommands } from './users-identity-commands.ts';
import { usersImportCommand } from './users-import-command.ts';

export function usersCommand(): Command {
  const users = new Command('users').description(
    'Create, list, show, change and erase users, and print their credentials.',
  );
  const onUser = (verb: string, description: string) =>
    users.command(verb).description(description).addArgument(userArgument());

  users
    .command('create')
    .description('Create a user and print their credentials.')
    .requiredOption('--screen-name <name>', 'as at Twitter: 1 to 15 letters, digits or _')
    .option('--name <name>', 'full name (default: the screen name)')
    .option('--email <address>', 'e-mail address')
    .option('--team <team>', 'team id (default: the default team)')
    .action(async (given: { screenName: string; name?: string; email?: string; team?: string } & PrintOptions) => {
      const service = connect();
      const created = await createUser({ ...given, name: given.name ?? given.screenName, ...teamOf(given) }, service);
      if (!created.ok) throw new UserError(wording(created.refusal));
      await printCredentials(created.value, service, given);
    });

  users
    .command('list')
    .description('List all users.')
    .action(async (given: PrintOptions) => {
      const all = (await Array.fromAsync(connect().users.list())).sort((a, b) =>
        a.screenName.localeCompare(b.screenName),
      );
      if (given.json) return print(all.map(summary), given);
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

  onUser('show', 'Show one user.').action(async (called: string, given: PrintOptions) => {
    const said = summary(await mustFindUser(called, connect()));
    if (given.json) return print(said, given);
    printRecord({ ...said, photo: said.photo?.version ?? null, history: said.history.map(({ version }) => version) });
  });

  onUser('token', "Print a user's credentials again.").action(async (called: string, given: PrintOptions) => {
    const service = connect();
    await printCredentials(await mustFindUser(called, service), service, given);
  });

  onUser('access', "Set what a user's Twitter token may do.")
    .addArgument(new Argument('<level>', 'access').choices(Object.keys(TWITTER_ACCESS)))
    .action(async (called: string, level: keyof typeof TWITTER_ACCESS, given: PrintOptions) => {
      const service = connect();
      const user = await mustFindUser(called, service);
      const secrets = [await service.masterSecret(), await service.previousSecret()] as const;
      await setTwitterAccess(user, level, secrets[0], service.credentials, secrets[1]);
      const changed = { user_id: user.id, screen_name: user.screenName, twitter: { access: level } };
      print(changed, given, `${user.screenName}'s Twitter token is ${level}`);
    });

  for (const [verb, state, description] of [
    ['deactivate', 'deactivated', 'Deactivate a user: their credentials stop working, their photo stays.'],
    ['activate', 'active', 'Activate a user again: their credentials work as before.'],
  ] as const) {
    onUser(verb, description).action(async (called: string, given: PrintOptions) => {
      const service = connect();
      const user = await mustFindUser(called, service);
      if (!(await service.users.setState(user.id, state))) throw noUser(called);
      print(summary({ ...user, state }), given, `${user.screenName} is ${state}`);
    });
  }

  for (const [verb, isBot, description] of [
    ['make-bot', true, "Make a user a bot: their tokens may only read by Slack's API (user_is_bot)."],
    ['make-person', false, 'Make a bot a person again: their tokens may set a photo.'],
  ] as const) {
    onUser(verb, description).action(async (called: string, given: PrintOptions) => {
      const service = connect();
      const user = await mustFindUser(called, service);
      if (!(await service.users.setBot(user.id, isBot))) throw noUser(called);
      print(summary({ ...user, isBot }), given, `${user.screenName} is a ${isBot ? 'bot' : 'person'}`);
    });
  }

  onUser('avatar', "Set whether a user's photo is served at /avatar/, by the hash of their e-mail address.")
    .addArgument(new Argument('<state>', 'served or not').choices(['on', 'off']))
    .action(async (called: string, state: 'on' | 'off', given: PrintOptions) => {
      const service = connect();
      const user = await mustFindUser(called, service);
      const hidesAvatar = state === 'off';
      if (!(await service.users.setAvatar(user.id, !hidesAvatar))) throw noUser(called);
      print(summary({ ...user, hidesAvatar }), given, `${user.screenName}'s avatar is ${state}`);
      if (!service.hasAvatars)
        console.error('headshot: this service has no avatars yet; turn them on with the setting: avatars=true');
    });

  users.addCommand(slackTokenCommand());
  for (const command of usersIdentityCommands()) users.addCommand(command);
  users.addCommand(eraseCommand());
  users.addCommand(usersImportCommand());
  return users;
}

const teamOf = ({ team }: { team?: string }) => (team === undefined ? {} : { teamId: team });

async function printCredentials(user: User, service: Connection, given: PrintOptions): Promise<void> {
  const { slackToken, twitter } = await service.issue(user);
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
  print(credentials, given);
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
  ...photosOf(user),
});

/** Every reason why a user is not created, in words for a person. */
function wording(refusal: CreateRefusal): string {
  switch (refusal.code) {
    case 'bad-screen-name':
      return `${JSON.stringify(refusal.screenName)} is not a screen name, which has 1 to 15 letters, digits or _`;
    case 'bad-name':
      return `a name has 1 to ${refusal.maxLength} characters and no line breaks`;
    case 'bad-email':
      return `${JSON.stringify(refusal.email)} is not an e-mail address`;
    case 'unknown-team':
      return `there is no team ${refusal.teamId}; see: headshot teams list`;
    case 'screen-name-taken':
      return `the screen name ${refusal.screenName} is taken`;
  }
}
