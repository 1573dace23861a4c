import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

/**
 * Loaded into a function's process before its code (`NODE_OPTIONS=--import`). For each invocation it writes one line of
 * JSON into the file that HEADSHOT_BENCH_CALLS names: how long it took, which AWS calls it made, and when some were
 * under way. Plain JavaScript like the bootstrap, because each start would pay for stripping types.
 */
const file = process.env.HEADSHOT_BENCH_CALLS;
const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
const name = process.env.AWS_LAMBDA_FUNCTION_NAME;

let startMs = 0;
let startCpu = process.cpuUsage();
let underWay = 0;
let sinceMs = 0;
/** A round: from the first call's start until no call is under way. */
let rounds = [];
let calls = [];

const begin = () => {
  startMs = performance.now();
  startCpu = process.cpuUsage();
  rounds = [];
  calls = [];
};

const end = () => {
  const cpu = process.cpuUsage(startCpu);
  const line = {
    name,
    tookMs: performance.now() - startMs,
    cpuMs: (cpu.user + cpu.system) / 1_000,
    rounds,
    calls,
  };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
};

const callOf = (request) => {
  const target = request.getHeader('x-amz-target');
  if (target !== undefined) return target;
  const kind = String(request.path).includes('list-type=2') ? 'LIST' : request.method;
  // S3 is called by path and SNS by form; S3's path has a bucket, SNS's nothing.
  return request.path === '/' ? 'SNS' : `S3.${kind}`;
};

subscribe('http.client.request.start', ({ request }) => {
  if (request.getHeader('host') === runtimeApi) {
    // The answer leaves. What comes until the next invocation is no longer this one's.
    if (request.method === 'POST' && startMs > 0) end();
    else request.once('response', (response) => response.once('end', begin));
    return;
  }
  const call = callOf(request);
  calls.push(call);
  if (underWay === 0) {
    sinceMs = performance.now();
    rounds.push({ calls: [], atMs: sinceMs - startMs, tookMs: 0 });
  }
  rounds.at(-1)?.calls.push(call);
  underWay++;
  const done = () => {
    underWay--;
    const round = rounds.at(-1);
    if (underWay === 0 && round) round.tookMs = performance.now() - sinceMs;
  };
  request.once('error', done);
  request.once('response', (response) => response.once('end', done));
});
