import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { accessDenied, type ServiceAnswer, unknownCall, unknownCredentials } from './access-denied.ts';
import { type AwsCall, type AwsService, awsCall, needsBody, UnknownCall } from './aws-call.ts';
import { bucketCors } from './bucket-cors.ts';
import { functionCredentials } from './function-credentials.ts';
import { listenOnLoopback } from './loopback.ts';
import { withTraceHeader } from './message-trace.ts';
import { ACCOUNT_ID, type Endpoints } from './resource-types.ts';
import { type Principal, type Rights, readRights } from './rights.ts';
import { type FormPostOptions, isFormPost, takeFormPost } from './s3-form-post.ts';
import type { Stack } from './stack.ts';
import { hasLineage } from './trace-header.ts';

export interface FunctionGate {
  /** The same address for every service. */
  endpoints: Endpoints;
  close: () => Promise<void>;
}

interface GateOptions {
  endpoints: Endpoints;
  /**
   * Called for each object that a function puts, with the call's trace header: S3's notification continues that chain.
   */
  onPut?: (path: string, traceHeader: string) => void;
  onCall?: OnCall;
}

/** A call that a function was allowed to make. */
interface FunctionCall {
  functionName: string;
  /** As `sqs.SendMessage`; for S3 its method, `s3.PUT`. */
  operation: string;
  /** The ARN of the first resource that it names. */
  resource: string;
}

/**
 * Called, and waited for, before a call reaches its service. What it returns is called when the service has answered.
 */
export type OnCall = (call: FunctionCall) => Promise<() => void>;

/**
 * Stands between the functions and the emulators, at one address for every service. The access key tells who calls. A
 * call that the policies of role and resource do not allow is answered as its service would, and goes no further. A
 * message gets the trace header of the call that sends it, as in SQS and SNS. Browsers' forms that a function has
 * signed come here, too.
 * @throws Error when the template's policies hold something that is not known here
 */
export async function startFunctionGate(
  stack: Stack,
  { endpoints, onPut, onCall }: GateOptions,
): Promise<FunctionGate> {
  const rights = readRights(stack);
  const callers = callersOf(stack, rights);
  const agent = new Agent({ keepAlive: true });
  const forms: FormPostOptions = {
    s3Endpoint: endpoints.s3,
    cors: bucketCors(stack),
    secretOf: (accessKeyId) => {
      const caller = callers.get(accessKeyId);
      return caller && functionCredentials(caller.functionName).secretAccessKey;
    },
    denial: (accessKeyId, resource) => {
      const caller = callers.get(accessKeyId);
      return (
        caller &&
        denial(rights, caller, { service: 's3', operation: '', needs: [{ action: 's3:PutObject', resource }] })
      );
    },
  };

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (isFormPost(incoming)) return takeFormPost(incoming, outgoing, forms);
    const { accessKeyId, service } = signedBy(incoming);
    const caller = callers.get(accessKeyId);
    const { method = 'GET', url = '/', headers } = incoming;
    if (!caller) return say(incoming, outgoing, unknownCredentials(service));
    const body = needsBody(service, { method, url }) ? await bodyOf(incoming) : undefined;
    const call = named(service, { method, url, headers, body: body ?? Buffer.alloc(0) });
    if (typeof call === 'string') return say(incoming, outgoing, unknownCall(service, call));
    const denied = denial(rights, caller, call);
    if (denied) return say(incoming, outgoing, denied);
    const traceHeader = String(headers['x-amzn-trace-id'] ?? '');
    const isTraced = hasLineage(traceHeader);
    if (isTraced && call.operation === 's3.PUT') onPut?.(url.split('?')[0] ?? '', traceHeader);
    const sent = body && isTraced ? withTraceHeader(call.operation, body, traceHeader) : body;
    const { functionName } = caller;
    const done = await onCall?.({ functionName, operation: call.operation, resource: call.needs[0]?.resource ?? '' });
    const answered = (answer: IncomingMessage) => {
      if (done) answer.once('end', done);
      const hidden = hiddenAbsence(rights, caller, call, answer.statusCode);
      if (hidden) {
        answer.resume();
        return say(incoming, outgoing, hidden);
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // When the emulator breaks off, the function is told; the other way round, see below. (`pipeline` makes an error,
      // with its stack, for every call that ends well.)
      answer.once('close', () => answer.complete || outgoing.destroy());
      answer.pipe(outgoing);
    };
    const { expect: _, ...passedHeaders } = headers;
    const passed = forward(
      `${endpoints[service]}${url}`,
      { method, agent, headers: { ...passedHeaders, ...(sent && { 'content-length': String(sent.length) }) } },
      answered,
    );
    passed.on('error', () => (outgoing.headersSent ? outgoing.destroy() : incoming.socket.destroy()));
    outgoing.on('close', () => outgoing.writableFinished || passed.destroy());
    if (sent) passed.end(sent);
    else incoming.pipe(passed);
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: Error) => {
      // A caller that is gone is nobody's fault.
      if (incoming.destroyed || outgoing.headersSent) return incoming.socket.destroy();
      outgoing.writeHead(502).end(`the laptop's gate: ${error.message}`);
    });
  });
  const listening = await listenOnLoopback(server, 0);
  const { url } = listening;
  return {
    endpoints: { s3: url, sqs: url, sns: url, dynamodb: url, secretsmanager: url, cloudfront: url },
    async close() {
      await listening.close();
      agent.destroy();
    },
  };
}

