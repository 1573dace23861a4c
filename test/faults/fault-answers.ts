import type { Service } from './wire-call.ts';

/** A service's answer when it takes no more, or is not well. */
export interface FaultAnswer {
  status: number;
  type: string;
  body: string;
}

/** `throttle`: too many calls, in each service's words. `unavailable`: the service's own fault. */
export const FAULT_ANSWERS: Record<'throttle' | 'unavailable', Record<Service, FaultAnswer>> = {
  throttle: {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    s3: { status: 503, type: 'application/xml', body: s3Error('SlowDown', 'Please reduce your request rate.') },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    dynamodb: {
      status: 400,
      type: 'application/x-amz-json-1.0',
      body: jsonError(
        'com.amazon.coral.availability#ThrottlingException',
        'Rate of requests exceeds the allowed throughput.',
      ),
    },
    sqs: {
      status: 400,
      type: 'application/x-amz-json-1.0',
      body: jsonError('com.amazon.coral.availability#ThrottlingException', 'Rate exceeded'),
    },
    // https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
    sns: { status: 400, type: 'text/xml', body: queryError('Sender', 'Throttling', 'Rate exceeded') },
  },
  unavailable: {
    s3: { status: 500, type: 'application/xml', body: s3Error('InternalError', 'We encountered an internal error.') },
    dynamodb: {
      status: 500,
      type: 'application/x-amz-json-1.0',
      body: jsonError('com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error'),
    },
    sqs: {
      status: 503,
      type: 'application/x-amz-json-1.0',
      body: jsonError('com.amazonaws.sqs#ServiceUnavailable', 'The service cannot be reached.'),
    },
    sns: { status: 503, type: 'text/xml', body: queryError('Receiver', 'ServiceUnavailable', 'Try again.') },
  },
};

/** The other throttle of DynamoDB: a table's own limit. */
export const THROUGHPUT_EXCEEDED: FaultAnswer = {
  status: 400,
  type: 'application/x-amz-json-1.0',
  body: jsonError(
    'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  ),
};

function s3Error(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>0</RequestId></Error>`;
}

function jsonError(type: string, message: string): string {
  return JSON.stringify({ __type: type, message });
}

function queryError(type: string, code: string, message: string): string {
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;
}
