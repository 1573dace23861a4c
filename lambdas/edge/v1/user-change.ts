import type { FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result } from '../../core/result.ts';
import type { UserChange } from '../../core/user.ts';
import type { Request } from '../request.ts';
import { readJsonBody } from './json-body.ts';
import { UserChangeBody } from './request-schemas.ts';

const ALLOWED = 'as in the schema UserChange: name, email, active, photo_lock';

/** What `PATCH /v1/users/{id}` asks for: a merge patch of what may be changed. */
export function readUserChange(request: Request): Result<UserChange, FormRefusal | LookUpRefusal> {
  const read = readJsonBody(request, UserChangeBody, ALLOWED);
  if (!read.ok) return read;
  const { name, email, active, photo_lock } = read.value;
  return accepted({
    name,
    email,
    state: active === undefined ? undefined : active ? 'active' : 'deactivated',
    photoLock: photo_lock === null ? null : photo_lock?.reason,
  });
}
