import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IdentityProviderMessage } from '../lambdas/edge/read-identity-provider.ts';
import { VARIABLES } from '../lambdas/env.ts';
import { PROJECT_DIR } from '../local/assembly.ts';
import { startExecutionEnvironment } from '../local/execution-environment.ts';
import type { FunctionSpec } from '../local/function-spec.ts';
import { jpeg, photoLike } from '../test/pictures.ts';
import { worldHere } from '../test/world.ts';
import { type CountedWorld, countedWorld, ownMs } from './function-calls.ts';
import { median, type Table } from './table.ts';

const COLD_ROUNDS = 21;
const WARM_ROUNDS = 60;
/** The first ones load code and open connections. */
const WARM_UP = 15;

/** A real payload for each function, for its shortest way that still calls AWS: of an unknown token, user or file. */
const EVENTS: Record<string, string> = {
  OnChange: 'slack-set-photo.json',
  OnRead: 'slack-profile-get.json',
  OnJob: 'job.json',
  OnImport: 's3-put.json',
};

/** How much longer a function's code may load than an empty handler's, in milliseconds. */
const INIT_BUDGET_MS: Record<string, number> = { OnRead: 60, OnChange: 140, OnJob: 140 };

/**
 * The functions that take an identity provider's tokens are also started with one. It is not asked anything before the
 * first token.
 */
const TAKE_TOKENS = ['OnChange', 'OnRead'];
const PROVIDER: IdentityProviderMessage = {
  issuer: 'https://login.example.com/',
  audiences: ['https://photos.example.com/v1'],
  origins: [],
  name_claim: 'name',
  email_claim: 'email',
  admin_claim: { name: 'groups', value: 'photo-admins' },
};
const withProvider = (id: string) => `${id} with a provider`;
const MAX_PROVIDER_MS = 40;

/**
 * Every function's start beside an empty handler's, in turn: the process is spawned, loads its code (init), and answers
 * a first event. Then, warm, the time that accepting and reading take beyond their calls to AWS.
 */
export async function coldStart(): Promise<Table> {
  const starts = await coldStarts();
  const warm = await warmOverhead();
  const empty = starts.get(EMPTY) ?? { init: [], first: [] };
  const whole = (ms: number) => Math.round(ms);
  return {
    name: 'cold-start',
    title: `Starts of the functions, ${COLD_ROUNDS} each in turn, and warm work, medians in milliseconds`,
    columns: ['', 'init', 'above empty', 'first answer', 'above empty'],
    rows: [
      ...[...starts].map(([id, { init, first }]) => [
        id,
        whole(median(init)),
        whole(median(init) - median(empty.init)),
        whole(median(first)),
        whole(median(first) - median(empty.first)),
      ]),
      ...Object.entries(warm).map(([what, { took, own, cpu }]) => [
        `warm: ${what}`,
        `took ${median(took).toFixed(1)}`,
        `own ${median(own).toFixed(1)}`,
        `CPU ${median(cpu).toFixed(1)}`,
        '',
      ]),
    ],
    goals: [
      ...Object.entries(INIT_BUDGET_MS).map(([id, atMost]) => ({
        what: `init of ${id} above an empty handler's`,
        measured: whole(median(starts.get(id)?.init ?? []) - median(empty.init)),
        atMost,
        unit: 'ms',
      })),
      ...TAKE_TOKENS.map((id) => ({
        what: `init of ${withProvider(id)} above without`,
        measured: whole(median(starts.get(withProvider(id))?.init ?? []) - median(starts.get(id)?.init ?? [])),
        atMost: MAX_PROVIDER_MS,
        unit: 'ms',
      })),
    ],
  };
}

const EMPTY = 'empty handler';

