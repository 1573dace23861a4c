import { randomBytes } from 'node:crypto';
import { Argument, Command } from 'commander';
import { hmacSha1, type Parameter, percentEncode, signatureBase } from '../lambdas/edge/oauth.ts';
import { issueCredentials } from '../lambdas/flow/issue-credentials.ts';
import { connect, mustFind } from './connect.ts';
import { UserError } from './user-error.ts';

/**
 * `headshot oauth-header …`: what a curl line needs for Twitter's API. It holds for five minutes and for one request; the
 * body of a multipart request is not signed, so any picture can go with it.
 */
export const oauthHeaderCommand = (): Command =>
  new Command('oauth-header')
    .description("Print an Authorization header (OAuth 1.0a) that signs one of a user's requests, e.g. for curl.")
    .argument('<user>', 'user id, Slack user id or screen name')
    .addArgument(new Argument('<verb>', 'HTTP verb').choices(['GET', 'POST']))
    .argument('<url>', 'the whole URL, with its query')
    .action(async (called: string, verb: string, url: string) => {
      if (!URL.canParse(url)) throw new UserError(`${url} is not a URL`);
      const service = connect();
      const user = await mustFind(called, service);
      const { twitter } = await issueCredentials(
        user.id,
        await service.masterSecret(),
        service.credentials,
        await service.previousSecret(),
      );
      const { origin, pathname, searchParams } = new URL(url);
      const oauth: Parameter[] = [
        ['oauth_consumer_key', twitter.consumerKey],
        ['oauth_nonce', randomBytes(16).toString('hex')],
        ['oauth_signature_method', 'HMAC-SHA1'],
        ['oauth_timestamp', String(Math.floor(Date.now() / 1000))],
        ['oauth_token', twitter.accessToken],
        ['oauth_version', '1.0'],
      ];
      const base = signatureBase({ verb, url: origin + pathname, query: [...searchParams], form: [], oauth });
      const signature = hmacSha1(base, twitter.consumerSecret, twitter.accessTokenSecret);
      const listed = [...oauth, ['oauth_signature', signature] as const];
      console.log(`OAuth ${listed.map(([name, value]) => `${name}="${percentEncode(value)}"`).join(', ')}`);
    });
