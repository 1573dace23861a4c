import { TOKEN_KINDS } from '../../core/credential.ts';
import { accepted, refused } from '../../core/result.ts';
import type { Answer } from '../answer.ts';
import type { ChangeFlows, ReadFlows } from '../flows.ts';
import { prefersAsync, type Request } from '../request.ts';
import { answerSlackCall, type CheckedCall, type SlackMethod } from './answer-slack-call.ts';
import { slackOk, slackRefusal } from './slack-answer.ts';
import { cropOf, imageOf, textOf } from './slack-call.ts';
import { photoFields, profileOf, userOf } from './slack-profile.ts';

/** Slack's own answer carries URLs that work, so ours waits for publication; this long at the most. */
const MAX_WAIT_MS = 3_000;

/** Slack's page: a user's token, with this scope; tier 2. GET as well, since Slack's page prefers it for users.deletePhoto. */
const CHANGE = {
  verbs: ['GET', 'POST'],
  tier: 'tier2',
  scope: 'users.profile:write',
  tokens: ['user', 'workspace'],
  isForPeople: true,
} as const;

const CHANGES: Record<string, SlackMethod<ChangeFlows>> = {
  '/api/users.setPhoto': { name: 'users.setPhoto', ...CHANGE, run: setPhoto },
  '/api/users.deletePhoto': {
    name: 'users.deletePhoto',
    ...CHANGE,
    run: async (asked, flows) =>
      (await flows.removePhoto(asked.caller.user.id)) !== undefined
        ? slackOk(asked, {})
        : slackRefusal(asked, { code: 'inactive-user' }),
  },
};

const READ = { verbs: ['GET', 'HEAD', 'POST'], tier: 'tier4', tokens: TOKEN_KINDS, isForPeople: false } as const;

const READS: Record<string, SlackMethod<ReadFlows>> = {
  '/api/users.profile.get': {
    name: 'users.profile.get',
    ...READ,
    scope: 'users.profile:read',
    async run(asked, flows) {
      const found = await askedUser(asked, flows);
      if (!found.ok) return slackRefusal(asked, found.refusal);
      return slackOk(asked, { profile: profileOf(asked.request.baseUrl, found.value, maySeeEmail(asked)) });
    },
  },

  '/api/users.info': {
    name: 'users.info',
    ...READ,
    scope: 'users:read',
    async run(asked, flows) {
      if (textOf(asked.call, 'user') === undefined) {
        return slackRefusal(asked, { code: 'missing-argument', argument: 'user' });
      }
      const found = await askedUser(asked, flows);
      if (!found.ok) return slackRefusal(asked, found.refusal);
      const user = userOf(asked.request.baseUrl, found.value, asked.caller.team, maySeeEmail(asked));
      const isLocaleAsked = ['1', 'true'].includes(textOf(asked.call, 'include_locale') ?? '');
      return slackOk(asked, { user: { ...user, ...(isLocaleAsked && { locale: 'en-US' }) } });
    },
  },

  '/api/auth.test': {
    name: 'auth.test',
    ...READ,
    tier: 'special',
    run: async (asked) => slackOk(asked, identityOf(asked)),
  },
};

export const changeBySlack = (request: Request, flows: ChangeFlows): Promise<Answer> =>
  answerSlackCall(CHANGES, request, flows);

export const readBySlack = (request: Request, flows: ReadFlows): Promise<Answer> =>
  answerSlackCall(READS, request, flows);

async function setPhoto(asked: CheckedCall, flows: ChangeFlows): Promise<Answer> {
  const { request, call, caller } = asked;
  if (request.verb === 'POST' && request.body.length === 0) return slackRefusal(asked, { code: 'body-missing' });
  const image = imageOf(call);
  if (!image.ok) return slackRefusal(asked, image.refusal);
  const crop = cropOf(call);
  if (!crop.ok) return slackRefusal(asked, crop.refusal);
  const set = await flows.setPhoto({
    userId: caller.user.id,
    door: 'slack',
    bytes: image.value,
    crop: crop.value,
    maxWaitMs: prefersAsync(request) ? 0 : MAX_WAIT_MS,
  });
  if (!set.ok) return slackRefusal(asked, set.refusal);
  const profile = photoFields(request.baseUrl, caller.user.id, set.value.shownBy?.photo ?? set.value.photo);
  const answer = slackOk(asked, { profile });
  return { ...answer, headers: { ...answer.headers, 'x-upload-id': set.value.uploadId } };
}

/** The user named by the argument `user`, by default the caller. */
async function askedUser({ call, caller }: CheckedCall, flows: ReadFlows) {
  const slackId = textOf(call, 'user');
  if (slackId === undefined || slackId === caller.user.slackId) return accepted(caller.user);
  // Ids that cannot exist are not looked up.
  if (!/^[UW][A-Z0-9]{2,20}$/.test(slackId)) return refused({ code: 'unknown-user' as const });
  return flows.findBySlackId(slackId, caller.team.id);
}

const maySeeEmail = ({ caller }: CheckedCall): boolean => caller.scopes.includes('users:read.email');

/** Who a token speaks for, as `auth.test` tells it. */
function identityOf({ request, caller }: CheckedCall) {
  const { user, team, tokenKind, validUntilSeconds } = caller;
  return {
    url: `${request.baseUrl}/`,
    team: team.name,
    user: user.screenName,
    team_id: team.id,
    user_id: user.slackId,
    // Made from the user's id, as that is from ours.
    ...((tokenKind === 'bot' || user.isBot) && { bot_id: `B${user.slackId.slice(1)}` }),
    is_enterprise_install: false,
    ...(validUntilSeconds !== undefined && {
      expires_in: Math.max(0, Math.floor(validUntilSeconds - Date.now() / 1000)),
    }),
  };
}
