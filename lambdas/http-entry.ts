import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { DIALECT_HANDLERS, type DialectHandler } from './edge/dialects.ts';
import { type HttpResponse, toProxyResult } from './edge/http-response.ts';
import { type Request, readHeaders, readRequest } from './edge/request.ts';
import { dialectOf } from './edge/routes.ts';
import { logger, measureFault } from './telemetry.ts';

/**
 * What both HTTP functions are: the event read, the dialect found, the answer worded, a fault of ours logged with its
 * cause and answered without it.
 */
export function httpEntry(
  answer: (dialectHandler: DialectHandler, request: Request) => Promise<HttpResponse>,
  originSecret: () => Promise<string>,
  allowedOrigins: readonly string[],
) {
  // API Gateway sends only the dialects' own paths here.
  const dialectHandlerOf = (event: APIGatewayProxyEvent) => DIALECT_HANDLERS[dialectOf(event.path) ?? 'v1'];

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .onError(async (failed) => {
      const { path, requestContext } = failed.event;
      logger.error('fault', { path, request_id: requestContext.requestId, error: failed.error as Error });
      measureFault();
      const request = { id: requestContext.requestId, headers: readHeaders(failed.event), allowedOrigins };
      failed.response = toProxyResult(dialectHandlerOf(failed.event).fault(request, failed.error));
    })
    .handler(async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
      const request = readRequest(event, await originSecret());
      const answered = await answer(dialectHandlerOf(event), request);
      logger.info('answered', { verb: request.verb, path: request.path, status: answered.status });
      return toProxyResult(answered);
    });
}
