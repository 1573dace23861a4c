import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { SQSServiceException } from '@aws-sdk/client-sqs';

/**
 * Whether a service refused to store something for what it is, so that repeating does not help: too long, too large, or
 * with characters that it does not accept. A missing right or queue does not count: that is for an operator. Source:
 * the pages of PutItem, UpdateItem, PutObject and SendMessage, "Errors".
 */
export const isLasting = (error: unknown): boolean =>
  (error instanceof DynamoDBServiceException && error.name === 'ValidationException') ||
  (error instanceof S3ServiceException && /^(KeyTooLongError|MetadataTooLarge|EntityTooLarge)$/.test(error.name)) ||
  (error instanceof SQSServiceException && SQS_REFUSALS.some((name) => error.name.includes(name)));

/** SQS's two protocols name errors differently. */
const SQS_REFUSALS = ['InvalidMessageContents', 'BatchRequestTooLong', 'InvalidParameterValue'];
