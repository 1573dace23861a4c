import { refused } from '../../core/result.ts';
import type { Caller } from '../../core/user.ts';
import type { Answer } from '../answer.ts';
import type { ChangeFlows, ReadFlows } from '../flows.ts';
import { prefersAsync, type Request } from '../request.ts';
import { slackOk, slackRefusal } from './slack-answer.ts';
import { cropOf, imageOf, readSlackCall, type SlackCall, textOf } from './slack-call.ts';
import { photoFields, profileOf, userOf } from './slack-profile.ts';

/**
 * Slack's methods. Checks come in this order: the form, the token, the arguments, the picture.
 */
type Method<F> = (request: Request, call: SlackCall, caller: Caller, flows: F) => Promise<Answer>;

/** Slack's own answer carries URLs that work, so ours waits for publication; this long at the most. */
const MAX_WAIT_MS = 3_000;

const CHANGES: Record<string, Method<ChangeFlows>> = {
  '/api/users.setPhoto': async (request, call, caller, flows) => {
    const image = imageOf(call.arguments);
    if (!image.ok) return slackRefusal(request, image.refusal, caller);
    const crop = cropOf(call.arguments);
    if (!crop.ok) return slackRefusal(request, crop.refusal, caller);
    const set = await flows.setPhoto({
      userId: caller.user.id,
      door: 'slack',
      bytes: image.value,
      crop: crop.value,
      maxWaitMs: prefersAsync(request) ? 0 : MAX_WAIT_MS,
    });
    if (!set.ok) return slackRefusal(request, set.refusal, caller);
    const profile = photoFields(request.baseUrl, caller.user.id, set.value.shownBy?.photo ?? set.value.photo);
    const answer = slackOk(request, { profile }, caller);
    return { ...answer, headers: { ...answer.headers, 'x-upload-id': set.value.uploadId } };
  },

  '/api/users.deletePhoto': async (request, _call, caller, flows) =>
    (await flows.removePhoto(caller.user.id)) !== undefined
      ? slackOk(request, {}, caller)
      : slackRefusal(request, { code: 'inactive-user' }),
};

const READS: Record<string, Method<ReadFlows>> = {
  '/api/users.profile.get': async (request, call, caller, flows) => {
    const found = await askedUser(call, caller, flows);
    if (!found.ok) return slackRefusal(request, found.refusal, caller);
    return slackOk(request, { profile: profileOf(request.baseUrl, found.value) }, caller);
  },

  '/api/users.info': async (request, call, caller, flows) => {
    if (textOf(call.arguments, 'user') === undefined) {
      return slackRefusal(request, { code: 'missing-argument', argument: 'user' }, caller);
    }
    const found = await askedUser(call, caller, flows);
    if (!found.ok) return slackRefusal(request, found.refusal, caller);
    return slackOk(request, { user: userOf(request.baseUrl, found.value, caller.team) }, caller);
  },

  '/api/auth.test': async (request, _call, { user, team, scopes }) =>
    slackOk(
      request,
      {
        url: `${request.baseUrl}/`,
        team: team.name,
        user: user.screenName,
        team_id: team.id,
        user_id: user.slackId,
        is_enterprise_install: false,
      },
      { user, team, scopes },
    ),
};

/** The user named by the argument `user`, by default the caller. */
const askedUser = async (call: SlackCall, caller: Caller, flows: ReadFlows) => {
  const slackId = textOf(call.arguments, 'user');
  if (slackId === undefined || slackId === caller.user.slackId) return { ok: true as const, value: caller.user };
  // Ids that cannot exist are not looked up.
  if (!/^[UW][A-Z0-9]{2,20}$/.test(slackId)) return refused({ code: 'unknown-user' as const });
  return flows.findBySlackId(slackId, caller.team.id);
};

export const changeBySlack = (request: Request, flows: ChangeFlows): Promise<Answer> => run(CHANGES, request, flows);

export const readBySlack = (request: Request, flows: ReadFlows): Promise<Answer> => run(READS, request, flows);

async function run<F extends Pick<ReadFlows, 'admit'>>(
  methods: Record<string, Method<F>>,
  request: Request,
  flows: F,
): Promise<Answer> {
  const method = Object.hasOwn(methods, request.path) ? methods[request.path] : undefined;
  if (method === undefined) return slackRefusal(request, { code: 'unknown-method', path: request.path.slice(0, 100) });
  const call = readSlackCall(request);
  if (!call.ok) return slackRefusal(request, call.refusal);
  const caller = await flows.admit(call.value.token);
  if (!caller.ok) return slackRefusal(request, caller.refusal);
  return method(request, call.value, caller.value, flows);
}
