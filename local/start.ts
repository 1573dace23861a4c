import { existsSync } from 'node:fs';
import { FRESH_ACCOUNT_CONCURRENCY } from './account-concurrency.ts';
import { StartRefused } from './data-folder.ts';
import { demoUser } from './demo-user.ts';
import { type LaptopIdentityProvider, startIdentityProvider } from './identity-provider.ts';
import { type Laptop, startLaptop } from './laptop-run.ts';
import { readyBlock, readyText } from './ready-block.ts';
import { dataFolder } from './running-file.ts';
import { startArguments } from './start-arguments.ts';
import { stepsOn } from './start-steps.ts';

/** `npm start`: the whole service on this machine, until Ctrl-C. `PORT` and `HEADSHOT_DATA` say where. */
const DEFAULT_PORT = 3000;

/** npm passes Ctrl-C on, so that one press arrives twice. */
const SAME_PRESS_MS = 1_000;

const USAGE = `npm start [-- --json] [--oidc] [-c name=value …]: the whole service on this machine, until Ctrl-C
  --json         ready, prints one JSON object: addresses, and the demo user's credentials
  -c name=value  a setting, as of npx cdk deploy (docs/deploy.md)
  --oidc         with an identity provider of its own, on the next port: people sign in there, on the page and for /v1
  PORT           where it is served, on 127.0.0.1 (default ${DEFAULT_PORT}; 0: any that is free)
  HEADSHOT_DATA  where everything is kept (default .headshot)
  HEADSHOT_CONCURRENCY  functions that the account may run at once (default ${FRESH_ACCOUNT_CONCURRENCY}, as a fresh one, or -c accountConcurrency)
  HEADSHOT_LOG   1: shows what the functions log, which is in files otherwise
  HEADSHOT_CDN_CACHE  off: the CDN keeps nothing, for those who debug`;
const given = startArguments(process.argv.slice(2));
if (typeof given === 'string' || given.isHelp) {
  if (typeof given === 'string') console.error(`npm start takes no ${given}\n${USAGE}`);
  else console.log(USAGE);
  process.exit(typeof given === 'string' ? 2 : 0);
}
const { isJson, wantsProvider, settings } = given;
/** On stderr, so that `--json` prints nothing but its object on stdout. */
const say = (line: string) => console.error(line);

const dataDir = dataFolder();
let laptop: Laptop | undefined;
let provider: LaptopIdentityProvider | undefined;
/** When the first signal came, in milliseconds since 1970. */
let stoppingSince: number | undefined;

process.on('SIGINT', onStop).on('SIGTERM', onStop).on('SIGHUP', onStop);
process.on('exit', () => provider?.close());

try {
  const port = wantedPort();
  const isNew = !existsSync(dataDir);
  const step = stepsOn(process.stderr);
  const verbose = process.env.HEADSHOT_LOG === '1';
  const cdnCache = process.env.HEADSHOT_CDN_CACHE !== 'off';
  const concurrency = wantedConcurrency();
  if (wantsProvider) {
    provider = await step('identity provider', () => startIdentityProvider(port === 0 ? 0 : port + 1));
  }
  laptop = await startLaptop({
    dataDir,
    port,
    concurrency,
    verbose,
    cdnCache,
    show: say,
    step,
    settings: { ...settings, ...provider?.settings },
  });
  await provider?.serve(laptop.running.url);
  void laptop.died.then((why) => {
    say(`headshot stops: ${why}`);
    void laptop?.stop(0).finally(() => process.exit(1));
  });
  if (stoppingSince !== undefined) await stopNow(laptop);
  const user = await step('demo user', () => demoUser(dataDir, isNew));
  // With a provider, people sign in there.
  if (!provider) laptop.signInAs({ token: user.slack.token, screen_name: user.screen_name });
  const ready = readyBlock(laptop.running, dataDir, user, provider?.issuer);
  if (isJson) {
    say(`headshot ready at ${ready.url}`);
    console.log(JSON.stringify(ready));
  } else console.log(readyText(ready));
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

function wantedConcurrency(): number {
  const wanted = process.env.HEADSHOT_CONCURRENCY || settings.accountConcurrency || String(FRESH_ACCOUNT_CONCURRENCY);
  if (/^[1-9]\d{0,5}$/.test(wanted)) return Number(wanted);
  throw new StartRefused(`HEADSHOT_CONCURRENCY is ${wanted}, which is no number of functions`);
}

/** The first Ctrl-C lets work in flight finish; the second ends at once. Whatever is cut off is safe on disk. */
function onStop(): void {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > SAME_PRESS_MS) process.exit(130);
    return;
  }
  stoppingSince = Date.now();
  say('stopping: finishing what is in flight (Ctrl-C again ends at once)');
  if (laptop) void stopNow(laptop);
}

async function stopNow(running: Laptop): Promise<never> {
  await running.stop();
  process.exit(0);
}
