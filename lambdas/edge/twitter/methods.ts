import { photoPath } from '../../core/object-keys.ts';
import type { RateLimitStatus } from '../../core/rate-limit.ts';
import type { Caller, User } from '../../core/user.ts';
import { defaultPhotoPath } from '../default-photo.ts';
import { type ChangeFlows, type ReadFlows, uploadHeaders } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { type Argument, preferredWaitSeconds, type Request } from '../request.ts';
import { isFalse, readTwitterCall, textOf } from './call.ts';
import { imageOf } from './image.ts';
import type { TwitterEndpoint } from './rate-limits.ts';
import { twitterOk, twitterRedirect, twitterRefusal } from './response.ts';
import { twitterUser } from './user.ts';

/** Twitter's methods. The checks, in order: path, verb, form, signature, rate limit, rights, arguments, picture. */
interface Method<F> {
  endpoint: TwitterEndpoint;
  verbs: readonly string[];
  /** Twitter's words for the verbs. */
  allowed: string;
  /** Starts to look up the user that the request is about. Undefined if there is nothing to start. */
  find?(given: Argument[], flows: F): Found | undefined;
  /** Whether the caller's token may call it; absent if any may. */
  mayCall?(caller: Caller): boolean;
  /** Starts to check the request's picture, once the caller is verified and may send one. */
  check?(given: Argument[], flows: F): Checked | undefined;
  run(call: CheckedCall, flows: F): Promise<HttpResponse>;
}

type Found = ReturnType<ReadFlows['findById']>;
type Checked = ReturnType<ChangeFlows['checkPicture']>;

interface CheckedCall {
  request: Request;
  arguments: Argument[];
  caller: Caller;
  rateLimit: RateLimitStatus;
  found?: Found;
  checked?: Checked;
}

/** The longest wait that a client may ask for (RFC 7240, `wait`). The function's own time is limited. */
const MAX_WAIT_SECONDS = 10;

const CHANGES: Record<string, Method<ChangeFlows>> = {
  '/1.1/account/update_profile_image.json': {
    endpoint: 'account/update_profile_image',
    verbs: ['POST'],
    allowed: 'POST',
    mayCall: ({ scopes }) => scopes.includes('write'),
    check(given, flows) {
      const image = imageOf(given);
      return image.ok ? flows.checkPicture({ source: 'twitter', bytes: image.value }) : undefined;
    },
    async run({ request, arguments: given, caller, rateLimit, checked }, flows) {
      const { path } = request;
      const { photoLock } = caller.user;
      if (photoLock !== undefined) {
        return twitterRefusal({ code: 'photo-locked', reason: photoLock }, path, rateLimit);
      }
      const image = imageOf(given);
      if (!image.ok) return twitterRefusal(image.refusal, path, rateLimit);
      const maxWaitMs = Math.min(preferredWaitSeconds(request), MAX_WAIT_SECONDS) * 1_000;
      const upload = { userId: caller.user.id, source: 'twitter', bytes: image.value, maxWaitMs } as const;
      const set = await flows.setPhoto({ ...upload, ...(checked && { checked }) });
      if (!set.ok) return twitterRefusal(set.refusal, path, rateLimit);
      const answered = userAnswer(request, given, set.value.shownBy ?? caller.user, rateLimit);
      return { ...answered, headers: { ...answered.headers, ...uploadHeaders(set.value) } };
    },
  },
};

const READ_VERBS = { verbs: ['GET', 'HEAD'], allowed: 'GET or HEAD' } as const;

const READS: Record<string, Method<ReadFlows>> = {
  '/1.1/users/show.json': {
    endpoint: 'users/show',
    ...READ_VERBS,
    find: findShown,
    async run({ request, arguments: given, rateLimit, found: begun }, flows) {
      const { path } = request;
      const found = await (begun ?? findShown(given, flows));
      if (found === undefined)
        return twitterRefusal({ code: 'missing-argument', argument: 'user_id' }, path, rateLimit);
      if (!found.ok) return twitterRefusal(found.refusal, path, rateLimit);
      if (found.value.state !== 'active') return twitterRefusal({ code: 'suspended-user' }, path, rateLimit);
      return userAnswer(request, given, found.value, rateLimit);
    },
  },

  '/1.1/account/verify_credentials.json': {
    endpoint: 'account/verify_credentials',
    ...READ_VERBS,
    run: async ({ request, arguments: given, caller, rateLimit }) => userAnswer(request, given, caller.user, rateLimit),
  },
};

