import type { ChangeFlows, ReadFlows } from './flows.ts';
import type { HttpResponse } from './http-response.ts';
import type { Request } from './request.ts';
import type { Dialect } from './routes.ts';
import { changeBySlack, readBySlack } from './slack/methods.ts';
import { slackFault } from './slack/response.ts';
import { changeByTwitter, readByTwitter } from './twitter/methods.ts';
import { twitterFault } from './twitter/response.ts';
import { changeByV1, readByV1 } from './v1/methods.ts';
import { v1Fault } from './v1/response.ts';

/** What a dialect is: it answers requests by what the flows give, and has words for our faults. */
export interface DialectHandler {
  change(request: Request, flows: ChangeFlows): Promise<HttpResponse>;
  read(request: Request, flows: ReadFlows): Promise<HttpResponse>;
  /** "Our fault", without a word about what it was, but for whether part of the work was done (`FaultAfterWrite`). */
  fault(requestId: string, cause: unknown): HttpResponse;
}

export const DIALECT_HANDLERS: Record<Dialect, DialectHandler> = {
  slack: { change: changeBySlack, read: readBySlack, fault: slackFault },
  twitter: { change: changeByTwitter, read: readByTwitter, fault: twitterFault },
  v1: { change: changeByV1, read: readByV1, fault: v1Fault },
};
