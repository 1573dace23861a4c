import type * as z from 'zod/mini';
import type { FormRefusal, LookUpRefusal, Refusal } from '../../core/refusal.ts';
import { accepted, type Result } from '../../core/result.ts';
import type { SizeSet } from '../../core/stored-sizes.ts';
import type { User, UserChange, UserQuery } from '../../core/user.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import type { Acting, AdministratorsRoute, Deed } from './administer.ts';
import { changePhoto } from './change-photo.ts';
import { eraseConfirmed } from './erase.ts';
import { v1Refusal } from './error-messages.ts';
import { readJsonBody } from './json-body.ts';
import { photosBody } from './photo-body.ts';
import { UserChangeBody } from './request-schemas.ts';
import { v1Ok } from './response.ts';
import type { UserDetailsBody } from './schemas.ts';

/** The verbs of each path below a user's id; '' is the user itself. GET of `/photo` is for everybody, in `read`. */
const USER_VERBS: Record<string, string[]> = {
  '': ['GET', 'HEAD', 'PATCH', 'DELETE'],
  '/photo': ['POST', 'DELETE'],
  '/photo/uploads': ['POST'],
  '/photo/undo': ['POST'],
  '/photo/restore': ['POST'],
};

/** `/v1/users`, or a path below it. */
export function usersRoute(path: string): AdministratorsRoute | undefined {
  if (path === '/v1/users') {
    return { template: path, verbs: ['GET', 'HEAD'], everybodysVerbs: [], act: findUsers };
  }
  const [, id, rest = ''] = /^\/v1\/users\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const verbs = Object.hasOwn(USER_VERBS, rest) ? USER_VERBS[rest] : undefined;
  if (id === undefined || verbs === undefined) return undefined;
  return {
    template: `/v1/users/{id}${rest}`,
    verbs,
    everybodysVerbs: rest === '/photo' ? ['GET', 'HEAD'] : [],
    act: (request, acting) => actOnUser(request, { id, rest }, acting),
  };
}

async function findUsers(request: Request, { administer, flows }: Acting): Promise<Deed> {
  const query = readUserQuery(request);
  if ('code' in query) return { answer: v1Refusal(query), userIds: [] };
  const users = await administer.find(query);
  const found = users.map((user) => userDetails(request.baseUrl, user, flows.serviceLimits.sizeSets));
  return { answer: v1Ok({ users: found }), userIds: users.map(({ id }) => id) };
}

async function actOnUser(
  request: Request,
  { id, rest }: { id: string; rest: string },
  { admin, administer, flows }: Acting,
): Promise<Deed> {
  const { baseUrl, verb } = request;
  const bodyOf = (user: User) => userDetails(baseUrl, user, flows.serviceLimits.sizeSets);
  const found = await administer.findById(id);
  if (!found.ok) return { answer: v1Refusal(found.refusal), userIds: [] };
  const user = found.value;
  const answered = async (): Promise<HttpResponse> => {
    // Counted apart from the user's own limit, and for each administrator.
    if (rest !== '') return changePhoto(request, rest, { user, changer: `${user.id}/by/${admin.id}` }, flows);
    if (verb === 'PATCH') {
      const change = readUserChange(request);
      if (!change.ok) return v1Refusal(change.refusal);
      const after = await administer.change(user, change.value);
      return after.ok ? v1Ok(bodyOf(after.value)) : v1Refusal(after.refusal);
    }
    return verb === 'DELETE' ? eraseConfirmed(request, user, flows) : v1Ok(bodyOf(user));
  };
  return { answer: await answered(), userIds: [user.id] };
}

const QUERIES: UserQuery['by'][] = ['email', 'screen_name', 'subject'];

/** Exactly one query: with two that disagree, nobody could say which was meant. */
function readUserQuery({ query }: Request): UserQuery | Refusal {
  const given = query.flatMap(([name, value]) => {
    const by = QUERIES.find((one) => one === name);
    return by === undefined ? [] : [{ by, value }];
  });
  const [only] = given;
  return only === undefined || given.length > 1
    ? { code: 'missing-argument', argument: `one of ${QUERIES.join(', ')}` }
    : only;
}

const ALLOWED = 'as in the schema UserChange: name, email, active, photo_lock';

/** The merge patch in `PATCH /v1/users/{id}`. */
function readUserChange(request: Request): Result<UserChange, FormRefusal | LookUpRefusal> {
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

/** A user as administrators see them. */
const userDetails = (baseUrl: string, user: User, sets: readonly SizeSet[]): z.infer<typeof UserDetailsBody> => ({
  user_id: user.id,
  slack_user_id: user.slackId,
  screen_name: user.screenName,
  name: user.name,
  email: user.email ?? null,
  active: user.state === 'active',
  // An issuer has no `#`.
  subject: user.identity?.slice(user.identity.indexOf('#') + 1) ?? null,
  photo_lock: user.photoLock === undefined ? null : { reason: user.photoLock },
  created_at: user.createdAt,
  ...photosBody(baseUrl, { ...user, photoLock: undefined }, sets),
});
