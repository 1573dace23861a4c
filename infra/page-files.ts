import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { HASHED_FOLDER } from './page-bundle.ts';

/**
 * Puts the page's files into its bucket when the stack is deployed: first what never changes under its name, then the
 * document that names it. Older files stay, for pages that are open meanwhile.
 *
 * The only custom resource of the stack: CloudFormation has no type that puts files into a bucket.
 */
export function pageFiles(scope: Construct, folder: string, site: Bucket, settings: DeploySettings): void {
  const logGroup = new LogGroup(scope, 'LogsPageFiles', {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A role of its own, so that it may write to this log group only, as every other function's.
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
    sources: [Source.asset(folder, { exclude: [HASHED_FOLDER] })],
    cacheControl: [CacheControl.noCache()],
  });
  document.node.addDependency(hashed);
}

/**
 * The page may load its own files and talk to its own host, and nothing else: no other host, no inline script or style, no
 * frame around it, no form that leaves by itself. `blob:` is the person's own picture.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders = (scope: Construct): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, 'PageHeaders', {
    responseHeadersPolicyName: accountWideName(scope, 'PageHeaders'),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: CONTENT_SECURITY_POLICY, override: true },
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
