import type { DialectHandlers } from './dialect-faults.ts';
import type { ChangeFlows } from './flows.ts';
import { changeBySlack } from './slack/methods.ts';
import { changeByTwitter } from './twitter/methods.ts';
import { changeByV1 } from './v1/changes.ts';

/** What changes something, by dialect. Separate from the reads, so that each function loads only its own. */
export const CHANGES_BY_DIALECT: DialectHandlers<ChangeFlows> = {
  slack: changeBySlack,
  twitter: changeByTwitter,
  v1: changeByV1,
};
