import { writeFileSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { Argument } from 'commander';
import { toolCommand } from '../test/tool-command.ts';
import { availability } from './availability.ts';
import { coldStart } from './cold-start.ts';
import { criticalPath } from './critical-path.ts';
import { firstRun } from './first-run.ts';
import { fiveSeconds } from './five-seconds.ts';
import { imageLikeness } from './image-likeness.ts';
import { imageMemory } from './image-memory.ts';
import { imageSpeed } from './image-speed.ts';
import { imports } from './imports.ts';
import { importByCommand, importByManifest, importByPuts } from './imports-exact.ts';
import { importLongManifest } from './manifest-long.ts';
import { oddFiles } from './odd-files.ts';
import { printTable, type Table } from './table.ts';
import { costs } from './upload-costs.ts';
import { webhookUploads } from './webhook-uploads.ts';

/** `npm run bench`. Absolute times are this machine's; compare within one run. */
const TABLES: Record<string, () => Promise<Table>> = {
  availability,
  'cold-start': coldStart,
  costs,
  'critical-path': criticalPath,
  'first-run': firstRun,
  'five-seconds': fiveSeconds,
  'import-by-command': importByCommand,
  'import-by-manifest': importByManifest,
  'import-by-puts': importByPuts,
  'import-long-manifest': importLongManifest,
  imports,
  'image-likeness': imageLikeness,
  'image-memory': imageMemory,
  'image-speed': imageSpeed,
  'odd-files': oddFiles,
  'webhook-uploads': webhookUploads,
};

const command = toolCommand(
  'bench',
  'Measures, prints the tables, and writes bench/results.json. Exit code 1 when a goal is missed.',
).addArgument(new Argument('[tables...]', 'which; default: all').choices(Object.keys(TABLES)));
const [wanted = []] = command.parse().processedArgs as [string[]?];

const machine = {
  name: hostname(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
};
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node} (${machine.name})`);

const tables: Table[] = [];
for (const [name, measure] of Object.entries(TABLES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const table = await measure();
  printTable(table);
  tables.push(table);
}
const results = { measuredAt: new Date().toISOString(), machine, tables };
writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
process.exit(tables.flatMap(({ goals }) => goals).every(({ measured, atMost }) => measured <= atMost) ? 0 : 1);
