import { asSlack, asTwitter, type Call, multipart } from './api-calls.ts';
import type { LoadPictures } from './load-pictures.ts';
import type { LoadUser } from './load-users.ts';

interface BadInput {
  name: string;
  call: (base: string, user: LoadUser, other: LoadUser, pictures: LoadPictures) => Call;
  status: number;
  /** Slack's `error`, Twitter's `code`, or our own. */
  code: string | number;
}

const SET = { verb: 'POST', path: '/api/users.setPhoto' };
const UPDATE = { verb: 'POST', path: '/1.1/account/update_profile_image.json' };
const VERIFY = { path: '/1.1/account/verify_credentials.json' };

/** What people and programs get wrong, and the answers of docs/slack.md and docs/twitter.md. */
export const BAD_INPUT: BadInput[] = [
  slack('a picture that is cut off', (_user, { truncated }) => ({ ...SET, body: multipart(truncated) }), 'bad_image'),
  slack('a side of 511 pixels', (_user, { small }) => ({ ...SET, body: multipart(small) }), 'bad_image'),
  slack('a side of 1,025 pixels', (_user, { large }) => ({ ...SET, body: multipart(large) }), 'too_large'),
  slack('text for a picture', () => ({ ...SET, body: multipart(Buffer.from('me.png')) }), 'bad_image'),
  slack('no picture', () => ({ ...SET, body: new URLSearchParams({ crop_x: '1' }) }), 'bad_image'),
  slack('no such method', () => ({ path: '/api/users.nothing' }), 'unknown_method'),
  slack(
    'a token that nobody has',
    ({ token }) => ({ path: '/api/auth.test', headers: { authorization: `Bearer ${token}x` } }),
    'invalid_auth',
  ),
  slack('no token', () => ({ path: '/api/users.profile.get', headers: { authorization: '' } }), 'not_authed'),
  twitter('no picture', () => ({ ...UPDATE, body: new URLSearchParams({ skip_status: '1' }) }), 400, 38),
  twitter('a picture that is cut off', ({ truncated }) => ({ ...UPDATE, body: multipart(truncated) }), 422, 120),
  twitter('nobody of that name', () => ({ path: '/1.1/users/show.json?screen_name=nobody_at_all' }), 404, 50),
  twitter('no such page', () => ({ path: '/1.1/statuses/home_timeline.json' }), 404, 34),
  {
    name: 'Twitter: a signature of another request',
    call: (base, user) => ({ ...VERIFY, headers: asTwitter(base, user, UPDATE).headers ?? {} }),
    status: 401,
    code: 32,
  },
  {
    name: 'Twitter: no signature',
    call: () => VERIFY,
    status: 400,
    code: 215,
  },
  {
    name: 'own: no such upload',
    call: (_base, user) => asSlack(user, { path: '/v1/uploads/00000000-0000-4000-8000-000000000000' }),
    status: 404,
    code: 'unknown-upload',
  },
];

function slack(what: string, one: (user: LoadUser, pictures: LoadPictures) => Call, code: string): BadInput {
  return {
    name: `Slack: ${what}`,
    call: (_base, user, _other, pictures) => asSlack(user, one(user, pictures)),
    status: 200,
    code,
  };
}

function twitter(what: string, one: (pictures: LoadPictures) => Call, status: number, code: number): BadInput {
  return {
    name: `Twitter: ${what}`,
    call: (base, user, _other, pictures) => asTwitter(base, user, one(pictures)),
    status,
    code,
  };
}
