import { Argument, Command } from 'commander';
import { issueCredentials } from '../lambdas/flow/issue-credentials.ts';
import { connect, mustFind } from './connect.ts';
import { oauthHeader } from './oauth-header.ts';
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
        user,
        await service.masterSecret(),
        service.credentials,
        await service.previousSecret(),
      );
      console.log(oauthHeader(twitter, verb, url));
    });
