import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { HASHED_FOLDER } from './hashed-folder.ts';
import { identityOrigins, pageSignIn } from './identity-provider.ts';

/**
 * Puts the page's files into its bucket when the stack is deployed: first those that never change under their name,
 * then the document that names them. Older files stay, for pages that are open meanwhile.
 *
 * The only custom resource of the stack: CloudFormation has no type that puts files into a bucket.
 */
export function pageFiles(scope: Construct, folder: string, site: Bucket, settings: DeploySettings): void {
  const logGroup = new LogGroup(scope, 'LogsPageFiles', {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A role of its own, so that it may write only to this log group, like every other function.
  const role = new Role(scope, 'RolePageFiles', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const shared = { destinationBucket: site, prune: false, role, logGroup };
  const hashed = new BucketDeployment(scope, 'PageAssets', {
    ...shared,
    sources: [Source.asset(folder, { exclude: ['index.html'] })],
    cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
  });
  const document = new BucketDeployment(scope, 'PageDocument', {
    ...shared,
    sources: [
      Source.asset(folder, { exclude: [HASHED_FOLDER] }),
      // Of two files with one name, the later one counts.
      ...signInDocument(folder, settings),
    ],
    cacheControl: [CacheControl.noCache()],
  });
  document.node.addDependency(hashed);
}

/** The document with what the page needs for sign-in. In a `meta` element, because scripts may not be inline. */
function signInDocument(folder: string, settings: DeploySettings): ISource[] {
  const signIn = pageSignIn(settings);
  if (signIn === undefined) return [];
  const escaped = JSON.stringify(signIn).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const document = readFileSync(join(folder, 'index.html'), 'utf8');
  return [
    Source.data(
      'index.html',
      document.replace('</title>', () => `</title>\n    <meta name="headshot-sign-in" content="${escaped}" />`),
    ),
  ];
}

/**
 * The page may load its own files and call its own host, the bucket for large photos, and the identity provider, if
 * people sign in there. No other host, no inline script or style, no frame around it, no form that submits by itself.
 * `blob:` is the person's own picture.
 */
const contentSecurityPolicy = (imports: Bucket, settings: DeploySettings): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    ["connect-src 'self'", formOrigin(imports), ...pageOrigins(settings)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export const pageHeaders = (scope: Construct, imports: Bucket, settings: DeploySettings): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, 'PageHeaders', {
    responseHeadersPolicyName: accountWideName(scope, 'PageHeaders'),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(imports, settings), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
    },
    customHeadersBehavior: {
      customHeaders: [
        { header: 'Permissions-Policy', value: 'camera=(self), microphone=(), geolocation=()', override: true },
        { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
      ],
    },
  });

/** Spelled as by the SDK, whose URLs tickets have. */
function formOrigin(imports: Bucket): string {
  const { region, urlSuffix } = Stack.of(imports);
  return `https://${imports.bucketName}.s3.${region}.${urlSuffix}`;
}

/** Where the page gets tokens; nowhere if it has no sign-in. */
const pageOrigins = (settings: DeploySettings): string[] =>
  settings.oidcClientId === undefined ? [] : identityOrigins(settings);
