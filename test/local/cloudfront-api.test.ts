import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetDistributionCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
  NoSuchDistribution,
} from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCloudFront } from '../../local/cloudfront-api.ts';
import type { LoopbackServer } from '../../local/loopback.ts';

/**
 * The SDK's client against the laptop's CloudFront. Expected values: CloudFront's API reference, CreateInvalidation.
 */
let server: LoopbackServer;
let client: CloudFrontClient;
/** What the edge was told to drop. */
const dropped: (readonly string[])[] = [];

beforeAll(async () => {
  server = await startCloudFront(
    (id) => id === 'HOST',
    (paths) => dropped.push(paths),
  );
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new CloudFrontClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(() => server.close());

const entry = (paths: string[], CallerReference: string, DistributionId = 'HOST') =>
  client.send(
    new CreateInvalidationCommand({
      DistributionId,
      InvalidationBatch: { CallerReference, Paths: { Quantity: paths.length, Items: paths } },
    }),
  );

test('an invalidation is taken, and known again by its reference', async () => {
  const { Invalidation: first } = await entry(['/7/*'], '7-3');
  expect(first?.InvalidationBatch).toEqual({ CallerReference: '7-3', Paths: { Quantity: 1, Items: ['/7/*'] } });
  const { Invalidation: again } = await entry(['/7/*'], '7-3');
  expect(again?.Id).toBe(first?.Id);
  const { Invalidation: other } = await entry(['/7/*'], '7-4');
  expect(other?.Id).not.toBe(first?.Id);
  await expect(entry(['/8/*'], '7-3')).rejects.toThrow('caller reference');

  // Once for each request, however often that is sent.
  expect(dropped).toEqual([['/7/*'], ['/7/*']]);

  const { InvalidationList } = await client.send(new ListInvalidationsCommand({ DistributionId: 'HOST' }));
  expect(InvalidationList?.Items?.map(({ Id }) => Id)).toEqual([other?.Id, first?.Id]);
  const got = await client.send(new GetInvalidationCommand({ DistributionId: 'HOST', Id: first?.Id }));
  expect(got.Invalidation?.InvalidationBatch).toEqual(first?.InvalidationBatch);
});

test('a wildcard stands at the end, and a path begins with a slash', async () => {
  await expect(entry(['/p/*x*/7'], 'middle')).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(entry(['7/*'], 'bare')).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(entry([`/${'a'.repeat(4_000)}`], 'long')).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(entry([`/${'a'.repeat(3_999)}?a&b`.slice(0, 4_000)], 'just')).resolves.toBeDefined();
});

test('another distribution is not there, and another call is refused by name', async () => {
  await expect(entry(['/7/*'], 'lost', 'OTHER')).rejects.toThrow(NoSuchDistribution);
  await expect(client.send(new GetDistributionCommand({ Id: 'HOST' }))).rejects.toThrow('not on a laptop: GET');
});
