import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type DialectHandlers, FAULTS } from './edge/dialect-faults.ts';
import { toProxyResult } from './edge/http-response.ts';
import { readHeaders, readRequest } from './edge/request.ts';
import { dialectOf } from './edge/routes.ts';
import { logger, measureFault } from './telemetry.ts';

/**
 * What both HTTP functions are: the event read, the dialect found, the answer worded, a fault of ours logged with its
 * cause and answered without it.
 */
export function httpEntry<F extends { allowedOrigins: readonly string[] }>(
  handlers: DialectHandlers<F>,
  flows: F,
  originSecret: () => Promise<string>,
) {
  // API Gateway sends only the dialects' own paths here.
  const dialectOfEvent = ({ path }: APIGatewayProxyEvent) => dialectOf(path) ?? 'v1';

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .onError(async (failed) => {
      const { path, requestContext } = failed.event;
      logger.error('fault', { path, request_id: requestContext.requestId, error: failed.error as Error });
      measureFault();
      const { allowedOrigins } = flows;
      const request = { id: requestContext.requestId, headers: readHeaders(failed.event), allowedOrigins };
      failed.response = toProxyResult(FAULTS[dialectOfEvent(failed.event)](request, failed.error));
    })
    .handler(async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
      const request = readRequest(event, await originSecret());
      const answered = await handlers[dialectOfEvent(event)](request, flows);
      logger.info('answered', { verb: request.verb, path: request.path, status: answered.status });
      return toProxyResult(answered);
    });
}
