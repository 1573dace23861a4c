import { expect } from '@jest/globals';
import { gifOfManyFrames, png, RED, solid } from '../pictures.ts';
import { BOUNDARY, formOf, MULTIPART, type Reply, type Stage, URLENCODED } from './slack-wire.ts';

/**
 * Every error code of Slack's that can occur here, and what causes it: a real request, or a real record changed by the
 * command. `docs/slack.md` has the same rows; a test compares the two.
 */
export interface CodeRow {
  code: string;
  /** The cause, in the page's words. With the code it is the name of the row's test. */
  when: string;
  /** Empty when it is confirmed, else what is chosen, and why. */
  mark: string;
  send(stage: Stage): Promise<Reply>;
  /** What the answer holds besides the code. */
  holds?: Record<string, unknown>;
}

const CONFIRMED = '';

/** An upload of the good picture, wrong only in what is given here. */
const upload = (
  stage: Stage,
  { fields, image = stage.file, headers }: { fields?: Record<string, string>; image?: Buffer; headers?: object } = {},
) => stage.send({ headers: { ...stage.bearer(), ...MULTIPART, ...headers }, body: formOf(image, fields) });

/** An upload by somebody else. */
const uploadAs = (stage: Stage, token: string, headers: Record<string, string> = {}) =>
  stage.send({ headers: { ...stage.bearer(token), ...MULTIPART, ...headers }, body: formOf(stage.file) });

/** An upload by a new user of a new team, after the command changed something. */
async function after(stage: Stage, words: (user: { screenName: string; teamId: string }) => string[]) {
  const outsider = await stage.outsider();
  await stage.cli(...words(outsider));
  return uploadAs(stage, outsider.token);
}

/** An upload with a token that the command issued. */
async function withToken(stage: Stage, ...options: string[]) {
  const outsider = await stage.outsider();
  const { token } = await stage.cli('users', 'slack-token', outsider.screenName, ...options);
  return uploadAs(stage, String(token));
}

const says = (text: string) => ({ response_metadata: { messages: [expect.stringContaining(text)] } });

