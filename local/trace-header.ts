import { createHash, randomBytes } from 'node:crypto';

/**
 * X-Ray's trace header, as far as Lambda finds loops by it (X-Ray's guide, "Tracing header"):
 * `Root=…;Parent=…;Sampled=0;Lineage=a87bd80c:1|68fd508a:5`. Lambda gives it to each invocation, the SDK sends it with
 * each call, SQS and SNS keep it with the message, even when nothing is traced. `Lineage` counts for each function how
 * often it was invoked on the way.
 */
const ENTRY = /^([0-9a-f]{8}):(\d{1,5})$/;

/** How often a function was invoked in the chain of this header. */
export const linksOf = (header: string | undefined, functionArn: string): number =>
  lineageOf(header).get(hashOf(functionArn)) ?? 0;

/** The header of an invocation: the same chain with one more link, or a new one. */
export function headerOfInvocation(cause: string | undefined, functionArn: string): string {
  const lineage = lineageOf(cause);
  const own = hashOf(functionArn);
  lineage.set(own, (lineage.get(own) ?? 0) + 1);
  const root =
    partOf(cause, 'Root') ?? `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const entries = [...lineage].map(([hash, links]) => `${hash}:${links}`).join('|');
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0;Lineage=${entries}`;
}

/** Of messages that are delivered together, the header in whose chain the function was invoked most often. */
export const furthestHeader = (headers: (string | undefined)[], functionArn: string): string | undefined =>
  headers.reduce(
    (far, one) => (linksOf(one, functionArn) > linksOf(far, functionArn) || far === undefined ? one : far),
    undefined,
  );

/** Whether a header belongs to a chain at all. */
export const hasLineage = (header: string | undefined): boolean => lineageOf(header).size > 0;

function lineageOf(header: string | undefined): Map<string, number> {
  const entries = (partOf(header, 'Lineage') ?? '').split('|').map((entry) => ENTRY.exec(entry));
  return new Map(entries.flatMap((entry) => (entry ? [[entry[1] ?? '', Number(entry[2])] as const] : [])));
}

const partOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const hashOf = (functionArn: string): string => createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
