import type { HttpResponse } from './http-response.ts';
import type { Request } from './request.ts';
import type { Dialect } from './routes.ts';
import { slackFault } from './slack/response.ts';
import { twitterFault } from './twitter/response.ts';
import { withCors } from './v1/cors.ts';
import { v1Fault } from './v1/response.ts';

/** What a dialect is to a function: it answers requests by what the flows give. */
export type DialectHandlers<F> = Record<Dialect, (request: Request, flows: F) => Promise<HttpResponse>>;

/** As much of a request as there is when anything may have gone wrong. */
export interface FailedRequest extends Pick<Request, 'id' | 'headers'> {
  /** Sites whose pages may call `/v1`. */
  allowedOrigins: readonly string[];
}

/** "Our fault", without a word about what it was, but for whether part of the work was done (`FaultAfterWrite`). */
export const FAULTS: Record<Dialect, (failed: FailedRequest, cause: unknown) => HttpResponse> = {
  slack: ({ id }, cause) => slackFault(id, cause),
  twitter: twitterFault,
  v1: (failed) => withCors(failed, failed.allowedOrigins, v1Fault()),
};
