// Written by `npm run props` from deploy-settings.ts.

/** What a person may choose of a Headshot. Every prop may be left out. */
export interface HeadshotProps {
  /**
   * `true` keeps tables, buckets and the master secret when the stack is deleted, and protects tables and the stack against deletion.
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
   * `100` serves from North America, Europe, Israel; `200` from more; `All` from everywhere.
   *
   * @default '100'
   */
  readonly priceClass?: '100' | '200' | 'All';
  /**
   * APIs beside `/v1`, and so which sizes are rendered.
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
   * Bytes of a file for Twitter's API.
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
   * `/v1` and imports take HEIC, as iPhones write it. `false`: no HEVC decoder, on which patents are held.
   *
   * @default true
   */
  readonly heic?: boolean;
  /**
   * A user's uploads in 15 minutes by `account/update_profile_image`.
   *
   * @default 60
   */
  readonly twitterImageRateLimit?: number;
  /**
   * A user's requests in 15 minutes to `users/show`.
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
   * `true` shows photos by the hash of an e-mail address, as Gravatar does (docs/avatars.md); hashes can be guessed.
   *
   * @default false
   */
  readonly avatars?: boolean;
  /**
   * With `avatars`: hosts that the default of an avatar may lead to (`d=https://…`).
   *
   * @default []
   */
  readonly avatarDefaultHosts?: readonly string[];
  /**
   * The OpenID Connect provider whose people may sign in and call `/v1`, as its tokens' `iss` (docs/identity.md).
   *
   * @default none
   */
  readonly oidcIssuer?: string;
  /**
   * A token's `aud`, or `client_id` of a Cognito access token; by default `oidcClientId`.
   *
   * @default []
   */
  readonly oidcAudience?: readonly string[];
  /**
   * The page at the provider: a public client with PKCE; without it no sign-in.
   *
   * @default none
   */
  readonly oidcClientId?: string;
  /**
   * Further origins that the provider's documents may lead to; Google's are known.
   *
   * @default []
   */
  readonly oidcOrigins?: readonly string[];
  /**
   * Scopes that the page asks for.
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
   * The claim with their e-mail address; counts if its `…_verified` is true.
   *
   * @default 'email'
   */
  readonly oidcEmailClaim?: string;
  /**
   * Administrators, who may act on other users by `/v1/users`: tokens with this value of this claim, alone or in a list.
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
   * Days that raw uploads and their rows are kept.
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
   * A log line for each request at API Gateway. Sets the role by which API Gateway writes logs in your account and region, for good.
   *
   * @default true
   */
  readonly accessLogs?: boolean;
  /**
   * `true` has X-Ray trace the first call of each second and a twentieth of the rest; $5 a million traces.
   *
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Memory of the function that takes uploads, MB.
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
   * Memory of the function for imports, MB.
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
   * Memory of the function for avatars, MB.
   *
   * @default 1024
   */
  readonly avatarMemoryMb?: number;
  /**
   * Memory of the function for webhooks, MB.
   *
   * @default 256
   */
  readonly hookMemoryMb?: number;
  /**
   * Concurrent executions that the account has (*Service Quotas → Lambda*); queues' maxima and the throttle of uploads follow.
   *
   * @default 10
   */
  readonly accountConcurrency?: number;
  /**
   * Requests a second for each method of an API, after a burst of ten times as many; the rest is turned away, free of charge.
   *
   * @default 20
   */
  readonly requestsPerSecond?: number;
  /**
   * `true` sends photo events to apps by signed POSTs (docs/webhooks.md). Needs an `accountConcurrency` of 12; about $0.75 a month.
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
   * Processor of the functions; read docs/operations.md first.
   *
   * @default 'x86_64'
   */
  readonly architecture?: 'x86_64' | 'arm64';
  /**
   * `true` puts a web ACL before the APIs: a rate limit for each address, known bad addresses and inputs. About $10 a month.
   *
   * @default false
   */
  readonly waf?: boolean;
  /**
   * With `waf`: requests of an address in five minutes.
   *
   * @default 1000
   */
  readonly wafRequestsPer5Minutes?: number;
  /**
   * Where alarms are mailed to; confirm AWS's first mail.
   *
   * @default none
   */
  readonly alarmEmail?: string;
  /**
   * Dollars a month of the whole account: `alarmEmail` hears at 80 % and 100 % spent, and at 100 % forecast.
   *
   * @default none
   */
  readonly monthlyBudget?: number;
}
