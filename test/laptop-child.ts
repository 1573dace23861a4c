import { once } from 'node:events';
import { type OwnLaptopAsked, testLaptop } from './laptop.ts';

/** The process of `ownLaptop`: prints a laptop run as one line of JSON, and ends it when standard input ends. */
const { assemblyDir, concurrency } = JSON.parse(process.argv[2] ?? '{}') as OwnLaptopAsked;
const { url, dataDir, running, end } = await testLaptop(assemblyDir, {
  ...(concurrency !== undefined && { concurrency }),
});
console.log(JSON.stringify({ url, dataDir, running }));
await once(process.stdin.resume(), 'end');
await end();
process.exit();
