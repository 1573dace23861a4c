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

/** How long the CDN may serve a photo that is gone at the origin. Browsers keep what the object's own header says. */
const MAX_EDGE_TTL = Duration.hours(1);

/** Every status that CloudFront keeps for ten seconds unless told otherwise (its guide, "HTTP 4xx and 5xx status codes"). */
const CACHED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

interface CloudFrontDistributionProps {
  /** The CloudFront function's source. */
  edgeScript: string;
  apis: DialectApi[];
  /** Undefined where there are no avatars. */
  avatarApi: RestApi | undefined;
  /** Sent to the APIs, so that they know that a request came this way. */
  origin: Secret;
  photos: Bucket;
  site: Bucket;
  /** Where the page sends large photos. */
  imports: Bucket;
  settings: DeploySettings;
}

/** One distribution: the dialects' prefixes to their APIs, `/p/*` to the photos, the rest to the page. */
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
  // By path and by what may be asked of a photo, so that one photo has few copies.
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
  // CloudFront compresses only by a policy that keeps compressed answers. Pictures are compressed already.
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
  // They change a photo where everybody reads it. Only reading is kept, by path and query alone, and never asks who reads.
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
    // CloudFront takes the first that matches, so the narrower one comes first.
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

/** Five, so that a new photo shows soon; by path and by what the edge function leaves of the query, so that one face has few copies. */
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

/** A name of one's own, which alone lets one choose the least TLS version. */
const ownName = (scope: Construct, { domainName, certificateArn }: DeploySettings) =>
  domainName !== undefined &&
  certificateArn !== undefined && {
    domainNames: [domainName],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };

/** One a bucket. The CDK's own would have the same name in every region. */
function accessControl(scope: Construct, bucket: Bucket): S3OriginAccessControl {
  const id = `Access${bucket.node.id}`;
  return new S3OriginAccessControl(scope, id, { originAccessControlName: accountWideName(scope, id) });
}

/** Before the script stands what it is to know of this service. */
const edgeFunction = (scope: Construct, script: string, { avatars, avatarDefaultHosts }: DeploySettings) =>
  new EdgeFunction(scope, 'OnViewerRequest', {
    functionName: accountWideName(scope, 'OnViewerRequest'),
    code: FunctionCode.fromInline(
      `const avatarDefaultHosts = ${JSON.stringify(avatars ? avatarDefaultHosts : null)};\n${script}`,
    ),
    runtime: FunctionRuntime.JS_2_0,
    comment: 'Says who asked, turns over-large bodies down, finds the stored object of a photo',
  });

/** @param origin absent where the API need not know that a request came this way */
const apiBehaviour = (scope: Construct, api: RestApi, origin?: Secret): BehaviorOptions => ({
  origin: new HttpOrigin(`${api.restApiId}.execute-api.${Stack.of(scope).region}.${Stack.of(scope).urlSuffix}`, {
    originPath: `/${STAGE_NAME}`,
    // In the template this is a reference; CloudFormation looks the value up when it deploys.
    ...(origin && { customHeaders: { 'x-headshot-origin': origin.secretValue.unsafeUnwrap() } }),
  }),
  // No redirect: a client that sends its token in the clear must notice, and a POST loses its body on the way.
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  allowedMethods: AllowedMethods.ALLOW_ALL,
  compress: false,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  // API Gateway finds its API by the Host header, so the viewer's must stay behind.
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
});

/** What the CDN may keep is asked for by path alone: nothing of the caller reaches the API, and nobody else's answer a caller. */
const SAME_FOR_ALL = {
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  originRequestPolicy: undefined,
  // Old clients ask for Twitter's `profile_image_url`, which begins with http.
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
};

/** Photos are data for any page to show, and never a document that may do something. */
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
