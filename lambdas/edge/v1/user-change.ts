import type { FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { UserChange } from '../../core/user.ts';
import { refuseBody } from '../refuse-body.ts';
import { isJson, type Request } from '../request.ts';
import { UserChangeBody } from './schemas.ts';

/** What `PATCH /v1/users/{id}` asks for: a merge patch of what may be changed. What is not known is refused: a misspelt lock locks nothing. */
export function readUserChange(request: Request): Result<UserChange, FormRefusal | LookUpRefusal> {
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  if (!isJson(request)) {
    const contentType = request.headers['content-type'];
    return refused(
      contentType === undefined
        ? { code: 'content-type-missing' }
        : { code: 'content-type-unknown', contentType: contentType.slice(0, 100) },
    );
  }
  const read = UserChangeBody.safeParse(parsed(request.body));
  if (!read.success) {
    const [issue] = read.error.issues;
    const argument =
      issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : 'the body');
    return refused({
      code: 'bad-argument',
      argument: argument.slice(0, 40),
      given: '',
      allowed: 'as in the schema UserChange: name, email, active, photo_lock',
    });
  }
  const { name, email, active, photo_lock } = read.data;
  return accepted({
    name,
    email,
    state: active === undefined ? undefined : active ? 'active' : 'deactivated',
    photoLock: photo_lock === null ? null : photo_lock?.reason,
  });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
