/**
 * The environment variables of the functions: named here once, written by `infra/`, read by the entries.
 * Values are names of resources, never secrets.
 */
export const VARIABLES = {
  rawBucket: 'HEADSHOT_RAW_BUCKET',
  photosBucket: 'HEADSHOT_PHOTOS_BUCKET',
  usersTable: 'HEADSHOT_USERS_TABLE',
  teamsTable: 'HEADSHOT_TEAMS_TABLE',
  credentialsTable: 'HEADSHOT_CREDENTIALS_TABLE',
  uploadsTable: 'HEADSHOT_UPLOADS_TABLE',
  limitsTable: 'HEADSHOT_LIMITS_TABLE',
  jobsQueueUrl: 'HEADSHOT_JOBS_QUEUE_URL',
  photoEventsTopicArn: 'HEADSHOT_PHOTO_EVENTS_TOPIC_ARN',
  masterSecretId: 'HEADSHOT_MASTER_SECRET_ID',
  originSecretId: 'HEADSHOT_ORIGIN_SECRET_ID',
  /** Bars of a letterboxed picture without alpha, `#rrggbb`. */
  letterboxColour: 'HEADSHOT_LETTERBOX_COLOUR',
  /** The limits of each door and the sets of sizes: JSON (`edge/read-offer.ts`). */
  offer: 'HEADSHOT_OFFER',
  /** Requests a user may make in 15 minutes at Twitter's door: JSON of endpoint to number. */
  twitterLimits: 'HEADSHOT_TWITTER_LIMITS',
  /** How long an upload's row outlives it, in days; the raw file's bucket expires after as many. */
  retentionDays: 'HEADSHOT_RETENTION_DAYS',
} as const;

/** Powertools' own variable, given to every function: the stack's name, a dimension of every metric. */
export const SERVICE_NAME_VARIABLE = 'POWERTOOLS_SERVICE_NAME';

export type Variable = keyof typeof VARIABLES;

/** What each function is given, and nothing else. The command line works with the union of all. */
export const NEEDS = {
  change: [
    'rawBucket',
    'photosBucket',
    'usersTable',
    'teamsTable',
    'credentialsTable',
    'uploadsTable',
    'limitsTable',
    'jobsQueueUrl',
    'photoEventsTopicArn',
    'masterSecretId',
    'originSecretId',
    'offer',
    'twitterLimits',
    'retentionDays',
  ],
  read: [
    'usersTable',
    'teamsTable',
    'credentialsTable',
    'uploadsTable',
    'limitsTable',
    'masterSecretId',
    'originSecretId',
    'offer',
    'twitterLimits',
  ],
  job: ['rawBucket', 'photosBucket', 'usersTable', 'uploadsTable', 'photoEventsTopicArn', 'letterboxColour', 'offer'],
} as const satisfies Record<string, readonly Variable[]>;

export type Entry = keyof typeof NEEDS;

/**
 * Reads the named variables.
 * @throws Error that names every missing one: a function without them must not start (there are no default names).
 */
export function readEnv<V extends Variable>(
  wanted: readonly V[],
  source: Record<string, string | undefined> = process.env,
): Record<V, string> {
  const missing = wanted.filter((variable) => !source[VARIABLES[variable]]).map((variable) => VARIABLES[variable]);
  if (missing.length > 0) throw new Error(`missing environment: ${missing.join(', ')}`);
  return Object.fromEntries(wanted.map((variable) => [variable, source[VARIABLES[variable]]])) as Record<V, string>;
}
