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
  batchesTable: 'HEADSHOT_BATCHES_TABLE',
  importsBucket: 'HEADSHOT_IMPORTS_BUCKET',
  jobsQueueUrl: 'HEADSHOT_JOBS_QUEUE_URL',
  bulkQueueUrl: 'HEADSHOT_BULK_QUEUE_URL',
  intakeQueueUrl: 'HEADSHOT_INTAKE_QUEUE_URL',
  sweepsQueueUrl: 'HEADSHOT_SWEEPS_QUEUE_URL',
  webhooksTable: 'HEADSHOT_WEBHOOKS_TABLE',
  hooksDeadQueueUrl: 'HEADSHOT_HOOKS_DEAD_QUEUE_URL',
  photoEventsTopicArn: 'HEADSHOT_PHOTO_EVENTS_TOPIC_ARN',
  /** The CloudFront distribution's. */
  distributionId: 'HEADSHOT_DISTRIBUTION_ID',
  masterSecretId: 'HEADSHOT_MASTER_SECRET_ID',
  originSecretId: 'HEADSHOT_ORIGIN_SECRET_ID',
  /** Bars of a letterboxed picture without alpha, `#rrggbb`. */
  letterboxColour: 'HEADSHOT_LETTERBOX_COLOUR',
  /** The limits of each source and the sets of sizes: JSON (`edge/read-service-limits.ts`). */
  serviceLimits: 'HEADSHOT_SERVICE_LIMITS',
  /** Requests a user may make in 15 minutes for Twitter's API: JSON of endpoint to number. */
  twitterRateLimits: 'HEADSHOT_TWITTER_RATE_LIMITS',
  /** Where the service is, without a slash at its end. */
  publicUrl: 'HEADSHOT_PUBLIC_URL',
  /** Ports that webhooks may be at, with commas between. */
  webhookPorts: 'HEADSHOT_WEBHOOK_PORTS',
  /** Where webhooks are, for administrators: JSON, `null` where there are none (`edge/read-webhook-parts.ts`). */
  webhookParts: 'HEADSHOT_WEBHOOK_PARTS',
  /** Whose pages may call `/v1`: a JSON list of origins. */
  allowedOrigins: 'HEADSHOT_ALLOWED_ORIGINS',
  /** Whether people are found by the hashes of their e-mail addresses: `true` or `false`. */
  avatars: 'HEADSHOT_AVATARS',
  /** Where the default of an avatar may lead to: a JSON list of host names. */
  avatarDefaultHosts: 'HEADSHOT_AVATAR_DEFAULT_HOSTS',
  /** Whose people may sign in: JSON, `null` for nobody's (`edge/read-identity-provider.ts`). */
  identityProvider: 'HEADSHOT_IDENTITY_PROVIDER',
  /** How long an upload's row outlives it, in days; the raw file's bucket expires after as many. */
  retentionDays: 'HEADSHOT_RETENTION_DAYS',
  /** Photos that may be at work at once, of people who wait: the maximum of the queue's event source mapping. */
  jobPlaces: 'HEADSHOT_JOB_PLACES',
} as const;

/** Powertools' own variable, given to every function: the stack's name, a dimension of every metric. */
export const SERVICE_NAME_VARIABLE = 'POWERTOOLS_SERVICE_NAME';

export type Variable = keyof typeof VARIABLES;

/**
 * What the C library of every function that decodes pictures is told. It would keep a heap for each thread, and each keeps
 * what its largest picture took: after eight large ones a worker held 480 MB instead of 290. Read by glibc at start.
 */
export const MALLOC_VARIABLES = { MALLOC_ARENA_MAX: '1' } as const;

/** What each function is given, and nothing else. The command line works with the union of all. */
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
