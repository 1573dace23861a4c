import { Duration, Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import {
  AVATAR_PREFIX,
  DEFAULT_PHOTO_PREFIX,
  dialectOf,
  PREFIXES,
  USER_PHOTO_PATTERN,
} from '../lambdas/edge/routes.ts';
import { accountWideName } from './account-wide-name.ts';
import { type DialectApi, STAGE_NAME } from './apis.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { pageHeaders } from './page-files.ts';

/** How long the CDN may serve a photo that is gone at the origin. Browsers follow the object's own header. */
const MAX_EDGE_TTL = Duration.hours(1);

/** Every status that CloudFront caches for ten seconds by default (its guide, "HTTP 4xx and 5xx status codes"). */
const CACHED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

interface CloudFrontDistributionProps {
  edgeScript: string;
  apis: DialectApi[];
  /** Undefined without avatars. */
  avatarApi: RestApi | undefined;
  /** Sent to the APIs as proof that a request came through the distribution. */
  origin: Secret;
  photos: Bucket;
  site: Bucket;
  /** Where the page sends large photos. */
  imports: Bucket;
  settings: DeploySettings;
}

/** One distribution: the dialects' prefixes go to their APIs, `/p/*` to the photos, the rest to the page. */
export function cloudFrontDistribution(scope: Construct, props: CloudFrontDistributionProps): Distribution {
  const edge = {
    functionAssociations: [
      { eventType: FunctionEventType.VIEWER_REQUEST, function: edgeFunction(scope, props.edgeScript, props.settings) },
    ],
  };
  const atMostAnHour = { minTtl: Duration.seconds(0), defaultTtl: MAX_EDGE_TTL, maxTtl: MAX_EDGE_TTL };
  const cachePolicy = new CachePolicy(scope, 'AtMostAnHour', {
    ...atMostAnHour,
    cachePolicyName: accountWideName(scope, 'AtMostAnHour'),
  });
  // By path and by the parameters of a photo, so that a photo has few copies.
  const aMinute = new CachePolicy(scope, 'AMinute', {
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.minutes(1),
    maxTtl: Duration.minutes(1),
    cachePolicyName: accountWideName(scope, 'AMinute'),
    queryStringBehavior: CacheQueryStringBehavior.allowList('size', 'd'),
  });
  const avatars: [string, BehaviorOptions][] =
    props.avatarApi === undefined
      ? []
      : [
          [
            `${AVATAR_PREFIX}*`,
            { ...edge, ...apiBehaviour(scope, props.avatarApi), ...SAME_FOR_ALL, cachePolicy: minutes(scope) },
          ],
        ];
  // CloudFront compresses only with a policy that caches compressed answers. Pictures are compressed already.
  const compressed = {
    compress: true,
    cachePolicy: new CachePolicy(scope, 'Compressed', {
      ...atMostAnHour,
      cachePolicyName: accountWideName(scope, 'Compressed'),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    }),
  };
  const stored = (bucket: Bucket): BehaviorOptions => ({
    ...edge,
    origin: S3BucketOrigin.withOriginAccessControl(bucket, { originAccessControl: accessControl(scope, bucket) }),
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    compress: false,
    cachePolicy,
  });
  // Administrators change a photo at the URL where everybody reads it. Only reads are cached, by path and query alone.
  const hasAdministrators = props.settings.oidcAdminClaim !== undefined;
  const dialects = props.apis.flatMap(({ dialect, rest }) => {
    const behaviour = { ...edge, ...apiBehaviour(scope, rest, props.origin) };
    const kept: [string, BehaviorOptions][] =
      dialect === dialectOf(DEFAULT_PHOTO_PREFIX)
        ? [
            [`${DEFAULT_PHOTO_PREFIX}*`, { ...behaviour, ...SAME_FOR_ALL, cachePolicy }],
            [USER_PHOTO_PATTERN, { ...behaviour, ...(hasAdministrators ? {} : SAME_FOR_ALL), cachePolicy: aMinute }],
          ]
        : [];
    // CloudFront takes the first match, so the narrower one comes first.
    const all: [string, BehaviorOptions][] = PREFIXES[dialect].map((prefix) => [`/${prefix}/*`, behaviour]);
    return [...kept, ...all];
  });

  return new Distribution(scope, 'Host', {
    defaultBehavior: {
      ...stored(props.site),
      ...compressed,
      responseHeadersPolicy: pageHeaders(scope, props.imports, props.settings),
    },
    defaultRootObject: 'index.html',
    additionalBehaviors: {
      ...Object.fromEntries(dialects),
      ...Object.fromEntries(avatars),
      '/p/*': { ...stored(props.photos), responseHeadersPolicy: photoHeaders(scope) },
    },
    errorResponses: CACHED_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: PRICE_CLASSES[props.settings.priceClass],
    ...ownName(scope, props.settings),
  });
}

/**
 * Five, so that a new photo is soon seen. By path and the query that the edge function leaves, so there are few copies.
 */
const minutes = (scope: Construct) =>
  new CachePolicy(scope, 'AvatarMinutes', {
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.minutes(5),
    maxTtl: Duration.minutes(5),
    cachePolicyName: accountWideName(scope, 'AvatarMinutes'),
    queryStringBehavior: CacheQueryStringBehavior.allowList('s', 'd', 'f', 'initials'),
  });

const PRICE_CLASSES = {
  '100': PriceClass.PRICE_CLASS_100,
  '200': PriceClass.PRICE_CLASS_200,
  All: PriceClass.PRICE_CLASS_ALL,
};

/** Only with a domain name of one's own can the least TLS version be chosen. */
const ownName = (scope: Construct, { domainName, certificateArn }: DeploySettings) =>
  domainName !== undefined &&
  certificateArn !== undefined && {
    domainNames: [domainName],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };

/** One for each bucket. The CDK's own would have the same name in every region. */
function accessControl(scope: Construct, bucket: Bucket): S3OriginAccessControl {
  const id = `Access${bucket.node.id}`;
  return new S3OriginAccessControl(scope, id, { originAccessControlName: accountWideName(scope, id) });
}

/** What the script has to know of this service is written before it. */
const edgeFunction = (scope: Construct, script: string, { avatars, avatarDefaultHosts }: DeploySettings) =>
  new EdgeFunction(scope, 'OnViewerRequest', {
    functionName: accountWideName(scope, 'OnViewerRequest'),
    code: FunctionCode.fromInline(
      `const avatarDefaultHosts = ${JSON.stringify(avatars ? avatarDefaultHosts : null)};\n${script}`,
    ),
    runtime: FunctionRuntime.JS_2_0,
    comment: 'Says who asked, turns over-large bodies down, finds the stored object of a photo',
  });

/** @param origin absent if the API need not know that a request came through the distribution */
const apiBehaviour = (scope: Construct, api: RestApi, origin?: Secret): BehaviorOptions => ({
  origin: new HttpOrigin(`${api.restApiId}.execute-api.${Stack.of(scope).region}.${Stack.of(scope).urlSuffix}`, {
    originPath: `/${STAGE_NAME}`,
    // Only a reference in the template. CloudFormation looks up the value when it deploys.
    ...(origin && { customHeaders: { 'x-headshot-origin': origin.secretValue.unsafeUnwrap() } }),
  }),
  // No redirect: a client that sends its token unencrypted must notice, and a POST would lose its body.
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  allowedMethods: AllowedMethods.ALLOW_ALL,
  compress: false,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  // API Gateway finds its API by the Host header, so the viewer's is not passed on.
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
});

/**
 * For what the CDN caches by path alone: the API gets nothing of the caller, and a caller never gets another's answer.
 */
const SAME_FOR_ALL = {
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  originRequestPolicy: undefined,
  // Old clients use Twitter's `profile_image_url`, which begins with http.
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
};

/** Photos are data that any page may show, and never documents that run anything. */
const photoHeaders = (scope: Construct) =>
  new ResponseHeadersPolicy(scope, 'PhotoHeaders', {
    responseHeadersPolicyName: accountWideName(scope, 'PhotoHeaders'),
    securityHeadersBehavior: {
      contentTypeOptions: { override: true },
      contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override: true },
    },
    corsBehavior: {
      accessControlAllowOrigins: ['*'],
      accessControlAllowMethods: ['GET', 'HEAD'],
      accessControlAllowHeaders: ['*'],
      accessControlAllowCredentials: false,
      originOverride: true,
    },
    customHeadersBehavior: {
      customHeaders: [{ header: 'Cross-Origin-Resource-Policy', value: 'cross-origin', override: true }],
    },
  });
