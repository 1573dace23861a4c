import { MAX_BODY_BYTES, UPLOAD_POLICIES } from '../lambdas/core/upload-policy.ts';
import { TWITTER_RATE_LIMITS, type TwitterEndpoint } from '../lambdas/edge/twitter/rate-limits.ts';
import { LEAST_ACCOUNT_CONCURRENCY } from './account-places.ts';
import { DEAD_LETTER_RETENTION_DAYS } from './retention.ts';
import {
  listed,
  oneOf,
  oneOfNumbers,
  optional,
  optionalOrToken,
  optionalWhole,
  someOf,
  text,
  whole,
  yesNo,
} from './setting.ts';

/** A message in a dead-letter queue may be sent again on its last day, and must still find its raw upload. */
export const MIN_RETENTION_DAYS = DEAD_LETTER_RETENTION_DAYS + 1;

/** Lambda's bounds for a function's memory in a new account, MB. */
const MEMORY = { least: 256, most: 3008 };
/** A claim's name: whatever is printable, a URL too; dots may lead into another claim. */
const CLAIM = /^[!-~]{1,200}$/;
/** CloudWatch Logs knows no others. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365];

/**
 * What a person may choose when deploying: `npx cdk deploy -c retentionDays=30 -c letterboxColour=#ffffff`, or under
 * `context` in cdk.json. One row each, in the order of the table in docs/deploy.md, which a test holds against this one.
 */
