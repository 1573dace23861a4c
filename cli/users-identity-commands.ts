import { Command } from 'commander';
import { identityKey } from '../lambdas/core/identity.ts';
import { type LinkRefusal, linkIdentity, unlinkIdentity } from '../lambdas/flow/link-identity.ts';
import { target } from './choose-target.ts';
import { connect, mustFind } from './connect.ts';
import { printJson } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot users link|unlink <user>`: who of the identity provider is which user. */
export const usersIdentityCommands = (): Command[] => [
  new Command('link')
    .description(
      'Let a person of the identity provider be a user that is there already; else their first token makes one.',
    )
    .argument('<user>', 'user id, Slack user id or screen name')
    .requiredOption('--subject <sub>', "the person's `sub` at the provider")
    .option('--issuer <url>', "the provider's issuer (default: the deployment's)")
    .action(async (called: string, { subject, issuer, json }: { subject: string; issuer?: string; json?: boolean }) => {
      const service = connect();
      const user = await mustFind(called, service);
      const linked = await linkIdentity(user, identityKey({ issuer: issuer ?? ownIssuer(), subject }), service.users);
      if (!linked.ok) throw new UserError(wording(linked.refusal, user.screenName));
      print(linked.value.id, linked.value.screenName, linked.value.identity ?? null, json);
    }),
  new Command('unlink')
    .description('Take that back: the next token of the person makes a user of its own.')
    .argument('<user>', 'user id, Slack user id or screen name')
    .action(async (called: string, { json }: { json?: boolean }) => {
      const service = connect();
      const user = await mustFind(called, service);
      if (!(await unlinkIdentity(user, service.users))) throw new UserError(`${user.screenName} is linked to nobody`);
      print(user.id, user.screenName, null, json);
    }),
];

function ownIssuer(): string {
  const issuer = target().outputs.OidcIssuer;
  if (issuer === undefined) throw new UserError('this deployment has no identity provider; name one with --issuer');
  return issuer;
}

function print(userId: string, screenName: string, identity: string | null, json: boolean | undefined): void {
  if (json) printJson({ user_id: userId, screen_name: screenName, identity });
  else console.log(identity === null ? `${screenName} is linked to nobody` : `${screenName} is ${identity}`);
}

function wording(refusal: LinkRefusal, screenName: string): string {
  switch (refusal.code) {
    case 'linked-already':
      return `${screenName} is ${refusal.identity} already; unlink first`;
    case 'identity-taken':
      return `that person is the user ${refusal.userId} already; unlink or erase that one first`;
  }
}
