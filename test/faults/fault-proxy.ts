import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../../local/loopback.ts';
import { FAULT_ANSWERS, type FaultAnswer, THROUGHPUT_EXCEEDED } from './fault-answers.ts';
import { isQueueFault, type QueueFault, type QueueFaults, queueFaults } from './queue-faults.ts';
import { nameCall, type Service, type WireCall } from './wire-call.ts';

/**
 * What happens to one call.
 *
 * `drop-request`: the connection ends before the service hears of it.
 * `drop-answer`: the connection ends after the effect; `reset-mid-body`: in the middle of the answer.
 * `throttle`, `throughput`, `unavailable`: the service says so, in its own words. `delay`: it comes late.
 * `hold`: it waits until something else is done.
 * `die-before`, `die-after`: the caller dies before, or after, this call's effect: no later call gets through until
 * `begin`.
 */
export type Fault =
  | { kind: 'drop-request' | 'drop-answer' | 'reset-mid-body' | 'throttle' | 'throughput' | 'unavailable' }
  | { kind: 'delay'; delayMs: number }
  | { kind: 'hold'; until: () => Promise<void> }
  | { kind: 'die-before' | 'die-after' }
  | QueueFault;
export type FaultKind = Fault['kind'];

/** Decides what happens to a call; asked for every try of it. */
export type Decide = (call: WireCall) => Fault | undefined;

export interface FaultProxy {
  url: string;
  /** Starts anew: calls count from 0, and who died lives again. Without `decide` nothing happens to calls. */
  begin: (decide?: Decide) => void;
  close: () => Promise<void>;
}

interface FaultProxyOptions {
  /** Several proxies may stand before the same queues. */
  queues?: QueueFaults;
  /** Called, and waited for, when a service has done a call and before its answer is sent. */
  onEffect?: (call: WireCall) => Promise<void>;
  /**
   * Does a change of a record, and what is told of it, one at a time, for an owner of several proxies. Otherwise the
   * next change may have its effect before the record is looked at, and be taken for the first one's.
   */
  inTurn?: <T>(change: () => Promise<T>) => Promise<T>;
  /** Called for each fault that is done. */
  onFault?: (kind: FaultKind) => void;
}

interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Stands between AWS SDK clients and their services, over the services' own protocols, at one address for all of them.
 * Only `decide` says what happens to which call: the same for the same calls.
 */
export async function startFaultProxy(
  endpoints: Record<Service, string>,
  { queues = queueFaults(), onEffect, onFault, inTurn = (change) => change() }: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let decide: Decide = () => undefined;
  let isDead = false;
  let counted = new Map<string, { ordinal: number; nth: number }>();
  let perOperation = new Map<string, number>();

  function count(invocation: string, operation: string) {
    const known = counted.get(invocation);
    if (known !== undefined) return known;
    const nth = perOperation.get(operation) ?? 0;
    perOperation.set(operation, nth + 1);
    const number = { ordinal: counted.size, nth };
    counted.set(invocation, number);
    return number;
  }

  async function forward(
    { method, url, headers }: IncomingMessage,
    { service, body }: WireCall,
  ): Promise<HttpResponse> {
    const passed = request(`${endpoints[service]}${url}`, {
      method,
      agent,
      headers: { ...withoutFraming(headers), 'content-length': String(body.length) },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      passed.once('response', resolve).once('error', reject),
    );
    passed.end(body);
    const answer = await answered;
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await bodyOf(answer) };
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const named = nameCall(incoming, await bodyOf(incoming));
    if (isDead) return void incoming.socket.destroy();
    const attempt = Number(/attempt=(\d+)/.exec(String(incoming.headers['amz-sdk-request']))?.[1] ?? 1);
    const call: WireCall = {
      ...named,
      attempt,
      ...count(String(incoming.headers['amz-sdk-invocation-id']), named.operation),
    };
    const fault = decide(call);
    if (fault !== undefined) onFault?.(fault.kind);
    switch (fault?.kind) {
      case 'die-before':
        isDead = true;
        return void incoming.socket.destroy();
      case 'drop-request':
        return void incoming.socket.destroy();
      case 'throttle':
      case 'unavailable':
        return say(outgoing, FAULT_ANSWERS[fault.kind][call.service]);
      case 'throughput':
        return say(outgoing, call.service === 'dynamodb' ? THROUGHPUT_EXCEEDED : FAULT_ANSWERS.throttle[call.service]);
      case 'delay':
        await sleep(fault.delayMs);
        break;
      case 'hold':
        await fault.until();
        // What was held had not been sent yet.
        if (isDead) return void incoming.socket.destroy();
        break;
    }
    // Whoever asked may have given up meanwhile.
    if (incoming.socket.destroyed) return;
    const queueFault = fault !== undefined && isQueueFault(fault) ? fault : undefined;
    const done = async () => {
      const answered = await forward(incoming, { ...call, body: queues.request(call, queueFault) });
      if (answered.status < 300) await onEffect?.(call);
      return answered;
    };
    const answer = await (call.operation === 'UpdateItem' ? inTurn(done) : done());
    if (fault?.kind === 'die-after') isDead = true;
    if (fault?.kind === 'drop-answer' || fault?.kind === 'die-after') return void incoming.socket.destroy();
    const body = queues.answer(call, answer.body, queueFault);
    outgoing.writeHead(answer.status, { ...withoutFraming(answer.headers), 'content-length': String(body.length) });
    if (fault?.kind !== 'reset-mid-body') return void outgoing.end(incoming.method === 'HEAD' ? undefined : body);
    // The head and the first half are sent before the connection breaks.
    outgoing.flushHeaders();
    outgoing.write(body.subarray(0, body.length / 2), () => incoming.socket.destroy());
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: Error) => {
      if (incoming.socket.destroyed) return;
      // The caller meets a fault. The words show that it is the proxy's, not the test's.
      outgoing.writeHead(502).end(`fault proxy: ${error.message}`);
    });
  });
  const listening = await listenOnLoopback(server, 0);
  return {
    url: listening.url,
    begin(next = () => undefined) {
      decide = next;
      isDead = false;
      counted = new Map();
      perOperation = new Map();
    },
    async close() {
      await listening.close();
      agent.destroy();
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function say(outgoing: ServerResponse, { status, type, body }: FaultAnswer): void {
  outgoing.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The body may be another one, and is sent whole. */
function withoutFraming({
  'content-length': _,
  'transfer-encoding': __,
  connection: ___,
  ...rest
}: IncomingHttpHeaders) {
  return rest;
}
