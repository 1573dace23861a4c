import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_APP, digest, slackToken, TOKEN_KINDS, type TokenKind } from '../lambdas/core/credential.ts';
import { issueSlackToken } from '../lambdas/flow/issue-credentials.ts';
import { mustFindApp } from './apps-command.ts';
import { connect } from './connect.ts';
import { type PrintOptions, print } from './print.ts';
import { mustFindUser, userArgument } from './user-argument.ts';

interface Given extends PrintOptions {
  kind: TokenKind;
  app: string;
  scopes?: string;
  revoke?: boolean;
  restore?: boolean;
  expiresIn?: number;
  neverExpires?: boolean;
}

/** `headshot users slack-token …`: a user's tokens for Slack's API, and their state. */
export const slackTokenCommand = (): Command =>
  new Command('slack-token')
    .description("Print one of a user's Slack tokens, and set what it may do and for how long.")
    .addArgument(userArgument())
    .addOption(new Option('--kind <kind>', 'xoxp, xoxb or xoxa-2').choices(TOKEN_KINDS).default('user'))
    .option('--app <app>', 'the app it is issued to', DEFAULT_APP)
    .option('--scopes <scopes>', 'what it may do, with commas between; "" for nothing')
    .addOption(new Option('--revoke', 'revoke it (token_revoked)').conflicts('restore'))
    .option('--restore', 'let it work again')
    .addOption(
      new Option('--expires-in <seconds>', 'let it expire then (token_expired)')
        .argParser(seconds)
        .conflicts('neverExpires'),
    )
    .option('--never-expires', 'let it work without end')
    .action(async (called: string, given: Given) => {
      const service = connect();
      const { credentials } = service;
      const user = await mustFindUser(called, service);
      const app = await mustFindApp(given.app, service);
      const wanted = { userId: user.id, kind: given.kind, appId: app.id, teamId: user.teamId };
      const previous = await service.previousSecret();
      const token = await issueSlackToken(wanted, await service.masterSecret(), credentials, previous);
      const key = digest(token);
      const nowSeconds = Math.floor(Date.now() / 1000);
      // A change of a token also changes the one that it replaces, while that is still valid.
      const replaced = previous && digest(slackToken(previous, user.id, given.kind, app.id));
      for (const each of replaced && (await credentials.byDigest(replaced)) ? [key, replaced] : [key]) {
        if (given.scopes !== undefined) await credentials.setScopes(each, given.scopes.split(',').filter(Boolean));
        if (given.revoke || given.restore) await credentials.setRevoked(each, given.revoke ? nowSeconds : undefined);
        if (given.expiresIn !== undefined) await credentials.setValidUntil(each, nowSeconds + given.expiresIn);
        if (given.neverExpires) await credentials.setValidUntil(each, undefined);
      }

      const now = await credentials.byDigest(key);
      const answer = {
        user_id: user.id,
        app_id: app.id,
        kind: given.kind,
        token,
        scopes: now?.scopes ?? [],
        revoked_at: instant(now?.revokedAtSeconds),
        expires_at: instant(now?.validUntilSeconds),
      };
      print(given.json ? answer : { ...answer, scopes: answer.scopes.join(',') }, given);
    });

function seconds(text: string): number {
  // 0 is now; at most three years.
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
}

const instant = (atSeconds: number | undefined): string | null =>
  atSeconds === undefined ? null : new Date(atSeconds * 1000).toISOString();
