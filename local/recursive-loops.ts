import { linksOf } from './trace-header.ts';

/**
 * Lambda stops a function that invokes itself by what it sends to a queue, a bucket or a topic, after about 16 times
 * (Lambda's guide, "Use Lambda recursive loop detection to prevent infinite loops"). The message is not delivered any
 * more, so it uses up its receives and ends in the dead-letter queue. `RecursiveLoop: Allow` of the function turns that
 * off.
 */
const MAX_LINKS = 16;

export type RecursiveLoop = 'Allow' | 'Terminate';

/** Whether Lambda would refuse to invoke the function with a message of this trace header. */
export const isLoop = (
  traceHeader: string | undefined,
  { arn, recursiveLoop }: { arn: string; recursiveLoop: RecursiveLoop },
): boolean => recursiveLoop === 'Terminate' && linksOf(traceHeader, arn) >= MAX_LINKS;
