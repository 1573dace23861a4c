import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly.ts';
import { functionLog } from '../../local/function-logs.ts';
import { createPool, type FunctionPool } from '../../local/function-pool.ts';
import { functionSpecs } from '../../local/function-spec.ts';
import { MAX_PAYLOAD_BYTES } from '../../local/runtime-api.ts';
import { openStack } from '../../local/stack.ts';
import { handMade, lambda, NOWHERE, resource } from './hand-made.ts';

const SOURCE = `
console.log('loaded');
export const handler = async (event, context) => {
  if (event.do === 'context') {
    const left = context.getRemainingTimeInMillis();
    return { event, left: left > 1000 && left <= 2000, ...context, pid: undefined };
  }
  if (event.do === 'environment') return process.env;
  if (event.do === 'pid') { await new Promise((done) => setTimeout(done, event.ms)); return process.pid; }
  if (event.do === 'throw') throw new TypeError('no such photo');
  if (event.do === 'exit') process.exit(3);
  if (event.do === 'hang') await new Promise(() => setTimeout(() => {}, 60000));
  if (event.do === 'spin') for (;;);
  if (event.do === 'eat') { const held = []; for (;;) { held.push(Buffer.alloc(20e6, 1)); await new Promise((done) => setTimeout(done, 5)); } }
  if (event.do === 'long') return 'x'.repeat(event.length);
  if (event.do === 'layer') return (await import('in-layer')).default;
  if (event.do === 'project') return (await import('zod')).default;
};`;

const logs = mkdtempSync(join(tmpdir(), 'headshot-logs-'));
const shown: string[] = [];
const dir = handMade(
  {
    Fn: lambda('fn', {
      Timeout: 2,
      MemorySize: 200,
      Layers: [{ Ref: 'Layer' }],
      Environment: { Variables: { MINE: 'yes' } },
    }),
    Broken: lambda('broken'),
    Layer: resource('AWS::Lambda::LayerVersion', { Content: { S3Key: 'layer.zip' } }),
  },
  { fn: SOURCE, broken: "throw new RangeError('cannot load');", layer: '' },
);
const inLayer = join(dir, 'asset.layer', 'nodejs', 'node_modules', 'in-layer');
mkdirSync(inLayer, { recursive: true });
writeFileSync(join(inLayer, 'package.json'), '{"name":"in-layer","main":"main.js"}');
writeFileSync(join(inLayer, 'main.js'), "module.exports = 'from the layer';");

// Through a link, as in a linked home folder: Node names modules by their real paths.
const linked = join(logs, 'linked');
symlinkSync(dir, linked);
const assembly = readAssembly(linked);
const stack = openStack(assembly.template, 'Hand', NOWHERE, () => '');
const pools = new Map<string, FunctionPool>(
  functionSpecs(stack, assembly, NOWHERE).map((spec) => [
    spec.logicalId,
    createPool(
      spec,
      functionLog(logs, spec.logicalId, false, (line) => shown.push(line)),
    ),
  ]),
);
const invoke = async (event: object, name = 'Fn') => {
  const outcome = await pools.get(name)?.invoke(Buffer.from(JSON.stringify(event)));
  if (!outcome) throw new Error(`no function ${name}`);
  return outcome.ok ? { result: JSON.parse(outcome.payload.toString()) } : { error: outcome.error };
};
afterAll(() => Promise.all([...pools.values()].map(({ end }) => end())));

const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

