import { subscribe } from 'node:diagnostics_channel';
import { mkdirSync } from 'node:fs';
import { Server as HttpServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { enforceDynamoRules, enforceS3Rules } from './emulator-rules.ts';
import { watchLongPolls } from './long-polls.ts';
import { type CreatedObject, openJournal } from './object-created-journal.ts';
import { typeObject } from './untyped-objects.ts';

/**
 * The process of the emulators: fauxqs (S3, SQS, SNS) and dynalite (DynamoDB), with their data in the folder that is
 * the only argument. Sends `{aws, dynamodb}` (ports) to its parent once both listen, then `{created}` for each object
 * put into a bucket that the parent watches.
 */
const [dataDir = ''] = process.argv.slice(2);

interface LevelDb {
  status: string;
  get: (...args: unknown[]) => Promise<unknown>;
  getSync: (...args: unknown[]) => unknown;
}
interface Route {
  bodyLimit?: number;
}
/** More than anybody here puts. */
const MAX_BODY_BYTES = 64_000_000;

// fauxqs listens on 0.0.0.0 and has no option for that. Nothing on a laptop may listen beyond loopback.
const listen = Server.prototype.listen;
const servers: HttpServer[] = [];
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  if (this instanceof HttpServer) servers.push(this);
  const [options, ...rest] = args;
  const narrowed = typeof options === 'object' && options !== null ? { ...options, host: '127.0.0.1' } : options;
  // Before the emulator's own listener.
  this.prependListener('request', typeObject);
  return Reflect.apply(listen, this, [narrowed, ...rest]);
} as typeof listen;

// Ctrl-C in a terminal reaches the whole process group, but what is in flight in the parent needs the emulators.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

// fauxqs sorts keys by a language's rules and pages through them by their characters' codes, so a listing of more than
// a thousand mixed names would lose some. S3 sorts by the codes.
String.prototype.localeCompare = function (this: string, other: string) {
  const mine = String(this);
  return mine < other ? -1 : mine > other ? 1 : 0;
};

// S3 takes objects of 5 GB; fauxqs takes bodies of 11 MiB and has no option for that. Its Fastify announces each
// server.
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: { addHook: (name: 'onRoute', hook: (route: Route) => void) => void } };
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = MAX_BODY_BYTES;
  });
});

// SQLite waits for the disk at each message and each object, in which time nothing else is answered. What is written
// survives `kill -9` without that; a power cut may cost the last of it, as in dynalite.
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  exec.call(this, sql);
  if (sql === 'PRAGMA journal_mode = WAL') exec.call(this, 'PRAGMA synchronous = NORMAL');
};

// dynalite's LevelDB reads in another thread. The way there and back takes a quarter of the processor time that an item
// takes to read.
const { Level } = createRequire(import.meta.resolve('dynalite'))('level') as { Level: { prototype: LevelDb } };
const { get } = Level.prototype;
Level.prototype.get = async function (...args) {
  return this.status === 'open' ? this.getSync(...args) : get.apply(this, args);
};

const endLongPolls = await watchLongPolls();
const fauxqs = await startFauxqs({ port: 0, logger: false, dataDir: folder('aws'), messageSpies: { bufferSize: 1 } });
// fauxqs does not return its server, which is the first to listen.
if (servers[0] !== undefined) enforceS3Rules(servers[0]);
const dynamo = dynalite({ path: folder('dynamodb'), createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
await new Promise<void>((done) => dynamo.listen({ port: 0 }, done));
enforceDynamoRules(dynamo);
process.send?.({ aws: fauxqs.port, dynamodb: (dynamo.address() as AddressInfo).port });

// A put is noted before its request is answered, then sent to the parent, and forgotten when the parent has passed it
// on.
const journal = openJournal(join(dataDir, 'created.jsonl'));
let watched: string[] = [];
const tell = (object: CreatedObject) => process.connected && process.send?.({ created: object });
// A filter that never matches sees every event.
void fauxqs.spy.waitForMessage((event) => {
  const isPut = event.service === 's3' && event.status === 'uploaded' && watched.includes(event.bucket);
  if (isPut) tell(journal.add(event.bucket, event.key));
  return false;
});
process.on('message', (message: { watch: string[] } | { notified: string } | 'end long polls') => {
  if (message === 'end long polls') return endLongPolls();
  if ('notified' in message) return journal.notified(message.notified);
  watched = message.watch;
  for (const object of journal.pending()) tell(object);
});

// The channel closes when the parent ends, even by kill -9. Then the data files must be released.
process.on('disconnect', async () => {
  setTimeout(() => process.exit(0), 2_000).unref();
  await fauxqs.stop();
  await new Promise((done) => dynamo.close(done));
  process.exit(0);
});

function folder(name: string): string {
  const path = join(dataDir, name);
  mkdirSync(path, { recursive: true });
  return path;
}
