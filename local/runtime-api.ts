import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';

/** Lambda's limit for the payload and the answer of a synchronous invocation, in bytes (6 MB and 100 KB over). */
export const MAX_PAYLOAD_BYTES = 6_291_556;

/** Lambda's error document. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** How an invocation ended. A failure is the function's. */
export type Outcome = { ok: true; payload: Buffer } | { ok: false; error: FunctionError };

interface Invocation {
  requestId: string;
  payload: Buffer;
  functionArn: string;
  /** X-Ray's, by which loops are found (`trace-header.ts`). */
  traceHeader: string;
  /** Milliseconds since 1970. */
  deadlineMs: number;
}

/** The Runtime API for one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
interface RuntimeApi {
  /** `host:port`, the process's `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Resolves when the process asks for its first invocation, or says that it cannot start. */
  initialized: Promise<FunctionError | undefined>;
  /** Gives the process its next invocation. One at a time. */
  invoke: (invocation: Invocation) => Promise<Outcome>;
  close: () => Promise<void>;
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let current: { invocation: Invocation; sent: boolean; settle: (outcome: Outcome) => void } | undefined;
  let initialize: (error: FunctionError | undefined) => void = () => undefined;
  const initialized = new Promise<FunctionError | undefined>((done) => {
    initialize = done;
  });

  const handOver = () => {
    if (!waiting || !current || current.sent) return;
    const { requestId, deadlineMs, functionArn, traceHeader, payload } = current.invocation;
    current.sent = true;
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'content-length': payload.length,
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': deadlineMs,
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': traceHeader,
    });
    waiting.end(payload);
    waiting = undefined;
  };
  const settle = (outcome: Outcome) => {
    const done = current?.settle;
    current = undefined;
    done?.(outcome);
  };

  const server = createServer(async (request, response) => {
    const [, kind, id, what] =
      /^\/2018-06-01\/runtime\/(init|invocation)\/([^/]+)(?:\/([^/]+))?$/.exec(request.url ?? '') ?? [];
    if (kind === 'invocation' && id === 'next') {
      waiting = response;
      initialize(undefined);
      return handOver();
    }
    const body = await readBounded(request);
    if (kind === 'init') {
      initialize(parseError(body));
      return accept(response);
    }
    if (id !== current?.invocation.requestId)
      return void response.writeHead(400).end('{"errorType":"InvalidRequestID"}');
    if (body === undefined) {
      response.writeHead(413).end('{"errorType":"RequestEntityTooLarge"}');
      return settle({ ok: false, error: RESPONSE_TOO_LARGE });
    }
    accept(response);
    settle(what === 'response' ? { ok: true, payload: body } : { ok: false, error: parseError(body) });
  });
  // The process may wait for its next invocation as long as it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  const listening: LoopbackServer = await listenOnLoopback(server, 0);

  return {
    address: `127.0.0.1:${listening.port}`,
    initialized,
    invoke: (invocation) =>
      new Promise((done) => {
        current = { invocation, sent: false, settle: done };
        handOver();
      }),
    close: listening.close,
  };
}

const RESPONSE_TOO_LARGE: FunctionError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
};

const accept = (response: ServerResponse): void => {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
};

/** Undefined when it is larger than Lambda takes. */
async function readBounded(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_PAYLOAD_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_PAYLOAD_BYTES ? undefined : Buffer.concat(chunks);
}

function parseError(body: Buffer | undefined): FunctionError {
  try {
    const { errorType, errorMessage, trace } = JSON.parse((body ?? '').toString()) as Partial<FunctionError>;
    return { errorType: errorType ?? 'Error', errorMessage: errorMessage ?? '', ...(trace && { trace }) };
  } catch {
    return { errorType: 'Error', errorMessage: 'the function gave no readable error' };
  }
}
