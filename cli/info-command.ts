import { Command } from 'commander';
import { target } from './choose-target.ts';
import { type PrintOptions, print } from './print.ts';
import type { Target } from './target.ts';

export const infoCommand = (): Command =>
  new Command('info')
    .description("Show the service's URL, AWS endpoints and resource names.")
    .action((given: PrintOptions) => print(describe(target()), given));

function describe({ url, region, aws_endpoint, aws_endpoints, outputs }: Target) {
  return {
    url,
    aws_endpoint,
    aws_endpoints,
    region,
    buckets: named(outputs, 'Bucket'),
    queues: named(outputs, 'Queue'),
    tables: named(outputs, 'Table'),
    topics: named(outputs, 'Topic'),
  };
}

/** The outputs that begin with `prefix`, by the rest of their name: `QueueJobsDead` → `jobs_dead`. */
const named = (outputs: Record<string, string>, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [
        name
          .slice(prefix.length)
          .replace(/\B[A-Z]/g, '_$&')
          .toLowerCase(),
        value,
      ]),
  );