interface Caller extends Principal {
  functionName: string;
  /** As services name the caller in a refusal. */
  sessionArn: string;
}

function callersOf(stack: Stack, rights: Rights): Map<string, Caller> {
  const functions = stack.ofType('AWS::Lambda::Function', z.object({ Role: z.string() }));
  return new Map(
    functions.map(({ name, properties: { Role } }) => {
      const role = Role.split('/').at(-1);
      const sessionArn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/${name}`;
      return [functionCredentials(name).accessKeyId, { ...rights.ofRole(Role), functionName: name, sessionArn }];
    }),
  );
}

/** `Credential=<access key>/<date>/<region>/<service>/aws4_request` */
function signedBy({ headers }: IncomingMessage): { accessKeyId: string; service: AwsService } {
  const [, accessKeyId = '', scope = ''] =
    /Credential=([^/,]+)\/\d+\/[^/]+\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  return { accessKeyId, service: SERVICES.find((service) => service === scope) ?? 's3' };
}

const SERVICES: AwsService[] = ['s3', 'sqs', 'sns', 'dynamodb', 'secretsmanager', 'cloudfront'];

/** The call, or an explanation that it is not known. */
function named(...[service, request]: Parameters<typeof awsCall>): AwsCall | string {
  try {
    return awsCall(service, request);
  } catch (error) {
    if (error instanceof UnknownCall) return error.message;
    throw error;
  }
}

/** S3 answers separately for each object of a DeleteObjects. Here one that may not be deleted keeps them all. */
function denial(rights: Rights, caller: Caller, { service, needs }: AwsCall): ServiceAnswer | undefined {
  for (const permission of needs) {
    const why = rights.refusal(caller, permission);
    if (why !== undefined) return accessDenied(service, caller.sessionArn, permission, why);
  }
  return undefined;
}

/**
 * Whoever may not list a bucket is not told that an object is missing (S3's API, GetObject and HeadObject,
 * "Permissions").
 */
function hiddenAbsence(rights: Rights, caller: Caller, call: AwsCall, status = 200): ServiceAnswer | undefined {
  if (status !== 404 || (call.operation !== 's3.GET' && call.operation !== 's3.HEAD')) return undefined;
  const [bucketArn = ''] = call.needs[0]?.resource.split('/') ?? [];
  return denial(rights, caller, { ...call, needs: [{ action: 's3:ListBucket', resource: bucketArn }] });
}

/** Reads the request to its end, so that the caller is not cut off before it sees the answer. */
function say(incoming: IncomingMessage, outgoing: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  incoming.resume();
  outgoing.writeHead(status, {
    ...headers,
    'content-length': incoming.method === 'HEAD' ? 0 : Buffer.byteLength(body),
  });
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