export const ERRORS: CodeRow[] = [
  {
    code: 'bad_image',
    when: 'bytes that are no JPEG, PNG or GIF',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { image: Buffer.from('hello, I am a picture') }),
    holds: says('not a JPEG, PNG or GIF'),
  },
  {
    code: 'bad_image',
    when: 'a picture that is cut off',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { image: stage.file.subarray(0, stage.file.length >> 1) }),
    holds: says('damaged or cut off'),
  },
  {
    code: 'bad_image',
    when: 'a side under 512 pixels',
    mark: 'chosen: the page gives no code',
    send: async (stage) => upload(stage, { image: await png({ picture: solid(512, 511, RED) }) }),
    holds: says('512 by 511 pixels; the minimum is 512 by 512'),
  },
  {
    code: 'bad_image',
    when: 'a form without `image`, or with an empty one',
    mark: 'chosen: the page gives no code',
    send: (stage) =>
      stage.send({ headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(undefined, { crop_w: '9' }) }),
    holds: says('missing or empty'),
  },
  {
    code: 'bad_image',
    when: 'text instead of a file',
    mark: 'chosen',
    send: (stage) => stage.send({ headers: { ...stage.bearer(), ...URLENCODED }, body: 'image=me.png' }),
    holds: says('not a JPEG, PNG or GIF'),
  },
  {
    code: 'too_large',
    when: 'a side over 1024 pixels',
    mark: 'not to make it smaller is chosen',
    send: async (stage) => upload(stage, { image: await png({ picture: solid(1024, 1025, RED) }) }),
    holds: says('1024 by 1025 pixels; the maximum is 1024 by 1024'),
  },
  {
    code: 'too_large',
    when: 'a body over 4,500,000 bytes, answered at the edge',
    mark: 'chosen: what API Gateway can carry',
    send: (stage) => upload(stage, { image: Buffer.alloc(4_500_001) }),
  },
  {
    code: 'too_many_frames',
    when: 'a GIF of more than 500 frames',
    mark: 'the number is chosen',
    send: (stage) => upload(stage, { image: gifOfManyFrames(501) }),
    holds: says('501 frames; the maximum is 500'),
  },
  {
    code: 'not_authed',
    when: 'no token',
    mark: CONFIRMED,
    send: (stage) => stage.send({ headers: MULTIPART, body: formOf(stage.file) }),
  },
  {
    code: 'not_authed',
    when: 'a token in the query only',
    mark: 'chosen: as Slack for apps since 2021',
    send: (stage) =>
      stage.send({ method: `users.setPhoto?token=${stage.user.token}`, headers: MULTIPART, body: formOf(stage.file) }),
  },
  {
    code: 'invalid_auth',
    when: 'a token that nobody has',
    mark: CONFIRMED,
    send: (stage) => uploadAs(stage, 'xoxp-1-0123456789abcdef'),
  },
  {
    code: 'invalid_auth',
    when: "an address outside the team's allowed networks (`headshot teams networks`)",
    mark: CONFIRMED,
    async send(stage) {
      const outsider = await stage.outsider();
      await stage.cli('teams', 'networks', outsider.teamId, '192.0.2.0/24', '2001:db8::/32');
      return uploadAs(stage, outsider.token, { 'x-headshot-viewer-ip': '192.0.2.7', 'x-forwarded-for': '192.0.2.7' });
    },
  },
  {
    code: 'account_inactive',
    when: 'a deactivated user (`headshot users deactivate`)',
    mark: 'or `token_revoked`',
    send: (stage) => after(stage, ({ screenName }) => ['users', 'deactivate', screenName]),
  },
  {
    code: 'account_inactive',
    when: 'a deactivated team (`headshot teams state … deactivated`)',
    mark: 'or `token_revoked`',
    send: (stage) => after(stage, ({ teamId }) => ['teams', 'state', teamId, 'deactivated']),
  },
  {
    code: 'token_revoked',
    when: 'a revoked token (`headshot users slack-token … --revoke`)',
    mark: 'chosen by its name',
    send: (stage) => withToken(stage, '--revoke'),
  },
  {
    code: 'token_revoked',
    when: 'a token of a removed app (`headshot apps remove`)',
    mark: CONFIRMED,
    async send(stage) {
      const { app_id } = await stage.cli('apps', 'create', '--name', 'Removed');
      await stage.cli('apps', 'remove', String(app_id));
      return withToken(stage, '--app', String(app_id));
    },
  },
  {
    code: 'token_expired',
    when: 'a token past its time (`headshot users slack-token … --expires-in`)',
    mark: CONFIRMED,
    send: (stage) => withToken(stage, '--expires-in', '0'),
    holds: says('the token expired at 20'),
  },
  {
    code: 'no_permission',
    when: 'a workspace token without the scope (`headshot users slack-token … --kind workspace`)',
    mark: CONFIRMED,
    send: (stage) => withToken(stage, '--kind', 'workspace'),
  },
  {
    code: 'missing_scope',
    when: "a user's token without the scope (`headshot users slack-token … --scopes`)",
    mark: CONFIRMED,
    send: (stage) => withToken(stage, '--scopes', 'users:read,users.profile:read'),
    holds: { needed: 'users.profile:write', provided: 'users:read,users.profile:read' },
  },
  {
    code: 'not_allowed_token_type',
    when: 'a bot token, `xoxb-` (`headshot users slack-token … --kind bot`)',
    mark: CONFIRMED,
    send: (stage) => withToken(stage, '--kind', 'bot'),
  },
  {
    code: 'user_is_bot',
    when: 'a user that is a bot (`headshot users make-bot`)',
    mark: '`is_bot` since 2019',
    send: (stage) => after(stage, ({ screenName }) => ['users', 'make-bot', screenName]),
  },
  {
    code: 'org_login_required',
    when: 'a team in its enterprise migration (`headshot teams state … migrating`)',
    mark: CONFIRMED,
    send: (stage) => after(stage, ({ teamId }) => ['teams', 'state', teamId, 'migrating']),
  },
  {
    code: 'team_added_to_org',
    when: 'a team that joins an organization (`headshot teams state … joining-organization`)',
    mark: CONFIRMED,
    send: (stage) => after(stage, ({ teamId }) => ['teams', 'state', teamId, 'joining-organization']),
  },
  {
    code: 'invalid_arg_name',
    when: 'an argument’s name of more than letters, digits and `_`',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { fields: { 'crop-x': '1' } }),
  },
  {
    code: 'invalid_arg_name',
    when: 'an argument’s name of more than 100 characters',
    mark: 'the number is chosen',
    send: (stage) => upload(stage, { fields: { ['a'.repeat(101)]: '1' } }),
  },
  {
    code: 'invalid_array_arg',
    when: 'an argument such as `crop[7]`, in the form or the query',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { fields: { 'crop[7]': '1' } }),
  },
  {
    code: 'invalid_charset',
    when: 'a charset other than utf-8 and iso-8859-1',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { headers: { 'content-type': `${MULTIPART['content-type']}; charset=utf-7` } }),
    holds: says('utf-7'),
  },
  {
    code: 'invalid_form_data',
    when: 'multipart without a boundary in its type',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { headers: { 'content-type': 'multipart/form-data' } }),
  },
  {
    code: 'invalid_form_data',
    when: 'a part without a name',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({
        headers: { ...stage.bearer(), ...MULTIPART },
        body: `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
      }),
  },
  {
    code: 'invalid_form_data',
    when: 'multipart without any line of its boundary',
    mark: CONFIRMED,
    send: (stage) => stage.send({ headers: { ...stage.bearer(), ...MULTIPART }, body: 'image=bytes' }),
  },
  {
    code: 'invalid_form_data',
    when: 'a body with a `Content-Encoding`',
    mark: 'chosen: the page gives no code',
    send: (stage) => upload(stage, { headers: { ...MULTIPART, 'content-encoding': 'gzip' } }),
    holds: says('Content-Encoding is gzip; send the body as it is, without one'),
  },
  {
    code: 'invalid_post_type',
    when: 'a body of another type, JSON too',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({ headers: { ...stage.bearer(), 'content-type': 'application/json; charset=utf-8' }, body: '{}' }),
    holds: says('application/json'),
  },
  {
    code: 'missing_post_type',
    when: 'a body without a Content-Type',
    mark: CONFIRMED,
    send: (stage) => stage.send({ headers: stage.bearer(), body: formOf(stage.file) }),
  },
  {
    code: 'request_timeout',
    when: 'no body',
    mark: CONFIRMED,
    send: (stage) => stage.send({ headers: { ...stage.bearer(), ...MULTIPART } }),
  },
  {
    code: 'request_timeout',
    when: 'a form whose closing boundary does not come',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({ headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file).subarray(0, -10) }),
  },
  {
    code: 'invalid_arguments',
    when: 'a crop box that is not of whole numbers, or has a place and no size',
    mark: 'chosen: the page gives no code',
    send: (stage) => upload(stage, { fields: { crop_x: '10', crop_y: '10' } }),
    holds: says('crop_w'),
  },
  {
    code: 'invalid_arguments',
    when: 'a crop box that is not inside the picture',
    mark: 'chosen',
    send: (stage) => upload(stage, { fields: { crop_x: '1', crop_w: '512' } }),
    holds: says('512 by 512 pixels'),
  },
  {
    code: 'invalid_arguments',
    when: 'two arguments named `image`',
    mark: 'chosen',
    send: (stage) => upload(stage, { fields: { image: 'another' } }),
    holds: says('send one'),
  },
  {
    code: 'invalid_arguments',
    when: 'more than 100 arguments',
    mark: 'chosen',
    send: (stage) =>
      upload(stage, { fields: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`a${n}`, '1'])) }),
  },
  {
    code: 'invalid_arguments',
    when: 'another verb than GET and POST; for reads also HEAD',
    mark: 'chosen',
    send: (stage) =>
      stage.send({ verb: 'PUT', headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file) }),
    holds: says('PUT is not supported; use GET or POST'),
  },
  {
    code: 'invalid_arguments',
    when: '`users.info` without `user`',
    mark: 'chosen: Slack’s generic code',
    send: (stage) => stage.send({ method: 'users.info', headers: { ...stage.bearer(), ...URLENCODED } }),
    holds: says('missing required field: user'),
  },
  {
    code: 'user_not_found',
    when: 'a `user` that is not there, or is of another team',
    mark: CONFIRMED,
    async send(stage) {
      const { slackId } = await stage.outsider();
      return stage.send({
        method: 'users.profile.get',
        headers: { ...stage.bearer(), ...URLENCODED },
        body: `user=${slackId}`,
      });
    },
  },
  {
    code: 'unknown_method',
    when: 'a method that is not here',
    mark: CONFIRMED,
    send: (stage) => stage.send({ method: 'users.setPhotos', headers: stage.bearer() }),
  },
];

export const WARNINGS: CodeRow[] = [
  {
    code: 'missing_charset',
    when: '`text/plain` without a charset',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({
        method: 'users.profile.get',
        headers: { ...stage.bearer(), 'content-type': 'text/plain' },
        body: `user=${stage.user.slackId}`,
      }),
    holds: { ok: true, profile: expect.objectContaining({ display_name: expect.any(String) }) },
  },
  {
    code: 'missing_charset',
    when: 'an empty call that is said to be JSON, without a charset',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({ method: 'auth.test', headers: { ...stage.bearer(), 'content-type': 'application/json' } }),
    holds: { ok: true, team_id: 'T0HEADSHOT' },
  },
  {
    code: 'missing_charset',
    when: 'the same beside an error',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({ headers: { ...stage.bearer(), 'content-type': 'text/plain' }, body: 'no form at all' }),
    holds: { ok: false, error: 'bad_image' },
  },
  {
    code: 'superfluous_charset',
    when: '`multipart/form-data` or `application/x-www-form-urlencoded` with a charset',
    mark: CONFIRMED,
    send: (stage) => upload(stage, { headers: { 'content-type': `${MULTIPART['content-type']}; charset=utf-8` } }),
    holds: { ok: true },
  },
  {
    code: 'superfluous_charset',
    when: 'the same beside an error',
    mark: CONFIRMED,
    send: (stage) =>
      stage.send({
        headers: { 'content-type': `${URLENCODED['content-type']}; charset="ISO-8859-1"` },
        body: 'token=xoxp-1-wrong',
      }),
    holds: { ok: false, error: 'invalid_auth' },
  },
];
