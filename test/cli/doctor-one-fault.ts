import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../infra/bundles.ts';
import { assemblyWith } from '../assembly-copy.ts';
import { headshotCommand } from '../headshot-command.ts';
import { testWorld } from '../world.ts';
import { FAULTS, type Fault } from './doctor-fault-list.ts';
import { doctorOutputs } from './doctor-outputs.ts';
import { type AccountState, healthyAccount, recordedAccount } from './recorded-account.ts';

/** Puts in one fault, by its name, and prints what the doctor said, as JSON. A process of its own, since the SDK's endpoints are a process's. */
export interface Said {
  seconds: number;
  checks: { name: string; verdict: string; detail: string }[];
}

/** A host beside the buckets, not the one that they are at. */
const outputsOf = (url: string): Record<string, string> => ({ Url: `${url}/public`, ...doctorOutputs(url) });

const fault = FAULTS.find(({ name }) => name === process.argv[2]);
if (fault === undefined) throw new Error(`no such fault: ${process.argv[2]}`);
const said = await (fault.account === undefined ? onLaptop(fault) : onAccount(fault.account));
console.log(JSON.stringify(said));
process.exit(0);

async function onLaptop({ template, world: prepare, env }: Fault): Promise<Said> {
  const assembly = await assemblyWith(template ?? (() => undefined));
  const world = await testWorld({ assemblyDir: assembly.dir });
  try {
    await prepare?.(world);
    return await doctor(['--json'], { HEADSHOT_DATA: world.laptop.dataDir, ...env });
  } finally {
    await world.end();
    assembly.remove();
  }
}

/** What AWS says of a stack; its other services are not there. */
async function onAccount(change: (state: AccountState) => void): Promise<Said> {
  const state = healthyAccount(join(PROJECT, 'dist'));
  change(state);
  const account = await recordedAccount(state);
  const dataDir = mkdtempSync(join(tmpdir(), 'headshot-doctor-'));
  state.outputs = outputsOf(account.url);
  try {
    return await doctor(['--stack', 'Mine', '--only', 'account', 'privacy', '--drift', '--costs', '--json'], {
      AWS_ENDPOINT_URL: account.url,
      AWS_ENDPOINT_URL_S3: account.url,
      HEADSHOT_EXECUTE_API_URL: account.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'MYOWNKEY',
      AWS_SECRET_ACCESS_KEY: 'secret',
      HEADSHOT_DATA: dataDir,
    });
  } finally {
    await account.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function doctor(words: string[], env: NodeJS.ProcessEnv): Promise<Said> {
  const { out, err } = await headshotCommand(['doctor', ...words], env);
  if (out === '') throw new Error(err);
  return JSON.parse(out);
}
