import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_APP, digest, slackToken, TOKEN_KINDS, type TokenKind } from '../lambdas/core/credential.ts';
import { issueSlackToken } from '../lambdas/flow/issue-slack-token.ts';
import { mustFindApp } from './apps-command.ts';
import { connect, mustFind } from './connect.ts';
import { printJson, printPairs } from './print.ts';

interface Given {
  kind: TokenKind;
  app: string;
  scopes?: string;
  revoke?: boolean;
  restore?: boolean;
  expiresIn?: number;
  neverExpires?: boolean;
  json?: boolean;
}

/** `headshot users slack-token …`: a user's tokens for Slack's API, and what state they are in. */
export const slackTokenCommand = (): Command =>
  new Command('slack-token')
    .description('Print one of a user’s Slack tokens, and set what it may do and for how long.')
    .argument('<user>', 'user id, Slack user id or screen name')
    .addOption(new Option('--kind <kind>', 'xoxp, xoxb or xoxa').choices(TOKEN_KINDS).default('user'))
    .option('--app <app>', 'the app that it is issued to', DEFAULT_APP)
    .option('--scopes <scopes>', 'what it may do: scopes with commas between, "" for none')
    .addOption(new Option('--revoke', 'let it stop working (token_revoked)').conflicts('restore'))
    .option('--restore', 'take that back')
    .addOption(
      new Option('--expires-in <seconds>', 'let it stop working then (token_expired)')
        .argParser(seconds)
        .conflicts('neverExpires'),
    )
    .option('--never-expires', 'take that back')
    .action(async (called: string, given: Given) => {
      const service = connect();
      const { credentials } = service;
      const user = await mustFind(called, service);
      const app = await mustFindApp(given.app, service);
      const wanted = { userId: user.id, kind: given.kind, appId: app.id, teamId: user.teamId };
      const previous = await service.previousSecret();
      const token = await issueSlackToken(wanted, await service.masterSecret(), credentials, previous);
      const key = digest(token);
      const nowSeconds = Math.floor(Date.now() / 1000);
      // What is said of a token is said of the one that it replaces, too, while that still works.
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
      if (given.json) return printJson(answer);
      printPairs(
        Object.entries(answer).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '-')]),
      );
    });

function seconds(text: string): number {
  // 0 is now; three years at the most.
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
}

const instant = (atSeconds: number | undefined): string | null =>
  atSeconds === undefined ? null : new Date(atSeconds * 1000).toISOString();
