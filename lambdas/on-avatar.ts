import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type AvatarCall, answerAvatar } from './edge/avatar/respond.ts';
import { toProxyResult } from './edge/http-response.ts';
import { readServiceLimits } from './edge/read-service-limits.ts';
import { NEEDS, readEnv } from './env.ts';
import { findAvatar } from './flow/find-avatar.ts';
import { dynamoClient, s3Client } from './store/aws-clients.ts';
import { photoStore } from './store/photos.ts';
import { userStore } from './store/users.ts';
import { logger, measureFault } from './telemetry.ts';

/**
 * Entry: avatars, for everybody, without credentials. A function of its own, because any stranger can call it: it may
 * read only users and pictures, and a flood takes no concurrency from others. Requests are not logged: their paths are
 * people.
 */
const env = readEnv(NEEDS.avatar);
const { sizeSets } = readServiceLimits(env.serviceLimits);
const stores = { users: userStore(dynamoClient(), env.usersTable), photos: photoStore(s3Client(), env.photosBucket) };
const flows = {
  defaultHosts: JSON.parse(env.avatarDefaultHosts) as string[],
  findAvatar: (hash: string, sidePx: number) => findAvatar(hash, sidePx, sizeSets, stores),
};

export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error>()
  .use(injectLambdaContext(logger, { clearState: true }))
  .onError(async (failed) => {
    logger.error('fault', { request_id: failed.event.requestContext.requestId, error: failed.error as Error });
    measureFault();
    failed.response = toProxyResult({
      status: 500,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
      body: 'internal error\n',
    });
  })
  .handler(async (event: APIGatewayProxyEvent) => toProxyResult(await answerAvatar(readCall(event), flows)));

/** Reads API Gateway's proxy event (payload format 1.0). */
function readCall({ httpMethod, path, queryStringParameters, headers }: APIGatewayProxyEvent): AvatarCall {
  const known = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'if-none-match');
  return { verb: httpMethod, path, query: queryStringParameters ?? {}, knownTags: known?.[1] ?? '' };
}
