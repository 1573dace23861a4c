import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Endpoints, REGION } from './resource-types.ts';

/** Any credentials will do: the emulators check none. */
export const CREDENTIALS = { accessKeyId: 'headshot', secretAccessKey: 'headshot', sessionToken: 'headshot' };

/** The AWS SDK, pointed at the emulators. */
export function emulatorClients(endpoints: Endpoints) {
  const common = { region: REGION, credentials: CREDENTIALS };
  return {
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    sns: new SNSClient({ ...common, endpoint: endpoints.sns }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
  };
}

export type EmulatorClients = ReturnType<typeof emulatorClients>;
