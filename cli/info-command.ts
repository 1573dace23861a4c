import { Command } from 'commander';
import { target } from './choose-target.ts';
import { printJson, printPairs } from './print.ts';
import type { Target } from './target.ts';

export const infoCommand = (): Command =>
  new Command('info')
    .description('Print the base URL, AWS endpoints and resource names of the service.')
    .option('--json', 'print one JSON object')
    .action(({ json }: { json?: boolean }) => {
      const info = describe(target());
      if (json) printJson(info);
      else printPairs(Object.entries(info).flatMap(([name, value]) => flatten(name, value)));
    });

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

/** The outputs that begin with `prefix`, under the rest of their name: `QueueJobsDead` → `jobs_dead`. */
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

const flatten = (name: string, value: string | Record<string, string> | undefined): [string, string][] =>
  value === undefined
    ? []
    : typeof value === 'string'
      ? [[name, value]]
      : Object.entries(value).map(([inner, text]): [string, string] => [`${name}.${inner}`, text]);
