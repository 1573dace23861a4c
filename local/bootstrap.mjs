/**
 * What runs in a function's process: loads the handler and speaks Lambda's Runtime API, as AWS's Node.js runtime does.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * Plain JavaScript, because every cold start would pay for stripping types.
 */

import { existsSync, realpathSync } from 'node:fs';
import { builtinModules, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Not imported: an import would read `WebSocket`, and so load undici, which Lambda's runtime does not.
const { Agent, request } = process.getBuiltinModule('node:http');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const taskRoot = process.env.LAMBDA_TASK_ROOT;

// On Lambda a package that is not in the bundle is found in the layer and nowhere else. Node's own rule would search
// upwards from the bundle, find the project's node_modules, and hide that the package is missing. (Where the layer was
// built for another platform, NODE_PATH names the project's node_modules instead: see function-spec.ts.)
const layers = (process.env.NODE_PATH ?? '').split(':').filter(Boolean);
// Node names a module by its real path, whatever links led to it.
const taskUrl = pathToFileURL(`${realpathSync(taskRoot)}/`).href;
registerHooks({
  resolve(specifier, context, next) {
    const bare = !/^(\.{0,2}\/|[a-z]+:)/.test(specifier) && !builtinModules.includes(specifier);
    if (!bare || !context.parentURL?.startsWith(taskUrl)) return next(specifier, context);
    let failure;
    for (const layer of layers) {
      try {
        return next(specifier, { ...context, parentURL: pathToFileURL(join(layer, '..', 'layer.mjs')).href });
      } catch (error) {
        failure = error;
      }
    }
    throw failure ?? Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});

// The parent holds the other end of this pipe. When it ends, even by kill -9, its functions end too.
process.stdin
  .on('end', () => process.exit(0))
  .on('error', () => process.exit(0))
  .resume();

async function loadHandler() {
  const [file, name] = process.env._HANDLER.split('.');
  try {
    const path = ['.mjs', '.js', '.cjs'].map((ending) => join(taskRoot, file + ending)).find(existsSync);
    if (!path) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
    const module = await import(pathToFileURL(path).href);
    const found = module[name] ?? module.default?.[name];
    if (typeof found === 'function') return found;
    throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  } catch (error) {
    console.error(error);
    await post('init/error', JSON.stringify(describe(error)));
    process.exit(1);
  }
}

async function serveOne(handle) {
  const { headers, body } = await call('GET', 'invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  try {
    const result = await handle(JSON.parse(body), context);
    await post(`invocation/${id}/response`, JSON.stringify(result) ?? 'null');
  } catch (error) {
    console.error(error);
    await post(`invocation/${id}/error`, JSON.stringify(describe(error)));
  }
}

/** Lambda's error document. */
function describe(error) {
  const isError = error instanceof Error;
  return {
    errorType: isError ? error.name : typeof error,
    errorMessage: isError ? error.message : String(error),
    trace: isError ? (error.stack ?? '').split('\n') : [],
  };
}

const post = (path, body) => call('POST', path, body);

function call(method, path, body) {
  return new Promise((done, fail) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => done({ headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }));
      answer.on('error', fail);
    });
    // The other side is gone, perhaps by kill -9: nothing is left to do.
    sent.on('error', () => process.exit(0));
    sent.end(body);
  });
}

const handler = await loadHandler();
for (;;) await serveOne(handler);
