import type { DialectHandlers } from './dialect-faults.ts';
import type { ChangeFlows } from './flows.ts';
import { changeBySlack } from './slack/methods.ts';
import { changeByTwitter } from './twitter/methods.ts';
import { changeByV1 } from './v1/changes.ts';

/** What changes something, by dialect. Apart from what reads, so that neither function loads what is the other's. */
export const CHANGES_BY_DIALECT: DialectHandlers<ChangeFlows> = {
  slack: changeBySlack,
  twitter: changeByTwitter,
  v1: changeByV1,
};
