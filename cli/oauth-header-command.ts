import { Argument, Command } from 'commander';
import { target } from './choose-target.ts';
import { connect } from './connect.ts';
import { oauthHeader } from './oauth-header.ts';
import { type PrintOptions, print } from './print.ts';
import { mustFindUser, userArgument } from './user-argument.ts';
import { UserError } from './user-error.ts';

/**
 * `headshot oauth-header …`: the header of a curl line for Twitter's API. It is valid for five minutes and one request.
 * The body of a multipart request is not signed, so it goes with any picture.
 */
export const oauthHeaderCommand = (): Command =>
  new Command('oauth-header')
    .description("Print an Authorization header (OAuth 1.0a) that signs one of a user's requests, for curl.")
    .summary("Sign a request to Twitter's API, for curl.")
    .addArgument(userArgument())
    .addArgument(new Argument('<verb>', 'HTTP verb').choices(['GET', 'POST']))
    .argument('<url>', 'the whole URL, with its query')
    .action(async (called: string, verb: string, url: string, given: PrintOptions) => {
      if (!URL.canParse(url)) throw new UserError(`${url} is not a URL, such as ${target().url}/1.1/…`);
      const service = connect();
      const user = await mustFindUser(called, service);
      const { twitter } = await service.issue(user);
      const authorization = oauthHeader(twitter, verb, url);
      print({ authorization }, given, authorization);
    });
