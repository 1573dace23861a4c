import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * The AWS clients, one of each per process. Their endpoints are the SDK's own configuration (`AWS_ENDPOINT_URL_*` on a
 * laptop), so this code does not know whether it talks to AWS.
 *
 * Without these timeouts, a lost connection would hang until the function is killed. With them, the SDK's three tries
 * fit into the shortest function timeout.
 */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

export const s3Client = (): S3Client => new S3Client({ requestHandler });

/** For people's own machines, whose line may need a minute for what takes a function a moment. */
export const s3UploadClient = (): S3Client =>
  new S3Client({ requestHandler: { ...requestHandler, requestTimeout: 60_000 } });

export const sqsClient = (): SQSClient => new SQSClient({ requestHandler });

export const cloudFrontClient = (): CloudFrontClient => new CloudFrontClient({ requestHandler });

export const snsClient = (): SNSClient => new SNSClient({ requestHandler });

export const secretsManagerClient = (): SecretsManagerClient => new SecretsManagerClient({ requestHandler });

export const dynamoClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  });
