import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAssembly } from './assembly.ts';
import { startExecutionEnvironment } from './execution-environment.ts';
import { startFunctionGate } from './function-gate.ts';
import { functionSpecs } from './function-spec.ts';
import type { Endpoints } from './resource-types.ts';
import { dataFolder, readRunning } from './running-file.ts';
import { currentValue, openSecrets } from './secret-values.ts';
import { openStack } from './stack.ts';

/**
 * `npm run invoke -- on-job events/job.json [--json]`: runs one event through a function as the laptop run would, on
 * the run's own data. Prints what the function logs and answers. Exit code 1 when it fails, 2 for a wrong command line.
 */
const USAGE = 'usage: npm run invoke -- <entry, as on-job> <event file> [--json]';

async function invoke(name: string, file: string, asJson: boolean): Promise<number> {
  const dataDir = dataFolder();
  const running = readRunning(dataDir);
  if (!running) return stop(`no laptop run uses ${dataDir}; start one with npm start`);
  const event = readEvent(file);
  if (event === undefined) return stop(`${file} cannot be read as JSON`);

  const assembly = readAssembly(join(dataDir, 'cdk.out'));
  const secrets = openSecrets(join(dataDir, 'secrets.json'), assembly.template);
  const secretValue = (id: string) => currentValue(secrets, id) ?? '';
  const stackAt = (endpoints: Endpoints) => openStack(assembly.template, assembly.stackName, endpoints, secretValue);
  const gate = await startFunctionGate(stackAt(running.aws_endpoints), { endpoints: running.aws_endpoints });
  const specs = functionSpecs(stackAt(gate.endpoints), assembly, gate.endpoints);
  // The template names functions after their entries: on-job is OnJob and a hash.
  const id = name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const spec = specs.find(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, '') === id);
  if (!spec)
    return stop(`no function ${name}; there are ${specs.map(({ logicalId }) => toEntry(logicalId)).join(', ')}`);

  const logs: string[] = [];
  const environment = await startExecutionEnvironment(spec, (text) =>
    asJson ? logs.push(text) : process.stderr.write(text),
  );
  const outcome = await environment.invoke(Buffer.from(event), crypto.randomUUID());
  await environment.end();
  const result: unknown = outcome.ok ? JSON.parse(outcome.payload.toString('utf8')) : outcome.error;
  console.log(
    asJson ? JSON.stringify({ ok: outcome.ok, result, logs: logs.join('') }) : JSON.stringify(result, null, 2),
  );
  return outcome.ok ? 0 : 1;
}

function readEvent(file: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

const toEntry = (logicalId: string): string =>
  logicalId
    .replace(/[0-9A-F]{8}$/, '')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .slice(1);

function stop(line: string, exitCode = 1): number {
  console.error(line);
  process.exitCode = exitCode;
  return exitCode;
}

const given = commandLine();
if (given === 'help') console.log(USAGE);
else if (given === undefined) stop(USAGE, 2);
else process.exit(await invoke(given.entry, given.eventFile, given.asJson));

function commandLine() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    if (values.help) return 'help';
    const [entry, eventFile, ...more] = positionals;
    const isWhole = entry !== undefined && eventFile !== undefined && more.length === 0;
    return isWhole ? { entry, eventFile, asJson: values.json } : undefined;
  } catch {
    return undefined;
  }
}
