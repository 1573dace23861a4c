import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { readS3Event } from '../../../lambdas/edge/imports/s3-event.ts';

describe('a message from S3', () => {
  const body = () => {
    const event = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../events/s3-put.json'), 'utf8'),
    ) as SQSEvent;
    return JSON.parse(event.Records[0]?.body ?? '') as { Records: { eventName: string }[] };
  };

  test('names its object, decoded: + is a space, %2B a plus', () => {
    expect(readS3Event(body())).toEqual([
      {
        bucket: 'headshot-imports',
        key: 'imports/new hires/zoë+photos@example.com.jpg',
        sequencer: '0A1B2C3D4E5F678901',
        etag: '"d41d8cd98f00b204e9800998ecf8427e"',
      },
    ]);
  });

  test('the test event names nothing', () => {
    // As in S3's user guide.
    const test = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2014-10-13T15:57:02.089Z',
      Bucket: 'amzn-s3-demo-bucket',
      RequestId: '5582815E1AEA5ADF',
      HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
    };
    expect(readS3Event(test)).toEqual([]);
  });

  test('what removes an object names nothing', () => {
    const removed = body();
    for (const record of removed.Records) record.eventName = 'ObjectRemoved:Delete';
    expect(readS3Event(removed)).toEqual([]);
  });

  test('anything else is not from S3', () => {
    expect(readS3Event({ kind: 'manifest-row' })).toBeUndefined();
  });
});