async function coldStarts(): Promise<Map<string, { init: number[]; first: number[] }>> {
  const world = await worldHere();
  const folder = mkdtempSync(join(tmpdir(), 'headshot-empty-'));
  try {
    writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => ({ statusCode: 200 });\n');
    const specs = world.laptop.functions.map(({ spec }) => [spec.logicalId.replace(/[0-9A-F]{8}$/, ''), spec] as const);
    const known = specs.filter(([id]) => id in EVENTS);
    const [, model] = known[0] ?? [];
    if (model === undefined) throw new Error('the template has none of the functions');
    const empty = { ...model, taskDir: folder, env: { ...model.env, LAMBDA_TASK_ROOT: folder } };
    const identity = { [VARIABLES.identityProvider]: JSON.stringify(PROVIDER) };
    const all: [string, FunctionSpec, Buffer][] = [
      [EMPTY, empty, Buffer.from('{}')],
      ...known.flatMap(([id, spec]): [string, FunctionSpec, Buffer][] => {
        const event = readFileSync(join(PROJECT_DIR, 'events', EVENTS[id] ?? ''));
        const signingIn = { ...spec, env: { ...spec.env, ...identity } };
        const plain: [string, FunctionSpec, Buffer] = [id, spec, event];
        return TAKE_TOKENS.includes(id) ? [plain, [withProvider(id), signingIn, event]] : [plain];
      }),
    ];
    const times = new Map(all.map(([id]) => [id, { init: [] as number[], first: [] as number[] }]));
    for (let round = 0; round <= COLD_ROUNDS; round++) {
      for (const [id, spec, event] of all) {
        const { initMs, firstMs } = await start(spec, event);
        // The first round reads the files from the disk.
        if (round === 0) continue;
        times.get(id)?.init.push(initMs);
        times.get(id)?.first.push(firstMs);
      }
    }
    return times;
  } finally {
    await world.end();
    rmSync(folder, { recursive: true });
  }
}

async function start(spec: FunctionSpec, event: Buffer): Promise<{ initMs: number; firstMs: number }> {
  const startMs = performance.now();
  const environment = await startExecutionEnvironment(spec, () => undefined);
  try {
    await environment.loaded;
    const initMs = performance.now() - startMs;
    const outcome = await environment.invoke(event, crypto.randomUUID());
    if (!outcome.ok) throw new Error(`${spec.name}: ${outcome.error.errorMessage}`);
    return { initMs, firstMs: performance.now() - startMs };
  } finally {
    await environment.end();
  }
}

interface Warm {
  took: number[];
  own: number[];
  cpu: number[];
}

async function warmOverhead(): Promise<Record<string, Warm>> {
  const world = await countedWorld();
  try {
    const user = await world.newUser();
    const photo = await jpeg({ picture: photoLike(1024, 1024, 3), quality: 80 });
    const small = await jpeg({ picture: photoLike(512, 512, 3), quality: 80 });
    // Does not wait until the photo is shown: that would be the worker's time.
    const accept = (file: Buffer) => setPhoto(world, user.token, file, { prefer: 'respond-async' });
    return {
      'accept, 1024×1024': await measured(world, 'OnChange', () => accept(photo)),
      'accept, 512×512': await measured(world, 'OnChange', () => accept(small)),
      'read, users.profile.get': await measured(world, 'OnRead', async () => {
        const headers = { authorization: `Bearer ${user.token}` };
        await answered(await fetch(`${world.url}/api/users.profile.get`, { headers }));
      }),
    };
  } finally {
    await world.end();
  }
}

async function measured(world: CountedWorld, id: string, work: () => Promise<void>): Promise<Warm> {
  for (let turn = 0; turn < WARM_UP; turn++) await work();
  await world.invocations();
  for (let turn = 0; turn < WARM_ROUNDS; turn++) await work();
  const mine = (await world.invocations()).filter((one) => one.id === id);
  return { took: mine.map(({ tookMs }) => tookMs), own: mine.map(ownMs), cpu: mine.map(({ cpuMs }) => cpuMs) };
}

/** An upload through Slack's API. */
export async function setPhoto(
  world: CountedWorld,
  token: string,
  file: Buffer,
  headers: Record<string, string> = {},
): Promise<void> {
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(file)]));
  const sent = { authorization: `Bearer ${token}`, ...headers };
  await answered(await fetch(`${world.url}/api/users.setPhoto`, { method: 'POST', body, headers: sent }));
}

async function answered(response: Response): Promise<void> {
  const { ok, error } = (await response.json()) as { ok: boolean; error?: string };
  if (!ok) throw new Error(`refused: ${error}`);
}
