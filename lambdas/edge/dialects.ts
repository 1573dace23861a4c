import type { ChangeFlows, ReadFlows } from './flows.ts';
import type { HttpResponse } from './http-response.ts';
import type { Request } from './request.ts';
import type { Dialect } from './routes.ts';
import { changeBySlack, readBySlack } from './slack/methods.ts';
import { slackFault } from './slack/response.ts';
import { changeByTwitter, readByTwitter } from './twitter/methods.ts';
import { twitterFault } from './twitter/response.ts';
import { withCors } from './v1/cors.ts';
import { changeByV1, readByV1 } from './v1/methods.ts';
import { v1Fault } from './v1/response.ts';

/** As much of a request as there is when anything may have gone wrong. */
export interface FailedRequest extends Pick<Request, 'id' | 'headers'> {
  /** Sites whose pages may call `/v1`. */
  allowedOrigins: readonly string[];
}

/** What a dialect is: it answers requests by what the flows give, and has words for our faults. */
export interface DialectHandler {
  change(request: Request, flows: ChangeFlows): Promise<HttpResponse>;
  read(request: Request, flows: ReadFlows): Promise<HttpResponse>;
  /** "Our fault", without a word about what it was, but for whether part of the work was done (`FaultAfterWrite`). */
  fault(failed: FailedRequest, cause: unknown): HttpResponse;
}

export const DIALECT_HANDLERS: Record<Dialect, DialectHandler> = {
  slack: { change: changeBySlack, read: readBySlack, fault: ({ id }, cause) => slackFault(id, cause) },
  twitter: { change: changeByTwitter, read: readByTwitter, fault: twitterFault },
  v1: { change: changeByV1, read: readByV1, fault: (failed) => withCors(failed, failed.allowedOrigins, v1Fault()) },
};
