import type { User } from '../../core/user.ts';
import type { AdministerFlows, ChangeFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { v1Caller } from './caller.ts';
import { v1Refusal } from './error-messages.ts';

/** One of the administrators' paths, and what is done there. */
export interface AdministratorsRoute {
  /** The path with `{id}` for ids, as it is logged. */
  template: string;
  verbs: string[];
  /** Verbs that are for everybody and answered by another function. */
  everybodysVerbs: string[];
  act(request: Request, acting: Acting): Promise<Deed>;
}

export interface Acting {
  admin: User;
  administer: AdministerFlows;
  flows: ChangeFlows;
}

/** What was done, and to whom or what. */
export interface Deed {
  answer: HttpResponse;
  userIds?: string[];
  webhookId?: string | undefined;
}

/**
 * What administrators do to others and to the service, with the rights of their own token. Each action is logged, with
 * the administrator and whom or what it was about.
 */
export async function administerByV1(
  request: Request,
  { template, act }: AdministratorsRoute,
  flows: ChangeFlows,
): Promise<HttpResponse> {
  const { administer } = flows;
  const caller = await v1Caller(request, flows);
  if (!caller.ok) return v1Refusal(caller.refusal);
  // Checked first, so that nobody else learns who or what exists.
  if (administer === undefined || !caller.value.isAdmin) return v1Refusal({ code: 'not-administrator' });
  const admin = caller.value.user;
  const { answer, ...about } = await act(request, { admin, administer, flows });
  administer.note({ adminId: admin.id, ...about, verb: request.verb, path: template, status: answer.status });
  return answer;
}
