import { expect } from '@jest/globals';
import { FRAMINGS } from '../edge/framings.ts';
import { formOf, MULTIPART, type Sent, type Stage, URLENCODED } from './slack-wire.ts';

/**
 * What real clients send, rebuilt from their requests as they arrived at a listening socket, or (`read`) from their source code.
 * Only the picture, the host and the token are ours. `docs/slack.md` holds the same rows.
 */
export interface ClientRow {
  client: string;
  sends: string;
  /** What the page says of the answer. */
  answer: string;
  request(stage: Stage): Sent;
  expected(stage: Stage): Record<string, unknown>;
}

const SET = {
  ok: true,
  profile: { image_1024: expect.any(String), avatar_hash: expect.stringMatching(/^[0-9a-f]{12}$/) },
};
const CROPPED = { ok: true, profile: { image_1024: expect.stringMatching(/_5\.png$/) } };
const BAD = { ok: false, error: 'bad_image' };

/** The multipart rows of `test/edge/framings.ts`, each with the header's token. */
const framed: ClientRow[] = FRAMINGS.filter(({ dialect }) => dialect === 'slack').map((framing) => {
  const says = framing.says(Buffer.from('picture'));
  const isCropped = says.includes('crop_w=5');
  return {
    client: framing.client,
    sends: 'multipart',
    answer: isCropped ? 'set, cropped' : 'set',
    request: (stage) => ({
      headers: { ...stage.bearer(), 'content-type': framing.contentType },
      body: framing.body(stage.file),
    }),
    expected: () => (isCropped ? CROPPED : SET),
  };
});

const NODE = { 'user-agent': '@slack:web-api/8.2.0 node/20.20.2 linux/6.18.44', accept: 'application/json' };
const PYTHON = { 'user-agent': 'Python/3.11.7 slackclient/3.43.0 Linux/6.18.44', connection: 'close' };
const JSON_TYPE = { 'content-type': 'application/json;charset=utf-8' };

const percentEncoded = (bytes: Buffer): string =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const row = (
  client: string,
  sends: string,
  answer: string,
  request: ClientRow['request'],
  expected: ClientRow['expected'] | Record<string, unknown>,
): ClientRow => ({
  client,
  sends,
  answer,
  request,
  expected: typeof expected === 'function' ? expected : () => expected,
});

const withBearer = (stage: Stage, headers: Record<string, string>, sent: Omit<Sent, 'headers'> = {}): Sent => ({
  ...sent,
  headers: { ...stage.bearer(), ...headers },
});

