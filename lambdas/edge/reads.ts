import type { DialectHandlers } from './dialect-faults.ts';
import type { ReadFlows } from './flows.ts';
import { readBySlack } from './slack/methods.ts';
import { readByTwitter } from './twitter/methods.ts';
import { readByV1 } from './v1/reads.ts';

/** What only reads, by dialect. */
export const READS_BY_DIALECT: DialectHandlers<ReadFlows> = {
  slack: readBySlack,
  twitter: readByTwitter,
  v1: readByV1,
};
