import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

/**
 * Loaded into a function's process before its code (`NODE_OPTIONS=--import`): for each invocation one line of JSON into the file
 * that HEADSHOT_BENCH_CALLS names, with how long it took, how much of that some call to AWS was under way, and which calls.
 * Plain JavaScript, as the bootstrap is: stripping types would be paid at each start.
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
  // S3 and SNS are called by path and by form; S3's address has a bucket in it, SNS's nothing.
  return request.path === '/' ? 'SNS' : `S3.${kind}`;
};

subscribe('http.client.request.start', ({ request }) => {
  if (request.getHeader('host') === runtimeApi) {
    // The answer leaves: what comes before the next invocation is no longer this one's.
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