export const CLIENTS: ClientRow[] = [
  ...framed,
  row(
    '@slack/web-api 7, a stream of unknown length',
    'multipart, chunked, without Content-Length',
    'set',
    (stage) => withBearer(stage, MULTIPART, { body: formOf(stage.file), isChunked: true }),
    SET,
  ),
  row(
    'slack-go (read)',
    'multipart, chunked; zeros for no crop',
    'set',
    (stage) =>
      withBearer(
        stage,
        { ...MULTIPART, 'user-agent': 'Go-http-client/1.1' },
        {
          body: formOf(stage.file, { crop_x: '0', crop_y: '0', crop_w: '0' }),
          isChunked: true,
        },
      ),
    SET,
  ),
  row(
    '@slack/web-api 8, any stream',
    'urlencoded: the stream object as JSON',
    '`bad_image`',
    (stage) =>
      withBearer(
        stage,
        { ...NODE, ...URLENCODED },
        {
          body: `image=${encodeURIComponent('{"fd":null,"path":"/tmp/me.png","flags":"r","mode":438}')}`,
        },
      ),
    BAD,
  ),
  row(
    '@slack/web-api 7 and 8, a Uint8Array',
    'urlencoded: the bytes as a JSON object',
    '`bad_image`',
    (stage) =>
      withBearer(stage, { ...NODE, ...URLENCODED }, { body: `image=${encodeURIComponent('{"0":137,"1":80}')}` }),
    BAD,
  ),
  row(
    'slack-ruby-client (read), a path as text',
    'urlencoded: the path',
    '`bad_image`',
    (stage) => withBearer(stage, { ...URLENCODED, 'user-agent': 'Slack Ruby Client/3.2.1' }, { body: 'image=me.png' }),
    BAD,
  ),
  row(
    'jolicode/slack-php-api (read); curl --data-urlencode',
    'urlencoded: the bytes, percent-encoded',
    'set',
    (stage) => withBearer(stage, URLENCODED, { body: `image=${percentEncoded(stage.file)}` }),
    SET,
  ),
  row(
    'curl -F, the token as a field after the picture',
    'multipart; no header',
    'set',
    (stage) => ({
      headers: { ...MULTIPART, 'user-agent': 'curl/7.88.1' },
      body: formOf(stage.file, { token: stage.user.token }),
    }),
    SET,
  ),
  row(
    'slack_sdk, `token=` besides the client’s',
    'multipart, with another token; the header’s counts',
    'set',
    (stage) => withBearer(stage, { ...PYTHON, ...MULTIPART }, { body: formOf(stage.file, { token: 'xoxp-other' }) }),
    SET,
  ),
  row(
    'bolt-js issue 1977: `user` and `user_id`',
    'multipart, with arguments that mean nothing here',
    'set, for the token’s own user',
    (stage) =>
      withBearer(stage, MULTIPART, {
        body: formOf(stage.file, { user: 'U0OTHER', user_id: 'U0OTHER', as_user: 'true', pretty: '1' }),
      }),
    SET,
  ),
  row(
    'slack_sdk, `auth_test`',
    'POST, empty, said to be JSON',
    'ok, no warning',
    (stage) => withBearer(stage, { ...PYTHON, ...JSON_TYPE }, { method: 'auth.test' }),
    ({ user }) => ({ ok: true, user_id: user.slackId }),
  ),
  row(
    'slack_sdk, reads',
    'POST, urlencoded, booleans as 1',
    'ok',
    (stage) =>
      withBearer(
        stage,
        { ...PYTHON, ...URLENCODED },
        {
          method: 'users.profile.get',
          body: `user=${stage.user.slackId}&include_labels=1`,
        },
      ),
    ({ user }) => ({ ok: true, profile: { display_name: user.screenName } }),
  ),
  row(
    'slack_sdk async, reads',
    'GET, with a query and a form’s Content-Type',
    'ok',
    (stage) =>
      withBearer(stage, URLENCODED, {
        verb: 'GET',
        method: `users.profile.get?user=${stage.user.slackId}&include_labels=1`,
      }),
    ({ user }) => ({ ok: true, profile: { display_name: user.screenName } }),
  ),
  row(
    'slack-go (read), reads',
    'POST, urlencoded, the token as a field',
    'ok',
    (stage) => ({
      method: 'users.info',
      headers: URLENCODED,
      body: `include_locale=true&token=${stage.user.token}&user=${stage.user.slackId}`,
    }),
    ({ user }) => ({ ok: true, user: { id: user.slackId, locale: 'en-US' } }),
  ),
  row(
    'java-slack-sdk (read), before its first upload',
    '`auth.test`: POST, urlencoded, empty',
    'ok',
    (stage) => withBearer(stage, URLENCODED, { method: 'auth.test' }),
    ({ user }) => ({ ok: true, user_id: user.slackId }),
  ),
  row(
    '@slack/web-api 7 and 8, `users.deletePhoto`',
    'POST, urlencoded, empty',
    'deleted',
    (stage) => withBearer(stage, { ...NODE, ...URLENCODED }, { method: 'users.deletePhoto' }),
    { ok: true },
  ),
  row(
    'slack_sdk, `users_deletePhoto`',
    'POST, empty, said to be JSON',
    'deleted',
    (stage) => withBearer(stage, { ...PYTHON, ...JSON_TYPE }, { method: 'users.deletePhoto' }),
    { ok: true },
  ),
  row(
    'slack_sdk async, `users_deletePhoto`',
    'GET, with a form’s Content-Type',
    'deleted',
    (stage) => withBearer(stage, URLENCODED, { verb: 'GET', method: 'users.deletePhoto' }),
    { ok: true },
  ),
];