export const SETTINGS = {
  stackName: text(
    'Headshot',
    /^[A-Za-z][A-Za-z0-9-]{0,99}$/,
    'letters, digits and hyphens',
    "the stack's name; another name is another service",
  ),
  production: yesNo(
    false,
    '`true` keeps tables, buckets and the master secret when the stack is deleted, and protects tables and the stack against deletion',
  ),
  domainName: optionalOrToken(
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'a host name in lower case, like photos.example.com',
    'the host name to serve; needs `certificateArn`, and a DNS record that you make',
  ),
  certificateArn: optionalOrToken(
    /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/,
    "the ARN of an ACM certificate in us-east-1, where CloudFront's must be",
    'ACM certificate of `domainName`, in us-east-1',
  ),
  priceClass: oneOf(
    ['100', '200', 'All'],
    '100',
    '`100` serves from North America, Europe, Israel; `200` from more; `All` from everywhere',
  ),
  dialects: someOf(['slack', 'twitter'], 'APIs beside `/v1`, and so which sizes are rendered'),
  slackMaxBytes: whole(
    UPLOAD_POLICIES.slack.maxBytes,
    { least: 1024, most: MAX_BODY_BYTES },
    "bytes of a file for Slack's API",
  ),
  slackMinSidePx: whole(
    UPLOAD_POLICIES.slack.minSidePx,
    { least: 1, most: 8192 },
    "least pixels a side for Slack's API",
  ),
  slackMaxSidePx: whole(
    UPLOAD_POLICIES.slack.maxSidePx,
    { least: 1, most: 8192 },
    "most pixels a side for Slack's API",
  ),
  twitterMaxBytes: whole(
    UPLOAD_POLICIES.twitter.maxBytes,
    { least: 1024, most: 3_300_000 },
    "bytes of a file for Twitter's API",
  ),
  importMaxBytes: whole(
    UPLOAD_POLICIES.import.maxBytes,
    { least: 1024, most: 50_000_000 },
    'bytes of a file that is imported',
  ),
  heic: yesNo(
    true,
    '`/v1` and imports take HEIC, as iPhones write it. `false`: no HEVC decoder, on which patents are held',
  ),
  twitterImageRateLimit: whole(
    TWITTER_RATE_LIMITS['account/update_profile_image'],
    { least: 1, most: 999_999_999 },
    "a user's uploads in 15 minutes by `account/update_profile_image`",
  ),
  twitterShowRateLimit: whole(
    TWITTER_RATE_LIMITS['users/show'],
    { least: 1, most: 999_999_999 },
    "a user's requests in 15 minutes to `users/show`",
  ),
  twitterVerifyRateLimit: whole(
    TWITTER_RATE_LIMITS['account/verify_credentials'],
    { least: 1, most: 999_999_999 },
    'the same for `account/verify_credentials`',
  ),
  allowedOrigins: listed(
    /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?(,https?:\/\/[a-z0-9.-]+(:\d{1,5})?)*$/,
    'origins in lower case with commas between, like https://app.example.com,http://localhost:5173',
    'sites whose pages may call `/v1` from a browser (CORS)',
  ),
  avatars: yesNo(
    false,
    '`true` shows photos by the hash of an e-mail address, as Gravatar does (docs/avatars.md); hashes can be guessed',
  ),
  avatarDefaultHosts: listed(
    /^[a-z0-9-]+(\.[a-z0-9-]+)+(,[a-z0-9-]+(\.[a-z0-9-]+)+)*$/,
    'host names in lower case with commas between, like img.example.com,cdn.example.com',
    'with `avatars`: hosts that the default of an avatar may lead to (`d=https://…`)',
  ),
  oidcIssuer: optional(
    /^(?=.{1,200}$)(https:\/\/[a-z0-9.-]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\]))(:\d{1,5})?(\/[\w.~!$&'()*+,;=:@%/-]*)?$/,
    'an https address as the provider spells it, like https://example.eu.auth0.com/; http only on this machine',
    "the OpenID Connect provider whose people may sign in and call `/v1`, as its tokens' `iss` (docs/identity.md)",
  ),
  oidcAudience: listed(
    /^[!-+\--~]{1,255}(,[!-+\--~]{1,255})*$/,
    'printable characters without spaces, several with commas between',
    "a token's `aud`, or `client_id` of a Cognito access token; by default `oidcClientId`",
  ),
  oidcClientId: optional(
    /^[!-~]{1,255}$/,
    'printable characters without spaces',
    'the page at the provider: a public client with PKCE; without it no sign-in',
  ),
  oidcOrigins: listed(
    /^(https:\/\/[a-z0-9.-]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\]))(:\d{1,5})?(,(https:\/\/[a-z0-9.-]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\]))(:\d{1,5})?)*$/,
    'https origins in lower case with commas between, like https://example.auth.eu-west-1.amazoncognito.com',
    "further origins that the provider's documents may lead to; Google's are known",
  ),
  oidcScope: text(
    'openid profile email',
    /^openid( [!#-[\]-~]+){0,20}$/,
    'scopes with spaces between, openid first',
    'scopes that the page asks for',
  ),
  oidcNameClaim: text('name', CLAIM, 'the name of a claim', "the claim with a person's name"),
  oidcEmailClaim: text(
    'email',
    CLAIM,
    'the name of a claim',
    'the claim with their e-mail address; counts if its `…_verified` is true',
  ),
  oidcAdminClaim: optional(
    /^[!-<>-~]{1,200}=[ -~]{1,200}$/,
    'claim=value, like groups=photo-admins or realm_access.roles=photo-admin',
    'administrators, who may act on other users by `/v1/users`: tokens with this value of this claim, alone or in a list',
  ),
  letterboxColour: text(
    '#000000',
    /^#[0-9a-f]{6}$/i,
    'like #000000',
    "bars of a picture that is not square, for Slack's API",
  ),
  retentionDays: whole(
    MIN_RETENTION_DAYS,
    { least: MIN_RETENTION_DAYS, most: 3650 },
    'days that raw uploads and their rows are kept',
  ),
  logRetentionDays: oneOfNumbers(LOG_RETENTION_DAYS, 30, 'days that logs are kept'),
  accessLogs: yesNo(
    true,
    'a log line for each request at API Gateway. Sets the role by which API Gateway writes logs in your account and region, for good',
  ),
  tracing: yesNo(
    false,
    '`true` has X-Ray trace the first call of each second and a twentieth of the rest; $5 a million traces',
  ),
  changeMemoryMb: whole(1024, MEMORY, 'memory of the function that takes uploads, MB'),
  readMemoryMb: whole(512, MEMORY, 'memory of the function that reads, MB'),
  jobMemoryMb: whole(1769, MEMORY, 'memory of the worker, MB; 1769 is one whole processor'),
  importMemoryMb: whole(1769, MEMORY, 'memory of the function for imports, MB'),
  sweepMemoryMb: whole(512, MEMORY, 'memory of the function that tidies up and erases, MB'),
  avatarMemoryMb: whole(1024, MEMORY, 'memory of the function for avatars, MB'),
  hookMemoryMb: whole(256, MEMORY, 'memory of the function for webhooks, MB'),
  accountConcurrency: whole(
    LEAST_ACCOUNT_CONCURRENCY,
    { least: LEAST_ACCOUNT_CONCURRENCY, most: 100_000 },
    "concurrent executions that the account has (*Service Quotas → Lambda*); queues' maxima and the throttle of uploads follow",
  ),
  requestsPerSecond: whole(
    20,
    { least: 1, most: 10_000 },
    'requests a second for each method of an API, after a burst of ten times as many; the rest is turned away, free of charge',
  ),
  webhooks: yesNo(
    false,
    '`true` sends photo events to apps by signed POSTs (docs/webhooks.md). Needs an `accountConcurrency` of 12; about $0.75 a month',
  ),
  webhookPorts: text(
    '443',
    /^[1-9]\d{0,4}(,[1-9]\d{0,4}){0,9}$/,
    'port numbers with commas between, ten at most',
    'ports that the addresses of webhooks may name',
  ),
  architecture: oneOf(['x86_64', 'arm64'], 'x86_64', 'processor of the functions; read docs/operations.md first'),
  waf: yesNo(
    false,
    '`true` puts a web ACL before the APIs: a rate limit for each address, known bad addresses and inputs. About $10 a month',
  ),
  wafRequestsPer5Minutes: whole(
    1000,
    { least: 10, most: 2_000_000_000 },
    'with `waf`: requests of an address in five minutes',
  ),
  alarmEmail: optionalOrToken(
    /^[^@\s,]+@[^@\s,]+\.[^@\s,]+$/,
    'an e-mail address',
    "where alarms are mailed to; confirm AWS's first mail",
  ),
  monthlyBudget: optionalWhole(
    /^[1-9]\d{0,6}$/,
    'a whole number of dollars, at least 1',
    'dollars a month of the whole account: `alarmEmail` hears at 80 % and 100 % spent, and at 100 % forecast',
  ),
} as const;

/** A value of each. */
export type Chosen = { -readonly [K in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[K]['read']> };

export interface DeploySettings extends Chosen {
  /** Requests a user may make in 15 minutes at each of Twitter's endpoints. */
  twitterRateLimits: Record<TwitterEndpoint, number>;
}