/** The user that `users/show` is about; undefined if it names none. */
function findShown(given: Argument[], flows: ReadFlows): Found | undefined {
  const [id, screenName] = [textOf(given, 'user_id'), textOf(given, 'screen_name')];
  if (id !== undefined) return flows.findById(id);
  return screenName === undefined ? undefined : flows.findByScreenName(screenName);
}

/** `skip_status` is accepted and has no effect: nobody here has a status. */
const userAnswer = ({ baseUrl }: Request, given: Argument[], user: User, rateLimit: RateLimitStatus): HttpResponse =>
  twitterOk(twitterUser(baseUrl, user, !isFalse(given, 'include_entities')), rateLimit);

export const changeByTwitter = (request: Request, flows: ChangeFlows): Promise<HttpResponse> =>
  run(CHANGES, request, flows);

export const readByTwitter = (request: Request, flows: ReadFlows): Promise<HttpResponse> =>
  request.path.startsWith('/1/') ? legacy(request, flows) : run(READS, request, flows);

async function run<F extends Pick<ReadFlows, 'authenticateTwitterCall'>>(
  methods: Record<string, Method<F>>,
  request: Request,
  flows: F,
): Promise<HttpResponse> {
  const { path, verb } = request;
  const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
  if (method === undefined) return twitterRefusal({ code: 'unknown-method', path }, path);
  if (!method.verbs.includes(verb)) return twitterRefusal({ code: 'wrong-verb', verb, allowed: method.allowed }, path);
  const call = readTwitterCall(request);
  if (!call.ok) return twitterRefusal(call.refusal, path);
  const { signed, arguments: given } = call.value;
  let found: Found | undefined;
  let checked: Checked | undefined;
  // Whoever awaits this work gets its error. If nobody does, it must not be unhandled.
  const find = () => {
    found = method.find?.(given, flows);
    found?.catch(() => undefined);
  };
  const check = (caller: Caller) => {
    if (method.mayCall?.(caller) === false) return;
    checked = method.check?.(given, flows);
    checked?.catch(() => undefined);
  };
  const authenticated = await flows.authenticateTwitterCall(method.endpoint, signed, find, check);
  if (!authenticated.ok) return twitterRefusal(authenticated.refusal, path);
  const { caller, rateLimit } = authenticated.value;
  if (!rateLimit.allowed) return twitterRefusal({ code: 'rate-limited', ...rateLimit }, path, rateLimit);
  if (method.mayCall?.(caller) === false) return twitterRefusal({ code: 'read-only', path }, path, rateLimit);
  const begun = { ...(found && { found }), ...(checked && { checked }) };
  return method.run({ request, arguments: given, caller, rateLimit, ...begun }, flows);
}

/**
 * The only method of API v1 that is still answered: a redirect to a picture, without credentials, at
 * `/1/users/profile_image/:screen_name` or with `?screen_name=`. The rest of v1 is gone, as at Twitter.
 */
async function legacy(request: Request, flows: ReadFlows): Promise<HttpResponse> {
  const { path, query, baseUrl, verb } = request;
  const named = /^\/1\/users\/profile_image(?:\/([^/]+?))?(?:\.json|\.xml)?$/.exec(path);
  if (named === null) return twitterRefusal({ code: 'retired-method' }, path);
  if (!READ_VERBS.verbs.some((allowed) => allowed === verb)) {
    return twitterRefusal({ code: 'wrong-verb', verb, allowed: READ_VERBS.allowed }, path);
  }
  const parameters = new Map(query);
  const found = await flows.findByScreenName(named[1] ?? parameters.get('screen_name') ?? '');
  if (!found.ok || found.value.state !== 'active') return twitterRefusal({ code: 'unknown-user' }, path);
  const size = parameters.get('size') ?? 'normal';
  const suffix = size === 'original' ? undefined : ['mini', 'normal', 'bigger'].includes(size) ? size : 'normal';
  const { id, photo } = found.value;
  return twitterRedirect(baseUrl + (photo ? photoPath(id, photo, suffix) : defaultPhotoPath(suffix ?? 'original')));
}
