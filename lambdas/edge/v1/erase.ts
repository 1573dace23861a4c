import type * as z from 'zod/mini';
import type { User } from '../../core/user.ts';
import type { ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { v1Caller } from './caller.ts';
import { ERASED_KINDS } from './erased-kinds.ts';
import { v1Refusal } from './error-messages.ts';
import { v1Accepted } from './response.ts';
import type { ErasureBody } from './schemas.ts';

/** Twitter's word and Slack's for a credential that may change its user's photo. */
export const MAY_WRITE = ['write', 'users.profile:write'];

/**
 * `DELETE /v1/user?confirm=<screen name>`: the caller and everything of theirs. There is no way back, so the caller must
 * name themselves: no client does that by accident.
 */
export async function eraseByV1(request: Request, flows: ChangeFlows): Promise<HttpResponse> {
  const { path } = request;
  const caller = await v1Caller(request, flows);
  if (!caller.ok) return v1Refusal(caller.refusal);
  const { user, scopes } = caller.value;
  if (!scopes.some((scope) => MAY_WRITE.includes(scope))) return v1Refusal({ code: 'read-only', path });
  return eraseConfirmed(request, user, flows);
}

/** Erases a user whom the request names by `confirm=<screen name>`, beside whatever else says who it is. */
export async function eraseConfirmed({ query }: Request, user: User, flows: ChangeFlows): Promise<HttpResponse> {
  const confirmed = query.filter(([name]) => name === 'confirm').map(([, value]) => value);
  if (confirmed.length !== 1 || confirmed[0]?.toLowerCase() !== user.screenName.toLowerCase()) {
    return v1Refusal({ code: 'missing-argument', argument: 'confirm, which must be the screen name' });
  }
  const erased = await flows.eraseUser(user.id);
  if (erased === undefined) return v1Refusal({ code: 'inactive-user' });
  const receipt: z.output<typeof ErasureBody> = {
    user_id: user.id,
    slack_user_id: user.slackId,
    screen_name: user.screenName,
    state: 'erasing',
    removes: [...ERASED_KINDS],
    tombstone: { id: user.id, kept_days: erased.tombstoneDays },
  };
  return v1Accepted(receipt);
}
