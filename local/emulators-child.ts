import { mkdirSync } from 'node:fs';
import { type AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';

/**
 * The process that holds the emulators: fauxqs (S3, SQS, SNS) and dynalite (DynamoDB), persisted under the folder that
 * is its one argument. Sends `{aws, dynamodb}` (ports) to its parent once both listen.
 */
const [dataDir = ''] = process.argv.slice(2);

// fauxqs listens on 0.0.0.0 and has no option for it. Nothing on a laptop may listen beyond loopback.
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  const [options, ...rest] = args;
  const narrowed = typeof options === 'object' && options !== null ? { ...options, host: '127.0.0.1' } : options;
  return Reflect.apply(listen, this, [narrowed, ...rest]);
} as typeof listen;

// Ctrl-C in a terminal reaches the whole process group; what is still in flight in the parent needs the emulators.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const fauxqs = await startFauxqs({ port: 0, logger: false, dataDir: folder('aws') });
const dynamo = dynalite({ path: folder('dynamodb'), createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
await new Promise<void>((done) => dynamo.listen({ port: 0 }, done));
process.send?.({ aws: fauxqs.port, dynamodb: (dynamo.address() as AddressInfo).port });

// The channel closes when the parent ends in whatever way, kill -9 too: then the data files must come free.
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
