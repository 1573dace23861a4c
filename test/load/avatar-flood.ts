import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountPlaces } from '../../infra/account-places.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { call } from './api-calls.ts';
import { together } from './burst.ts';
import { type BurstFigures, figures } from './burst-figures.ts';
import { loadUsers } from './load-users.ts';
import { loadedService } from './loaded-service.ts';

const PEOPLE = 20;
/** Far more than their throttle lets through. */
const REQUESTS_PER_SECOND = 60;
const WARM_UP_MS = 3_000;
const ADDED_MS = 25;
const GOALS = { allWithinMs: 20_000 };

export const FLOOD_SAYS =
  `${PEOPLE} people upload in the same second through Slack's API, with avatars on: first alone, then while a stranger asks for ${REQUESTS_PER_SECOND} ` +
  `random hashes a second; each call of AWS takes ${ADDED_MS} ms longer, and the account has so many places`;

/** True when every upload was taken in time, flood or not, and every avatar request got a picture or "too many". */
export async function avatarFlood(accountConcurrency: number, json: boolean): Promise<boolean> {
  const say = (line: string) => console.error(`flood: ${line}`);
  say('starting a laptop run');
  const service = await loadedService({
    settings: { accountConcurrency: String(accountConcurrency), avatars: 'true' },
    concurrency: accountConcurrency,
    withProbe: false,
  });
  process.once('SIGINT', () => void service.end().finally(() => process.exit(130)));
  try {
    const { running } = service;
    const people = await loadUsers(running, PEOPLE, 'flood');
    const picture = await jpeg({ picture: photoLike(800, 800, 1) });
    service.faults.begin(() => ({ kind: 'delay', delayMs: ADDED_MS }));
    // Starts the functions that take uploads.
    await together(running.url, people.slice(0, 4), picture, 0);
    await sleep(WARM_UP_MS);
    const calm = figures(await together(running.url, people, picture, 1_000));
    say(`alone: ${calm.acknowledged} acknowledged by ${calm.last_ms} ms`);
    await sleep(WARM_UP_MS);
    const flood = startFlood(running.url);
    await sleep(WARM_UP_MS);
    const flooded = figures(await together(running.url, people, picture, 1_000));
    const answers = await flood.stop();
    const { avatars, requests } = accountPlaces(accountConcurrency, { avatars: true });
    const outcome = {
      account_concurrency: accountConcurrency,
      avatar_places: avatars,
      request_places: requests,
      calm,
      flooded,
      answers,
    };
    if (json) console.log(JSON.stringify(outcome));
    else for (const line of table(outcome)) console.log(line);
    const isServed = ({ acknowledged, wrong, last_ms }: BurstFigures) =>
      acknowledged === PEOPLE && wrong === 0 && last_ms <= GOALS.allWithinMs;
    return (
      isServed(calm) && isServed(flooded) && Object.keys(answers).every((status) => ['200', '429'].includes(status))
    );
  } finally {
    await service.end();
  }
}

/** Each hash is asked for once, so that no cache answers. */
function startFlood(base: string) {
  const answers: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  const ask = async () => {
    const { status } = await call(base, { path: `/avatar/${randomBytes(16).toString('hex')}?d=identicon` });
    answers[status] = (answers[status] ?? 0) + 1;
  };
  const timer = setInterval(() => {
    const one = ask().finally(() => open.delete(one));
    open.add(one);
  }, 1_000 / REQUESTS_PER_SECOND);
  return {
    /** How often each status was answered. */
    async stop(): Promise<Record<string, number>> {
      clearInterval(timer);
      await Promise.allSettled(open);
      return answers;
    },
  };
}

function table({
  account_concurrency,
  avatar_places,
  request_places,
  calm,
  flooded,
  answers,
}: {
  account_concurrency: number;
  avatar_places: number;
  request_places: number;
  calm: BurstFigures;
  flooded: BurstFigures;
  answers: Record<string, number>;
}): string[] {
  const row = (name: string, one: BurstFigures) =>
    `| ${name} | ${one.acknowledged} | ${one.p50_ms} | ${one.last_ms} | ${one.request_p50_ms} | ${one.turned_away} | ${one.wrong} |`;
  return [
    `${account_concurrency} places, ${avatar_places} of them for avatars and ${request_places} for other requests; ${PEOPLE} people at once, ${ADDED_MS} ms added to each AWS call`,
    '',
    '| | acknowledged | half by, ms | all by, ms | a request, p50 ms | told to come back | other answers |',
    '|---|---|---|---|---|---|---|',
    row('alone', calm),
    row(`beside ${REQUESTS_PER_SECOND} random hashes a second`, flooded),
    '',
    `the flood was answered ${Object.entries(answers)
      .map(([status, count]) => `${status} ${count} times`)
      .join(', ')}`,
  ];
}
