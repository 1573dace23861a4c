/**
 * The environment variables of the functions: named only here, set by `infra/`, read by the entries.
 * The values are names and settings, never secrets.
 */
export const VARIABLES = {
  rawBucket: 'HEADSHOT_RAW_BUCKET',
  photosBucket: 'HEADSHOT_PHOTOS_BUCKET',
  usersTable: 'HEADSHOT_USERS_TABLE',
  teamsTable: 'HEADSHOT_TEAMS_TABLE',
  credentialsTable: 'HEADSHOT_CREDENTIALS_TABLE',
  uploadsTable: 'HEADSHOT_UPLOADS_TABLE',
  limitsTable: 'HEADSHOT_LIMITS_TABLE',
  batchesTable: 'HEADSHOT_BATCHES_TABLE',
  importsBucket: 'HEADSHOT_IMPORTS_BUCKET',
  jobsQueueUrl: 'HEADSHOT_JOBS_QUEUE_URL',
  bulkQueueUrl: 'HEADSHOT_BULK_QUEUE_URL',
  intakeQueueUrl: 'HEADSHOT_INTAKE_QUEUE_URL',
  sweepsQueueUrl: 'HEADSHOT_SWEEPS_QUEUE_URL',
  webhooksTable: 'HEADSHOT_WEBHOOKS_TABLE',
  hooksDeadQueueUrl: 'HEADSHOT_HOOKS_DEAD_QUEUE_URL',
  photoEventsTopicArn: 'HEADSHOT_PHOTO_EVENTS_TOPIC_ARN',
  distributionId: 'HEADSHOT_DISTRIBUTION_ID',
  masterSecretId: 'HEADSHOT_MASTER_SECRET_ID',
  originSecretId: 'HEADSHOT_ORIGIN_SECRET_ID',
  /** The colour of the bars around a letterboxed picture without alpha, `#rrggbb`. */
  letterboxColour: 'HEADSHOT_LETTERBOX_COLOUR',
  /** The limits of each source, and the sets of sizes: JSON (`edge/read-service-limits.ts`). */
  serviceLimits: 'HEADSHOT_SERVICE_LIMITS',
  /** A user's requests to Twitter's API in 15 minutes: JSON of endpoint to number. */
  twitterRateLimits: 'HEADSHOT_TWITTER_RATE_LIMITS',
  /** Where the service is, without a trailing slash. */
  publicUrl: 'HEADSHOT_PUBLIC_URL',
  /** The ports that webhooks may have, separated by commas. */
  webhookPorts: 'HEADSHOT_WEBHOOK_PORTS',
  /** Where webhooks are, for administrators: JSON, `null` if there are none (`edge/read-webhook-parts.ts`). */
  webhookParts: 'HEADSHOT_WEBHOOK_PARTS',
  /** The sites whose pages may call `/v1`: a JSON list of origins. */
  allowedOrigins: 'HEADSHOT_ALLOWED_ORIGINS',
  /** Whether users can be found by the hashes of their e-mail addresses: `true` or `false`. */
  avatars: 'HEADSHOT_AVATARS',
  /** The hosts that an avatar's default URL may be on: a JSON list of host names. */
  avatarDefaultHosts: 'HEADSHOT_AVATAR_DEFAULT_HOSTS',
  /** The identity provider: JSON, `null` if there is none (`edge/read-identity-provider.ts`). */
  identityProvider: 'HEADSHOT_IDENTITY_PROVIDER',
  /** How long the row of an upload is kept, in days. The raw file's bucket keeps it as long. */
  retentionDays: 'HEADSHOT_RETENTION_DAYS',
  /** How many photos of waiting callers can be processed at once: the maximum of the queue's event source mapping. */
  jobPlaces: 'HEADSHOT_JOB_PLACES',
} as const;

/** Powertools' own variable, set for every function: the stack's name, a dimension of every metric. */
export const SERVICE_NAME_VARIABLE = 'POWERTOOLS_SERVICE_NAME';

export type Variable = keyof typeof VARIABLES;

/**
 * Read by glibc at the start of every function that decodes pictures. glibc would give each thread a heap, and each
 * would keep what its largest picture took: after eight large ones a worker had 480 MB instead of 290.
 */
export const MALLOC_VARIABLES = { MALLOC_ARENA_MAX: '1' } as const;

/** The variables of each function. The CLI uses all of them. */
export const NEEDS = {
  change: [
    'rawBucket',
    'photosBucket',
    'importsBucket',
    'usersTable',
    'teamsTable',
    'credentialsTable',
    'uploadsTable',
    'limitsTable',
    'jobsQueueUrl',
    'sweepsQueueUrl',
    'photoEventsTopicArn',
    'masterSecretId',
    'originSecretId',
    'serviceLimits',
    'twitterRateLimits',
    'allowedOrigins',
    'identityProvider',
    'webhookParts',
    'avatars',
    'retentionDays',
    'jobPlaces',
  ],
  read: [
    'usersTable',
    'teamsTable',
    'credentialsTable',
    'uploadsTable',
    'limitsTable',
    'masterSecretId',
    'originSecretId',
    'serviceLimits',
    'twitterRateLimits',
    'allowedOrigins',
    'identityProvider',
  ],
  job: [
    'rawBucket',
    'photosBucket',
    'usersTable',
    'uploadsTable',
    'photoEventsTopicArn',
    'letterboxColour',
    'serviceLimits',
  ],
  import: [
    'importsBucket',
    'rawBucket',
    'usersTable',
    'uploadsTable',
    'batchesTable',
    'jobsQueueUrl',
    'bulkQueueUrl',
    'intakeQueueUrl',
    'serviceLimits',
    'retentionDays',
  ],
  sweep: [
    'rawBucket',
    'photosBucket',
    'importsBucket',
    'usersTable',
    'credentialsTable',
    'uploadsTable',
    'batchesTable',
    'limitsTable',
    'jobsQueueUrl',
    'sweepsQueueUrl',
    'photoEventsTopicArn',
    'distributionId',
    'retentionDays',
    'avatars',
  ],
  avatar: ['usersTable', 'photosBucket', 'serviceLimits', 'avatarDefaultHosts'],
  hook: ['webhooksTable', 'hooksDeadQueueUrl', 'masterSecretId', 'publicUrl', 'webhookPorts', 'serviceLimits'],
} as const satisfies Record<string, readonly Variable[]>;

export type Entry = keyof typeof NEEDS;

/**
 * Reads the named variables.
 * @throws Error that names every missing one: without them a function must not start, because there are no defaults
 */
export function readEnv<V extends Variable>(
  wanted: readonly V[],
  source: Record<string, string | undefined> = process.env,
): Record<V, string> {
  const missing = wanted.filter((variable) => !source[VARIABLES[variable]]).map((variable) => VARIABLES[variable]);
  if (missing.length > 0) throw new Error(`missing environment: ${missing.join(', ')}`);
  return Object.fromEntries(wanted.map((variable) => [variable, source[VARIABLES[variable]]])) as Record<V, string>;
}
