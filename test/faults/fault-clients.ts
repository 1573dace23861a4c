import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { dynamoClient, s3Client, snsClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import type { Service } from './wire-call.ts';

/** The SDK's default. */
const MAX_ATTEMPTS = 3;

/**
 * The product's own clients, with the SDK's retries but none of its waits: with hundreds of faults they would take
 * minutes. Its retry quota is left out, because it would make a history depend on those before it.
 */
export async function faultClients(endpoints: Record<Service, string>) {
  const clients = { s3: s3Client(), dynamodb: dynamoClient(), sqs: sqsClient(), sns: snsClient() };
  // A client reads its endpoint from the environment when it is first used, as in a function.
  for (const [name, url] of Object.entries(endpoints)) process.env[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] = url;
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  await clients.s3.send(new ListBucketsCommand());
  await clients.dynamodb.send(new ListTablesCommand());
  await clients.sqs.send(new ListQueuesCommand());
  await clients.sns.send(new ListTopicsCommand());
  for (const { config } of Object.values(clients)) config.retryStrategy = async () => CONCURRENCY;
  return clients;
}

export type FaultClients = Awaited<ReturnType<typeof faultClients>>;

const tokenOf = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });

const CONCURRENCY = {
  mode: 'standard',
  acquireInitialRetryToken: async () => tokenOf(0),
  async refreshRetryTokenForRetry(token: ReturnType<typeof tokenOf>, { errorType }: { errorType: string }) {
    const isWorthIt = errorType === 'THROTTLING' || errorType === 'TRANSIENT';
    if (!isWorthIt || token.getRetryCount() + 1 >= MAX_ATTEMPTS) throw new Error('no more tries');
    return tokenOf(token.getRetryCount() + 1);
  },
  recordSuccess: () => undefined,
};
