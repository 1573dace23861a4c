import type { AwsService } from './aws-call.ts';
import type { Permission } from './rights.ts';

/** The answer of a service that refuses a call. */
export interface ServiceAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * How each service says that a permission is missing, from its API reference ("Common Errors", "Error responses").
 * @param who the caller's ARN
 * @param why the end of the message (`rights.ts`)
 */
export function accessDenied(
  service: AwsService,
  who: string,
  { action, resource }: Permission,
  why: string,
): ServiceAnswer {
  return SAYS[service](`User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${why}`);
}

/** The answer to credentials that the gate never gave out. */
export const unknownCredentials = (service: AwsService): ServiceAnswer => ({
  ...SAYS[service]('The security token included in the request is invalid.'),
  status: 403,
});

const inJson =
  (status: number, type: string, field: 'message' | 'Message') =>
  (message: string): ServiceAnswer => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: type, [field]: message }),
  });

const inXml =
  (document: (message: string) => string) =>
  (message: string): ServiceAnswer => ({
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>${document(message.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))}`,
  });

const REQUEST_ID = '00000000-0000-0000-0000-000000000000';
const errorResponse = (code: string) => (message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`;

const SAYS: Record<AwsService, (message: string) => ServiceAnswer> = {
  s3: inXml(
    (message) =>
      `<Error><Code>AccessDenied</Code><Message>${message}</Message><RequestId>${REQUEST_ID}</RequestId></Error>`,
  ),
  sqs: (message) => {
    const said = inJson(403, 'com.amazon.coral.service#AccessDeniedException', 'message')(message);
    // Clients of the older protocol knew it by this code; those of the new one still go by it.
    return { ...said, headers: { ...said.headers, 'x-amzn-query-error': 'AccessDenied;Sender' } };
  },
  sns: inXml(errorResponse('AuthorizationError')),
  dynamodb: inJson(400, 'com.amazon.coral.service#AccessDeniedException', 'Message'),
  secretsmanager: inJson(400, 'AccessDeniedException', 'Message'),
  cloudfront: inXml(errorResponse('AccessDenied')),
};

/**
 * The answer to a call whose permissions the gate does not know. It says so, lest anybody believe that policies were
 * evaluated.
 */
export const unknownCall = (service: AwsService, call: string): ServiceAnswer => ({
  ...SAYS[service](`the laptop run does not know what rights this takes (local/aws-call.ts): ${call}`),
  status: 400,
});
