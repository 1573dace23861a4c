import { StartRefused } from './data-folder.ts';
import { curls, demoUser } from './demo-user.ts';
import { type Laptop, startLaptop } from './laptop-run.ts';
import { dataFolder } from './running-file.ts';

/** `npm start`: the whole service on this machine, until Ctrl-C. `PORT` and `HEADSHOT_DATA` override where. */
const DEFAULT_PORT = 3000;

/** npm passes a Ctrl-C on, so that one press arrives twice. */
const SAME_PRESS_MS = 1_000;

const USAGE = `npm start: the whole service on this machine, until Ctrl-C
  PORT           where it is served, on 127.0.0.1 (default ${DEFAULT_PORT}; 0: any that is free)
  HEADSHOT_DATA  where everything is kept (default .headshot)
  HEADSHOT_LOG   1: shows what the functions log, which is in files otherwise`;
const [given] = process.argv.slice(2);
if (given !== undefined) {
  const isHelp = given === '--help' || given === '-h';
  (isHelp ? console.log : console.error)(isHelp ? USAGE : `npm start takes no ${given}\n${USAGE}`);
  process.exit(isHelp ? 0 : 2);
}

const dataDir = dataFolder();
let laptop: Laptop | undefined;
/** When the first signal came, milliseconds since 1970. */
let stoppingSince: number | undefined;

process.on('SIGINT', onStop).on('SIGTERM', onStop).on('SIGHUP', onStop);

try {
  const port = wantedPort();
  laptop = await startLaptop({
    dataDir,
    port,
    verbose: process.env.HEADSHOT_LOG === '1',
    show: (line) => console.error(line),
  });
  void laptop.died.then((why) => {
    console.error(`headshot stops: ${why}`);
    void laptop?.stop(0).finally(() => process.exit(1));
  });
  if (stoppingSince !== undefined) await stopNow(laptop);
  const user = await demoUser(dataDir);
  laptop.offer({ token: user.slack.token, screen_name: user.screen_name });
  const { url } = laptop.running;
  console.log(`headshot ready at ${url} (data in ${dataDir}; Ctrl-C stops)`);
  console.log(`the page, with the demo user signed in: ${url}/`);
  console.log(`demo user: ${JSON.stringify(user)}`);
  for (const line of curls(user, url)) console.log(line);
} catch (error) {
  if (stoppingSince === undefined) {
    console.error(error instanceof StartRefused ? `headshot cannot start: ${error.message}` : error);
    await laptop?.stop(0);
    process.exit(1);
  }
}

function wantedPort(): number {
  const given = process.env.PORT || String(DEFAULT_PORT);
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartRefused(`PORT is ${given}, which is no port`);
  return port;
}

/** The first Ctrl-C lets work in flight finish; the second ends at once. Whatever is cut off is safe on disk. */
function onStop(): void {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > SAME_PRESS_MS) process.exit(130);
    return;
  }
  stoppingSince = Date.now();
  console.log('stopping: finishing what is in flight (Ctrl-C again ends at once)');
  if (laptop) void stopNow(laptop);
}

async function stopNow(running: Laptop): Promise<never> {
  await running.stop();
  process.exit(0);
}
