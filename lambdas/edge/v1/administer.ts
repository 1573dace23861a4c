import type { Refusal } from '../../core/refusal.ts';
import type { User, UserQuery } from '../../core/user.ts';
import type { AdministerFlows, ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { v1Caller } from './caller.ts';
import { changePhoto } from './change-photo.ts';
import { eraseConfirmed } from './erase.ts';
import { v1Refusal } from './error-messages.ts';
import { v1Ok } from './response.ts';
import { readUserChange } from './user-change.ts';
import { userDetails } from './user-details.ts';

/** The verbs at each of an administrator's paths, by what follows the user's id; '' is the user. Everybody may GET a `/photo`, from `read`. */
const USER_VERBS: Record<string, string[]> = {
  '': ['GET', 'HEAD', 'PATCH', 'DELETE'],
  '/photo': ['POST', 'DELETE'],
  '/photo/uploads': ['POST'],
  '/photo/undo': ['POST'],
  '/photo/restore': ['POST'],
};

/** What is asked of whom: `/v1/users`, or a path below it. */
export interface UserPath {
  id: string | undefined;
  /** `/photo/undo`; '' for the user, or for all users. */
  rest: string;
}

export function readUserPath(path: string): UserPath | undefined {
  const [, id, rest = ''] = /^\/v1\/users(?:\/([^/]+)(\/.*)?)?$/.exec(path) ?? [];
  if (id === undefined) return path === '/v1/users' ? { id, rest: '' } : undefined;
  return { id, rest };
}

export const verbsOf = ({ id, rest }: UserPath): string[] | undefined =>
  id === undefined ? ['GET', 'HEAD'] : Object.hasOwn(USER_VERBS, rest) ? USER_VERBS[rest] : undefined;

/**
 * `/v1/users…`: what administrators do to others, by the rights of their token and nobody else's. Each of it leaves a line in the log, with
 * whose it was and whom it was about.
 */
export async function administerByV1(request: Request, at: UserPath, flows: ChangeFlows): Promise<HttpResponse> {
  const { administer } = flows;
  const caller = await v1Caller(request, flows);
  if (!caller.ok) return v1Refusal(caller.refusal);
  // First of all: nobody else learns who there is.
  if (administer === undefined || !caller.value.isAdmin) return v1Refusal({ code: 'not-administrator' });
  const admin = caller.value.user;
  const { answer, users } = await act(request, at, { admin, administer, flows });
  administer.note({
    adminId: admin.id,
    userIds: users.map(({ id }) => id),
    verb: request.verb,
    path: `/v1/users${at.id === undefined ? '' : '/{id}'}${at.rest}`,
    status: answer.status,
  });
  return answer;
}

interface Acting {
  admin: User;
  administer: AdministerFlows;
  flows: ChangeFlows;
}

async function act(
  request: Request,
  { id, rest }: UserPath,
  { admin, administer, flows }: Acting,
): Promise<{ answer: HttpResponse; users: User[] }> {
  const { baseUrl, verb } = request;
  const bodyOf = (user: User) => userDetails(baseUrl, user, flows.serviceLimits.sizeSets);
  if (id === undefined) {
    const query = readUserQuery(request);
    if ('code' in query) return { answer: v1Refusal(query), users: [] };
    const users = await administer.find(query);
    return { answer: v1Ok({ users: users.map(bodyOf) }), users };
  }
  const found = await administer.findById(id);
  if (!found.ok) return { answer: v1Refusal(found.refusal), users: [] };
  const user = found.value;
  const answered = async (): Promise<HttpResponse> => {
    // A person's own limit is theirs; an administrator has as many for each of them.
    if (rest !== '') return changePhoto(request, rest, { user, changer: `${user.id}/by/${admin.id}` }, flows);
    if (verb === 'PATCH') {
      const change = readUserChange(request);
      if (!change.ok) return v1Refusal(change.refusal);
      const after = await administer.change(user, change.value);
      return after.ok ? v1Ok(bodyOf(after.value)) : v1Refusal(after.refusal);
    }
    return verb === 'DELETE' ? eraseConfirmed(request, user, flows) : v1Ok(bodyOf(user));
  };
  return { answer: await answered(), users: [user] };
}

const QUERIES: UserQuery['by'][] = ['email', 'screen_name', 'subject'];

/** One of them, once: of two that do not agree nobody could say which was meant. */
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
