import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AVATAR_GATEWAY_RESPONSES } from '../lambdas/edge/avatar/gateway-responses.ts';
import { AVATAR_PREFIX } from '../lambdas/edge/routes.ts';
import { accountPlaces, avatarThrottle, isReservable } from './account-places.ts';
import { addGatewayResponses, integration, restApi, throttled } from './apis.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { serviceLimitsJson } from './functions.ts';
import { allow, lambdaFunction } from './lambda-function.ts';
import type { Tables } from './tables.ts';

interface AvatarsProps {
  code: string;
  settings: DeploySettings;
  photos: Bucket;
  tables: Tables;
}

/**
 * Avatars by the hash of an e-mail address. They have their own API and function, because any stranger can call them.
 * The function may read only users and pictures. The API's throttle, and reserved concurrency if the account has
 * enough, keep a flood away from uploads. Requests are not logged: a path here is somebody's hashed e-mail address.
 */
export function avatars(scope: Construct, { code, settings, photos, tables }: AvatarsProps): RestApi {
  const places = accountPlaces(settings.accountConcurrency, settings);
  const onAvatar = lambdaFunction(scope, 'avatar', {
    code,
    settings,
    layers: [],
    environment: {
      usersTable: tables.users.tableName,
      photosBucket: photos.bucketName,
      serviceLimits: serviceLimitsJson(settings),
      avatarDefaultHosts: JSON.stringify(settings.avatarDefaultHosts),
    },
    ...(isReservable(places.avatars, settings.accountConcurrency) && { reservedPlaces: places.avatars }),
    permissions: [
      allow(tables.users.tableArn, 'dynamodb:GetItem'),
      allow(photos.arnForObjects('*'), 's3:GetObject'),
      // Without this, S3 answers 403 for a missing picture, which looks like a fault.
      allow(photos.bucketArn, 's3:ListBucket'),
    ],
  });
  const rest = restApi(scope, 'avatar', {
    '/*/*': throttled(avatarThrottle(places.avatars, settings.requestsPerSecond)),
  });
  rest.root.resourceForPath(`${AVATAR_PREFIX}{hash}`).addMethod('ANY', integration(onAvatar));
  addGatewayResponses(rest, AVATAR_GATEWAY_RESPONSES);
  return rest;
}
