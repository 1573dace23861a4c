import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BorrowedLaptop, TestLaptop } from './laptop.ts';

/**
 * Keeps laptop runs of the project's own assembly while Jest runs, and lends each to one test file at a time. To start
 * one takes three seconds of processor time, and its functions as much again until they are warm. `before-tests.js`
 * starts this.
 *
 * `POST /` borrows one: the next idle one, or a new one. `DELETE /<port>` gives it back. Its own address is the first
 * line printed. It ends, with all its runs, when its standard input ends, which is when Jest does.
 */
const idle: TestLaptop[] = [];
const lent = new Map<string, TestLaptop>();

const portOf = (laptop: TestLaptop): string => new URL(laptop.url).port;

async function borrow(): Promise<BorrowedLaptop> {
  // Loaded on demand: most often somebody runs a few tests that need no service.
  const { testLaptop } = await import('./laptop.ts');
  const laptop = idle.pop() ?? (await testLaptop());
  lent.set(portOf(laptop), laptop);
  const { url, dataDir, running } = laptop;
  return { url, dataDir, running };
}

function giveBack(port: string): void {
  const laptop = lent.get(port);
  if (laptop === undefined) throw new Error(`no run at ${port} was lent`);
  lent.delete(port);
  idle.push(laptop);
}

const server = createServer(async (request, answer) => {
  // The lender might close a kept connection at the moment when a busy worker uses it again.
  answer.setHeader('connection', 'close');
  try {
    const said = request.method === 'POST' ? await borrow() : giveBack(request.url?.slice(1) ?? '');
    answer.end(JSON.stringify(said ?? null));
  } catch (error) {
    answer.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

process.stdin.resume().on('end', async () => {
  server.close();
  await Promise.all([...idle, ...lent.values()].map((laptop) => laptop.end()));
  process.exit();
});