describe('a function in its own process', () => {
  test('is handed the event and a context, and answers', async () => {
    const { result } = await invoke({ do: 'context' });
    expect(result).toMatchObject({
      event: { do: 'context' },
      left: true,
      functionName: 'Fn',
      functionVersion: '$LATEST',
      memoryLimitInMB: '200',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Fn',
      logGroupName: '/aws/lambda/Fn',
      awsRequestId: expect.stringMatching(REQUEST_ID),
    });
    expect(readFileSync(join(logs, 'Fn.log'), 'utf8')).toContain('loaded\n');
  });

  test('has the environment of the template and of Lambda, and nothing else of this one', async () => {
    process.env.LEAKED = 'yes';
    const { result } = await invoke({ do: 'environment' });
    expect(result).toMatchObject({
      MINE: 'yes',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: NOWHERE.s3,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: NOWHERE.secretsmanager,
      AWS_ENDPOINT_URL_CLOUDFRONT: NOWHERE.cloudfront,
      AWS_LAMBDA_FUNCTION_NAME: 'Fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '200',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      LAMBDA_TASK_ROOT: join(linked, 'asset.fn'),
    });
    expect(
      Object.keys(result).filter((name) => !/^(AWS_|_|MINE|LAMBDA_TASK_ROOT|NODE_PATH|PATH|HOME|TMPDIR|TZ)/.test(name)),
    ).toEqual([]);
  });

  test('finds packages of its layer, and none of the project', async () => {
    expect(await invoke({ do: 'layer' })).toEqual({ result: 'from the layer' });
    expect(await invoke({ do: 'project' })).toMatchObject({
      error: { errorMessage: expect.stringContaining("'zod'") },
    });
  });

  test('serves one invocation at a time, and the next in the same process', async () => {
    const [one, other] = await Promise.all([invoke({ do: 'pid', ms: 300 }), invoke({ do: 'pid', ms: 300 })]);
    expect(one.result).not.toBe(other.result);
    const { result: next } = await invoke({ do: 'pid', ms: 0 });
    expect([one.result, other.result]).toContain(next);
  });

  test('no answer is kept once it is given, though its process lives on', async () => {
    setFlagsFromString('--expose-gc');
    const given: WeakRef<object>[] = [];
    for (let number = 0; number < 5; number++) {
      const outcome = await pools.get('Fn')?.invoke(Buffer.from('{"do":"pid","ms":0}'));
      if (outcome?.ok) given.push(new WeakRef(outcome.payload));
    }
    // What was looked at in a turn of the event loop is kept until it is over.
    await new Promise((later) => setImmediate(later));
    runInNewContext('gc')();
    expect(given).toHaveLength(5);
    expect(given.filter((answer) => answer.deref() !== undefined).length).toBeLessThanOrEqual(1);
  });

  test('a thrown error is reported with its name, and the process lives on', async () => {
    const before = await invoke({ do: 'pid', ms: 0 });
    expect(await invoke({ do: 'throw' })).toMatchObject({
      error: {
        errorType: 'TypeError',
        errorMessage: 'no such photo',
        trace: expect.arrayContaining(['TypeError: no such photo']),
      },
    });
    expect(await invoke({ do: 'pid', ms: 0 })).toEqual(before);
    expect(shown.join('\n')).toContain('[Fn] failed: TypeError: no such photo');
  });

  test('a crash is reported, and a new process takes the next', async () => {
    const crashed = await invoke({ do: 'exit' });
    expect(crashed.error?.errorType).toBe('Runtime.ExitError');
    expect(crashed.error?.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
    );
    expect(await invoke({ do: 'pid', ms: 0 })).toHaveProperty('result');
  });

  test.each(['hang', 'spin'])('%s: ended at the timeout', async (how) => {
    const started = Date.now();
    const { error } = await invoke({ do: how });
    expect(error?.errorType).toBe('Sandbox.Timedout');
    expect(error?.errorMessage).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36} Task timed out after 2\.00 seconds$/);
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  });

  test('more memory than the function has ends it', async () => {
    const { error } = await invoke({ do: 'eat' });
    expect(error?.errorType).toBe('Runtime.ExitError');
    expect(error?.errorMessage).toMatch(/Error: Runtime exited with error: signal: killed$/);
  });

  test('a payload may have 6,291,556 bytes and not one more, either way', async () => {
    // An answer is JSON: two quotes around the text.
    expect((await invoke({ do: 'long', length: MAX_PAYLOAD_BYTES - 2 })).result).toHaveLength(6_291_554);
    expect((await invoke({ do: 'long', length: MAX_PAYLOAD_BYTES - 1 })).error?.errorType).toBe(
      'Function.ResponseSizeTooLarge',
    );
    const frame = JSON.stringify({ pad: '' }).length;
    expect(await invoke({ pad: 'x'.repeat(MAX_PAYLOAD_BYTES - frame) })).toEqual({ result: null });
    expect((await invoke({ pad: 'x'.repeat(MAX_PAYLOAD_BYTES - frame + 1) })).error?.errorType).toBe(
      'RequestEntityTooLargeException',
    );
  });

  test('code that does not load fails the invocation with its own error', async () => {
    expect(await invoke({}, 'Broken')).toMatchObject({
      error: { errorType: 'RangeError', errorMessage: 'cannot load' },
    });
  });
});
