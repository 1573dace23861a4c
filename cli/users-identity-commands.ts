import { Command } from 'commander';
import { identityKey } from '../lambdas/core/identity.ts';
import type { User } from '../lambdas/core/user.ts';
import { type LinkRefusal, linkIdentity, unlinkIdentity } from '../lambdas/flow/link-identity.ts';
import { target } from './choose-target.ts';
import { connect } from './connect.ts';
import { type PrintOptions, print } from './print.ts';
import { mustFindUser, userArgument } from './user-argument.ts';
import { UserError } from './user-error.ts';

/** `headshot users link|unlink <user>`: which user somebody of the identity provider is. */
export const usersIdentityCommands = (): Command[] => [
  new Command('link')
    .description('Link a person at the identity provider to a user. Otherwise their first token makes a new user.')
    .addArgument(userArgument())
    .requiredOption('--subject <sub>', "the person's `sub` at the provider")
    .option('--issuer <url>', "the provider's issuer (default: the deployment's)")
    .action(async (called: string, given: { subject: string; issuer?: string } & PrintOptions) => {
      const service = connect();
      const user = await mustFindUser(called, service);
      const identity = identityKey({ issuer: given.issuer ?? ownIssuer(), subject: given.subject });
      const linked = await linkIdentity(user, identity, service.users);
      if (!linked.ok) throw new UserError(wording(linked.refusal, user.screenName));
      printIdentity(linked.value, linked.value.identity ?? null, given);
    }),
  new Command('unlink')
    .description("Unlink a user: the person's next token makes a new user.")
    .addArgument(userArgument())
    .action(async (called: string, given: PrintOptions) => {
      const service = connect();
      const user = await mustFindUser(called, service);
      if (!(await unlinkIdentity(user, service.users)))
        throw new UserError(`${user.screenName} is not linked to anybody`);
      printIdentity(user, null, given);
    }),
];

function ownIssuer(): string {
  const issuer = target().outputs.OidcIssuer;
  if (issuer === undefined) throw new UserError('this deployment has no identity provider; name one with --issuer');
  return issuer;
}

function printIdentity({ id, screenName }: User, identity: string | null, given: PrintOptions): void {
  const text = `${screenName} is linked to ${identity ?? 'nobody'}`;
  print({ user_id: id, screen_name: screenName, identity }, given, text);
}

function wording(refusal: LinkRefusal, screenName: string): string {
  switch (refusal.code) {
    case 'linked-already':
      return `${screenName} is linked to ${refusal.identity} already; first: headshot users unlink ${screenName}`;
    case 'identity-taken':
      return `that person is linked to the user ${refusal.userId}; first: headshot users unlink ${refusal.userId}`;
  }
}
