import * as z from 'zod';
import type { Stack } from './stack.ts';
import { type HeaderList, type HttpResponse, headerValue } from './viewer-request.ts';

/**
 * API Gateway's own answers, worded by the template's AWS::ApiGateway::GatewayResponse resources.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export type GatewayResponses = (failure: GatewayFailure, requestId: string, requestHeaders: HeaderList) => HttpResponse;

/** The failures that can occur here: status and message of AWS's own answer, and the general type that stands in. */
const FAILURES = {
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token', general: 'DEFAULT_4XX' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out', general: 'DEFAULT_5XX' },
  THROTTLED: { status: 429, message: 'Too Many Requests', general: 'DEFAULT_4XX' },
  /**
   * A function that is throttled: API Gateway makes a 500 of it, in the form of any other failure of an integration.
   */
  INTEGRATION_THROTTLED: { status: 500, message: 'Internal server error', general: 'DEFAULT_5XX' },
  /** A function that throws, dies, runs out of time, or answers with no valid proxy response. */
  INTEGRATION_FAILURE: { status: 502, message: 'Internal server error', general: 'DEFAULT_5XX' },
} as const;

export type GatewayFailure = keyof typeof FAILURES;

/**
 * Its 413, which no template can word ("Important notes": customizing `413 REQUEST_TOO_LARGE` is not supported): for a
 * body over its quota, which it refuses before it looks for an API, and for one over the function's payload limit.
 */
export const BODY_TOO_LARGE: HttpResponse = {
  status: 413,
  headers: [['Content-Type', 'text/plain']],
  body: Buffer.from('HTTP content length exceeded 10485760 bytes.'),
};
export const PAYLOAD_TOO_LARGE: HttpResponse = {
  status: 413,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"message":"Request Too Long"}'),
};

export function gatewayResponses(stack: Stack, restApiId: string): GatewayResponses {
  const worded = new Map(
    stack
      .ofType('AWS::ApiGateway::GatewayResponse', responseSchema)
      .filter(({ properties }) => properties.RestApiId === restApiId)
      .map(({ properties }) => [properties.ResponseType, properties]),
  );
  return (failed, requestId, requestHeaders) => {
    const { status, message, general } = FAILURES[failed];
    const failure = failed === 'INTEGRATION_THROTTLED' ? 'INTEGRATION_FAILURE' : failed;
    const found = worded.get(failure) ?? worded.get(general);
    const [contentType, template] = Object.entries(found?.ResponseTemplates ?? {})[0] ?? [
      'application/json',
      '{"message":$context.error.messageString}',
    ];
    const headers = Object.entries(found?.ResponseParameters ?? {}).flatMap(([target, expression]): HeaderList => {
      const value = parameterValue(expression, requestHeaders);
      return value === undefined ? [] : [[target.replace(/^gatewayresponse\.header\./, ''), value]];
    });
    const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
    return {
      status: found?.StatusCode ?? status,
      headers: [...(hasType ? [] : [['Content-Type', contentType] satisfies [string, string]]), ...headers],
      body: Buffer.from(fill(template, { message, failure, requestId })),
    };
  };
}

const responseSchema = z.object({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.number().optional(),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
});

/**
 * A literal in single quotes, or a header of the request; no other expressions are known here. Undefined without that
 * header.
 */
function parameterValue(expression: string, requestHeaders: HeaderList): string | undefined {
  const name = /^method\.request\.header\.(.+)$/.exec(expression)?.[1];
  if (name !== undefined) return headerValue(requestHeaders, name.toLowerCase());
  const text = /^'(.*)'$/s.exec(expression)?.[1];
  if (text === undefined) throw new Error(`gateway response parameter ${expression} is not known to the laptop run`);
  return text;
}

function fill(
  template: string,
  { message, failure, requestId }: { message: string; failure: string; requestId: string },
): string {
  const values: Record<string, string> = {
    'error.messageString': JSON.stringify(message),
    'error.message': message,
    'error.responseType': failure,
    requestId,
  };
  return template.replaceAll(/\$context\.([A-Za-z.]*[A-Za-z])/g, (_, name: string) => values[name] ?? '');
}
