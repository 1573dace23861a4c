import type { Answer } from './answer.ts';
import type { ChangeFlows, ReadFlows } from './flows.ts';
import { ownFault } from './own/own-answer.ts';
import { changeByOwn, readByOwn } from './own/own-methods.ts';
import type { Request } from './request.ts';
import type { Dialect } from './routes.ts';
import { slackFault } from './slack/slack-answer.ts';
import { changeBySlack, readBySlack } from './slack/slack-methods.ts';

import { twitterFault } from './twitter/twitter-answer.ts';
import { changeByTwitter, readByTwitter } from './twitter/twitter-methods.ts';

/** What a dialect is: it answers requests by what the flows give, and has words for our faults. */
export interface DialectEdge {
  change(request: Request, flows: ChangeFlows): Promise<Answer>;
  read(request: Request, flows: ReadFlows): Promise<Answer>;
  /** "Our fault", without a word about what it was, but for whether part of the work was done (`PartlyDone`). */
  fault(requestId: string, cause: unknown): Answer;
}

export const DIALECT_EDGES: Record<Dialect, DialectEdge> = {
  slack: { change: changeBySlack, read: readBySlack, fault: slackFault },
  twitter: { change: changeByTwitter, read: readByTwitter, fault: twitterFault },
  own: { change: changeByOwn, read: readByOwn, fault: ownFault },
};
