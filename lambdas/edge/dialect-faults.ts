import type { HttpResponse } from './http-response.ts';
import type { Request } from './request.ts';
import type { Dialect } from './routes.ts';
import { slackFault } from './slack/response.ts';
import { twitterFault } from './twitter/response.ts';
import { withCors } from './v1/cors.ts';
import { v1Fault } from './v1/response.ts';

/** Each dialect answers a request with the help of the flows. */
export type DialectHandlers<F> = Record<Dialect, (request: Request, flows: F) => Promise<HttpResponse>>;

/** What is known of a request at any point where it may fail. */
interface FailedRequest extends Pick<Request, 'id' | 'headers'> {
  /** Sites whose pages may call `/v1`. */
  allowedOrigins: readonly string[];
}

/** "Our fault", without the cause, but saying whether part of the work was done (`FaultAfterWrite`). */
export const FAULTS: Record<Dialect, (failed: FailedRequest, cause: unknown) => HttpResponse> = {
  slack: ({ id }, cause) => slackFault(id, cause),
  twitter: twitterFault,
  v1: (failed) => withCors(failed, failed.allowedOrigins, v1Fault()),
};
