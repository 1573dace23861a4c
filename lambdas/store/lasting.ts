import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { SQSServiceException } from '@aws-sdk/client-sqs';

/**
 * Whether a service turned down what it was asked to keep for what it is, so that asking again will not help: too long, too
 * large, or with characters that it does not take. A missing right or queue is not of this kind: that is for an operator.
 * Source: the pages of PutItem, UpdateItem, PutObject and SendMessage, "Errors".
 */
export const isLasting = (error: unknown): boolean =>
  (error instanceof DynamoDBServiceException && error.name === 'ValidationException') ||
  (error instanceof S3ServiceException && /^(KeyTooLongError|MetadataTooLarge|EntityTooLarge)$/.test(error.name)) ||
  (error instanceof SQSServiceException && SQS_REFUSALS.some((name) => error.name.includes(name)));

/** SQS names an error one way in its JSON protocol and another in its older one. */
const SQS_REFUSALS = ['InvalidMessageContents', 'BatchRequestTooLong', 'InvalidParameterValue'];
