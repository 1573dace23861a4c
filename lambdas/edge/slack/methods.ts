import { TOKEN_KINDS } from '../../core/credential.ts';
import { accepted, refused } from '../../core/result.ts';
import { type ChangeFlows, type ReadFlows, uploadHeaders } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { prefersAsync, type Request } from '../request.ts';
import { cropOf, imageOf, type SlackCall, textOf } from './call.ts';
import { type Begun, type CheckedCall, dispatchSlackCall, type SlackMethod } from './dispatch.ts';
import { photoFields, profileOf, userOf } from './profile.ts';
import { slackOk, slackRefusal } from './response.ts';

/** The URLs in Slack's own answer work. So ours waits until the photo is published, but no longer than this. */
const MAX_WAIT_MS = 3_000;

/** Slack's page: a user token with this scope, tier 2. GET too, which the page prefers for users.deletePhoto. */
const CHANGE = {
  verbs: ['GET', 'POST'],
  tier: 'tier2',
  scope: 'users.profile:write',
  tokens: ['user', 'workspace'],
  isForPeople: true,
} as const;

const CHANGES: Record<string, SlackMethod<ChangeFlows>> = {
  '/api/users.setPhoto': { name: 'users.setPhoto', ...CHANGE, begin: checkPhoto, run: setPhoto },
  '/api/users.deletePhoto': {
    name: 'users.deletePhoto',
    ...CHANGE,
    async run(context, flows) {
      const { id, photoLock } = context.caller.user;
      if (photoLock !== undefined) return slackRefusal(context, { code: 'photo-locked', reason: photoLock });
      return (await flows.deletePhoto(id)) !== undefined
        ? slackOk(context, {})
        : slackRefusal(context, { code: 'inactive-user' });
    },
  },
};

const READ = { verbs: ['GET', 'HEAD', 'POST'], tier: 'tier4', tokens: TOKEN_KINDS, isForPeople: false } as const;

const READS: Record<string, SlackMethod<ReadFlows>> = {
  '/api/users.profile.get': {
    name: 'users.profile.get',
    ...READ,
    scope: 'users.profile:read',
    begin: findRequested,
    async run(context, flows) {
      const found = await requestedUser(context, flows);
      if (!found.ok) return slackRefusal(context, found.refusal);
      return slackOk(context, { profile: profileOf(context.request.baseUrl, found.value, maySeeEmail(context)) });
    },
  },

  '/api/users.info': {
    name: 'users.info',
    ...READ,
    scope: 'users:read',
    begin: findRequested,
    async run(context, flows) {
      if (textOf(context.call, 'user') === undefined) {
        return slackRefusal(context, { code: 'missing-argument', argument: 'user' });
      }
      const found = await requestedUser(context, flows);
      if (!found.ok) return slackRefusal(context, found.refusal);
      const user = userOf(context.request.baseUrl, found.value, context.caller.team, maySeeEmail(context));
      const wantsLocale = ['1', 'true'].includes(textOf(context.call, 'include_locale') ?? '');
      return slackOk(context, { user: { ...user, ...(wantsLocale && { locale: 'en-US' }) } });
    },
  },

  '/api/auth.test': {
    name: 'auth.test',
    ...READ,
    tier: 'special',
    run: async (context) => slackOk(context, identityOf(context)),
  },
};

export const changeBySlack = (request: Request, flows: ChangeFlows): Promise<HttpResponse> =>
  dispatchSlackCall(CHANGES, request, flows);

export const readBySlack = (request: Request, flows: ReadFlows): Promise<HttpResponse> =>
  dispatchSlackCall(READS, request, flows);

/** Starts to check the call's picture, if it has one. */
function checkPhoto(call: SlackCall, flows: ChangeFlows): Begun | undefined {
  const [image, crop] = [imageOf(call), cropOf(call)];
  if (!image.ok || !crop.ok) return undefined;
  return {
    checked: flows.checkPicture({ source: 'slack', bytes: image.value, ...(crop.value && { crop: crop.value }) }),
  };
}

async function setPhoto(context: CheckedCall, flows: ChangeFlows): Promise<HttpResponse> {
  const { request, call, caller } = context;
  const { photoLock } = caller.user;
  if (photoLock !== undefined) return slackRefusal(context, { code: 'photo-locked', reason: photoLock });
  if (request.verb === 'POST' && request.body.length === 0) return slackRefusal(context, { code: 'body-missing' });
  const image = imageOf(call);
  if (!image.ok) return slackRefusal(context, image.refusal);
  const crop = cropOf(call);
  if (!crop.ok) return slackRefusal(context, crop.refusal);
  const set = await flows.setPhoto({
    userId: caller.user.id,
    source: 'slack',
    bytes: image.value,
    ...(crop.value && { crop: crop.value }),
    ...(context.begun?.checked && { checked: context.begun.checked }),
    maxWaitMs: prefersAsync(request) ? 0 : MAX_WAIT_MS,
  });
  if (!set.ok) return slackRefusal(context, set.refusal);
  const profile = photoFields(request.baseUrl, caller.user.id, set.value.shownBy?.photo ?? set.value.photo);
  const answer = slackOk(context, { profile });
  return { ...answer, headers: { ...answer.headers, ...uploadHeaders(set.value) } };
}

/** The user in the argument `user`; the caller by default. */
async function requestedUser({ call, caller, begun }: CheckedCall, flows: ReadFlows) {
  const slackId = textOf(call, 'user');
  if (slackId === undefined || slackId === caller.user.slackId) return accepted(caller.user);
  const found = await (begun?.found ?? findRequested(call, flows)?.found);
  // A user of another team is as unknown as one who does not exist.
  return found?.ok && found.value.teamId === caller.team.id ? found : refused({ code: 'unknown-user' as const });
}

function findRequested(call: SlackCall, flows: ReadFlows): Begun | undefined {
  const slackId = textOf(call, 'user');
  // Impossible ids are not looked up.
  return slackId !== undefined && /^[UW][A-Z0-9]{2,20}$/.test(slackId)
    ? { found: flows.findBySlackId(slackId) }
    : undefined;
}

const maySeeEmail = ({ caller }: CheckedCall): boolean => caller.scopes.includes('users:read.email');

/** Whom a token belongs to, as `auth.test` reports it. */
function identityOf({ request, caller }: CheckedCall) {
  const { user, team, tokenKind, validUntilSeconds } = caller;
  return {
    url: `${request.baseUrl}/`,
    team: team.name,
    user: user.screenName,
    team_id: team.id,
    user_id: user.slackId,
    // Made from the user's id.
    ...((tokenKind === 'bot' || user.isBot) && { bot_id: `B${user.slackId.slice(1)}` }),
    is_enterprise_install: false,
    ...(validUntilSeconds !== undefined && {
      expires_in: Math.max(0, Math.floor(validUntilSeconds - Date.now() / 1000)),
    }),
  };
}
