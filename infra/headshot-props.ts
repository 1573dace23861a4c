// Written by `npm run props` from deploy-settings.ts.

/** What a person may choose of a Headshot. Every prop may be left out. */
export interface HeadshotProps {
  /**
   * `true` keeps the data when the stack is deleted: tables, buckets and the master secret stay, tables are protected against deletion, and so is the stack that `npx cdk deploy` makes.
   *
   * @default false
   */
  readonly production?: boolean;
  /**
   * The host name to serve; needs `certificateArn`, and a DNS record that you make.
   *
   * @default none
   */
  readonly domainName?: string;
  /**
   * ACM certificate of `domainName`, in us-east-1.
   *
   * @default none
   */
  readonly certificateArn?: string;
  /**
   * Where CloudFront serves from: `100` North America, Europe, Israel; `200` more; `All` everywhere.
   *
   * @default '100'
   */
  readonly priceClass?: '100' | '200' | 'All';
  /**
   * Which APIs there are, and so which sizes are rendered; `/v1` is always there.
   *
   * @default ['slack', 'twitter']
   */
  readonly dialects?: readonly ('slack' | 'twitter')[];
  /**
   * Bytes of a file for Slack's API.
   *
   * @default 4500000
   */
  readonly slackMaxBytes?: number;
  /**
   * Least pixels a side for Slack's API.
   *
   * @default 512
   */
  readonly slackMinSidePx?: number;
  /**
   * Most pixels a side for Slack's API.
   *
   * @default 1024
   */
  readonly slackMaxSidePx?: number;
  /**
   * Bytes of a file for Twitter's API; base64 makes it a third longer on the way.
   *
   * @default 716799
   */
  readonly twitterMaxBytes?: number;
  /**
   * Bytes of a file that is imported.
   *
   * @default 25000000
   */
  readonly importMaxBytes?: number;
  /**
   * `/v1` and imports take HEIC, as iPhones write it; `false` refuses it, for who wants no HEVC decoder, which patents are held on, to work for them.
   *
   * @default true
   */
  readonly heic?: boolean;
  /**
   * Uploads a user may make in 15 minutes by `account/update_profile_image`.
   *
   * @default 60
   */
  readonly twitterImageRateLimit?: number;
  /**
   * Requests a user may make in 15 minutes to `users/show`.
   *
   * @default 900
   */
  readonly twitterShowRateLimit?: number;
  /**
   * The same for `account/verify_credentials`.
   *
   * @default 75
   */
  readonly twitterVerifyRateLimit?: number;
  /**
   * Sites whose pages may call `/v1` from a browser (CORS).
   *
   * @default []
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * `true` shows photos by the hash of an e-mail address, as Gravatar and Libravatar do (docs/avatars.md); hashes can be guessed (docs/security.md).
   *
   * @default false
   */
  readonly avatars?: boolean;
  /**
   * Hosts where the default of an avatar may lead to (`d=https://…`), with `avatars`; none unless told.
   *
   * @default []
   */
  readonly avatarDefaultHosts?: readonly string[];
  /**
   * The OpenID Connect provider whose people may sign in and call `/v1`, as its tokens spell it in `iss`; see docs/identity.md.
   *
   * @default none
   */
  readonly oidcIssuer?: string;
  /**
   * What a token must be for: `aud`, or `client_id` of a Cognito access token; `oidcClientId` unless told.
   *
   * @default []
   */
  readonly oidcAudience?: readonly string[];
  /**
   * The page at the provider: a public client with PKCE; without it the page has no sign-in.
   *
   * @default none
   */
  readonly oidcClientId?: string;
  /**
   * Origins, beside the issuer's own, that the provider's documents may lead to; Google's are known.
   *
   * @default []
   */
  readonly oidcOrigins?: readonly string[];
  /**
   * What the page asks the provider for; Entra ID and others name an API by a scope of its own.
   *
   * @default 'openid profile email'
   */
  readonly oidcScope?: string;
  /**
   * The claim with a person's name.
   *
   * @default 'name'
   */
  readonly oidcNameClaim?: string;
  /**
   * The claim with their e-mail address; it counts when `…_verified` beside it is true.
   *
   * @default 'email'
   */
  readonly oidcEmailClaim?: string;
  /**
   * Who is an administrator, and may act on other users by `/v1/users`: who has this claim with this value, or with this value in a list.
   *
   * @default none
   */
  readonly oidcAdminClaim?: string;
  /**
   * Bars of a picture that is not square, for Slack's API.
   *
   * @default '#000000'
   */
  readonly letterboxColour?: string;
  /**
   * Days that raw uploads and the rows that tell of them are kept; never less than a dead letter may name them.
   *
   * @default 15
   */
  readonly retentionDays?: number;
  /**
   * Days that logs are kept.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * A log line for each request that API Gateway sees; it sets the one role by which API Gateway writes logs in your account and region, and leaves it there. `false` leaves the account alone.
   *
   * @default true
   */
  readonly accessLogs?: boolean;
  /**
   * `true` has X-Ray trace the functions: the first of each second and a twentieth of the rest, five dollars a million traces.
   *
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Memory of the function that takes uploads, MB; it waits more than it works.
   *
   * @default 1024
   */
  readonly changeMemoryMb?: number;
  /**
   * Memory of the function that reads, MB.
   *
   * @default 512
   */
  readonly readMemoryMb?: number;
  /**
   * Memory of the worker, MB; 1769 is one whole processor.
   *
   * @default 1769
   */
  readonly jobMemoryMb?: number;
  /**
   * Memory of the function that takes imports in, MB.
   *
   * @default 1769
   */
  readonly importMemoryMb?: number;
  /**
   * Memory of the function that tidies up and erases, MB.
   *
   * @default 512
   */
  readonly sweepMemoryMb?: number;
  /**
   * Memory of the function that answers for avatars, MB, with `avatars`; it draws.
   *
   * @default 1024
   */
  readonly avatarMemoryMb?: number;
  /**
   * Memory of the function that serves webhooks, MB; it waits more than it works.
   *
   * @default 256
   */
  readonly hookMemoryMb?: number;
  /**
   * Concurrent executions that the account has (*Service Quotas → Lambda*; a fresh one 10); the queues' maxima and the throttle of uploads follow from it.
   *
   * @default 10
   */
  readonly accountConcurrency?: number;
  /**
   * Requests a second that each method of an API takes at the most, once ten times as many have come at once; API Gateway turns the others away, which is not charged.
   *
   * @default 20
   */
  readonly requestsPerSecond?: number;
  /**
   * `true` tells apps of photo events by signed POSTs (docs/webhooks.md). Needs an `accountConcurrency` of 12; about $0.75 a month before the first.
   *
   * @default false
   */
  readonly webhooks?: boolean;
  /**
   * Ports that the addresses of webhooks may name.
   *
   * @default '443'
   */
  readonly webhookPorts?: string;
  /**
   * Processor of the functions; see docs/operations.md before changing it.
   *
   * @default 'x86_64'
   */
  readonly architecture?: 'x86_64' | 'arm64';
  /**
   * `true` puts a web ACL before the APIs: a limit of requests an address, known bad addresses and inputs. About $10 a month.
   *
   * @default false
   */
  readonly waf?: boolean;
  /**
   * Requests an address may make in five minutes, with `waf`.
   *
   * @default 1000
   */
  readonly wafRequestsPer5Minutes?: number;
  /**
   * Who is told of alarms; confirm the mail that AWS sends first.
   *
   * @default none
   */
  readonly alarmEmail?: string;
  /**
   * Dollars a month, of the whole account: an AWS Budget mails `alarmEmail` at 80 % and 100 % spent, and at 100 % forecast.
   *
   * @default none
   */
  readonly monthlyBudget?: number;
}
