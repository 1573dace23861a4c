import type { App } from 'aws-cdk-lib';
import { TWITTER_LIMITS, type TwitterEndpoint } from '../lambdas/edge/twitter/twitter-limits.ts';
import { DEAD_LETTER_RETENTION_DAYS } from './queues.ts';

/** What a person may choose when deploying: `npx cdk deploy -c retentionDays=30 -c letterboxColour=#ffffff`. */
export interface DeploySettings {
  /** How long raw uploads are kept, and the rows that tell of them. Default and least: one day more than a dead letter. */
  retentionDays: number;
  /** Photos of imports at work at once, in each of the two functions. Default and least: 2, which is the least that Lambda takes. */
  importConcurrency: number;
  /** Bars of a letterboxed picture without alpha, `#rrggbb`. Default black. */
  letterboxColour: string;
  /** Requests a user may make in 15 minutes at each of Twitter's endpoints; `-c twitterImageLimit=…` and so on. */
  twitterLimits: Record<TwitterEndpoint, number>;
}

/** Each limit's name on the command line. */
const TWITTER_LIMIT_SETTINGS = {
  twitterImageLimit: 'account/update_profile_image',
  twitterShowLimit: 'users/show',
  twitterVerifyLimit: 'account/verify_credentials',
} as const satisfies Record<string, TwitterEndpoint>;

/** A message in a dead-letter queue may be sent again on its last day, and must still find its raw upload. */
export const MIN_RETENTION_DAYS = DEAD_LETTER_RETENTION_DAYS + 1;

/** What Lambda allows as an event source's MaximumConcurrency. */
const MIN_IMPORT_CONCURRENCY = 2;
const MAX_IMPORT_CONCURRENCY = 1000;

/** @throws Error that says what is wrong and what is allowed. */
export function deploySettings(app: App): DeploySettings {
  const retentionDays = Number(app.node.tryGetContext('retentionDays') ?? MIN_RETENTION_DAYS);
  if (!Number.isInteger(retentionDays) || retentionDays < MIN_RETENTION_DAYS) {
    throw new Error(
      `retentionDays is ${app.node.tryGetContext('retentionDays')}; it must be a whole number of at least ` +
        `${MIN_RETENTION_DAYS}, because a dead letter may name its upload for ${DEAD_LETTER_RETENTION_DAYS} days`,
    );
  }
  const letterboxColour = String(app.node.tryGetContext('letterboxColour') ?? '#000000');
  if (!/^#[0-9a-f]{6}$/i.test(letterboxColour)) {
    throw new Error(`letterboxColour is ${letterboxColour}; it must be like #000000`);
  }
  const importConcurrency = Number(app.node.tryGetContext('importConcurrency') ?? MIN_IMPORT_CONCURRENCY);
  if (
    !(
      Number.isInteger(importConcurrency) &&
      importConcurrency >= MIN_IMPORT_CONCURRENCY &&
      importConcurrency <= MAX_IMPORT_CONCURRENCY
    )
  ) {
    throw new Error(
      `importConcurrency is ${app.node.tryGetContext('importConcurrency')}; it must be a whole number from ` +
        `${MIN_IMPORT_CONCURRENCY} to ${MAX_IMPORT_CONCURRENCY}`,
    );
  }
  return { retentionDays, importConcurrency, letterboxColour, twitterLimits: twitterLimits(app) };
}

function twitterLimits(app: App): Record<TwitterEndpoint, number> {
  const limits: Record<TwitterEndpoint, number> = { ...TWITTER_LIMITS };
  for (const [setting, endpoint] of Object.entries(TWITTER_LIMIT_SETTINGS)) {
    const given = app.node.tryGetContext(setting);
    if (given === undefined) continue;
    if (!/^[1-9]\d{0,8}$/.test(String(given)))
      throw new Error(`${setting} is ${given}; it must be a whole number of at least 1`);
    limits[endpoint] = Number(given);
  }
  return limits;
}
