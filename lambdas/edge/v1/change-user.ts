import type * as z from 'zod/mini';
import type { FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import { type Request, refuseBody } from '../request.ts';
import { v1Caller } from './caller.ts';
import { MAY_WRITE } from './erase.ts';
import { v1Refusal } from './error-messages.ts';
import { parsedJson } from './json-body.ts';
import { rateLimited, withRateLimit } from './rate-limit.ts';
import { v1Ok } from './response.ts';
import type { UserBody } from './schemas.ts';

/** `PATCH /v1/user` with `{"avatar": …}`: whether the caller can be found by the hash of their e-mail address. */
export async function changeUserByV1(request: Request, flows: ChangeFlows): Promise<HttpResponse> {
  const caller = await v1Caller(request, flows);
  if (!caller.ok) return v1Refusal(caller.refusal);
  const { user, scopes } = caller.value;
  if (!scopes.some((scope) => MAY_WRITE.includes(scope))) return v1Refusal({ code: 'read-only', path: request.path });
  const avatar = readAvatar(request);
  if (!avatar.ok) return v1Refusal(avatar.refusal);
  const rateLimit = await flows.consumeChange({ userId: user.id, id: request.id, isRepeat: false });
  if (!rateLimit.allowed) return rateLimited(rateLimit, Date.now() / 1000);
  if (!(await flows.setAvatar(user.id, avatar.value))) return v1Refusal({ code: 'inactive-user' });
  const body: z.output<typeof UserBody> = { user_id: user.id, screen_name: user.screenName, avatar: avatar.value };
  return withRateLimit(v1Ok(body), rateLimit);
}

/** JSON or a merge patch (RFC 7396), whatever its declared type. */
function readAvatar(request: Request): Result<boolean, FormRefusal | LookUpRefusal> {
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  if (request.body.length === 0) return refused({ code: 'body-missing' });
  const sent = parsedJson(request.body);
  if (sent === undefined) return refused({ code: 'body-malformed' });
  const { avatar } = Object(sent);
  if (typeof avatar === 'boolean') return accepted(avatar);
  if (avatar === undefined) return refused({ code: 'missing-argument', argument: 'avatar' });
  return refused({
    code: 'bad-argument',
    argument: 'avatar',
    given: JSON.stringify(avatar).slice(0, 40),
    allowed: 'true or false',
  });
}
