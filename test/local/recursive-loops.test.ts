import { describe, expect, test } from '@jest/globals';
import { traceHeaderOf, withSystemTrace, withTraceHeader } from '../../local/message-trace.ts';
import { isLoop } from '../../local/recursive-loops.ts';
import { furthestHeader, headerOfInvocation, linksOf } from '../../local/trace-header.ts';

const MINE = 'arn:aws:lambda:us-east-1:000000000000:function:Mine';
const OTHER = 'arn:aws:lambda:us-east-1:000000000000:function:Other';

/** The trace header after so many invocations of a function, each caused by the one before. */
const chainOf = (links: number, arn = MINE, cause?: string): string | undefined =>
  links === 0 ? cause : chainOf(links - 1, arn, headerOfInvocation(cause, arn));

describe('the chain that a trace header tells of', () => {
  test('counts each function by itself, and keeps its root', () => {
    const first = headerOfInvocation(undefined, MINE);
    expect(first).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:1$/);
    const mixed = chainOf(3, MINE, chainOf(2, OTHER, first));
    expect([linksOf(mixed, MINE), linksOf(mixed, OTHER)]).toEqual([4, 2]);
    expect(mixed?.split(';')[0]).toBe(first.split(';')[0]);
  });

  test.each([undefined, '', 'Root=1-0-0', 'Lineage=nonsense', 'Lineage=12345678:x|:'])(
    '%j is a new chain',
    (header) => {
      expect(linksOf(header, MINE)).toBe(0);
      expect(linksOf(headerOfInvocation(header, MINE), MINE)).toBe(1);
    },
  );

  test('of several messages the one that is furthest counts', () => {
    const far = chainOf(5);
    expect(furthestHeader([undefined, chainOf(2), far, chainOf(9, OTHER)], MINE)).toBe(far);
    expect(furthestHeader([undefined, undefined], MINE)).toBeUndefined();
  });

  test('sixteen times are allowed, and a seventeenth is not, unless the function says so', () => {
    const terminate = { arn: MINE, recursiveLoop: 'Terminate' as const };
    expect([15, 16, 17].map((links) => isLoop(chainOf(links), terminate))).toEqual([false, true, true]);
    expect(isLoop(chainOf(100), { arn: MINE, recursiveLoop: 'Allow' })).toBe(false);
    expect(isLoop(chainOf(100, OTHER), terminate)).toBe(false);
  });
});

describe('a message', () => {
  const header = chainOf(3) ?? '';

  test('of each kind of call keeps the header, and loses nothing', () => {
    const attribute = { DataType: 'String', StringValue: 'photo' };
    const sent = { QueueUrl: 'u', MessageBody: 'b', MessageAttributes: { kind: attribute } };
    const one = JSON.parse(withTraceHeader('sqs.SendMessage', Buffer.from(JSON.stringify(sent)), header).toString());
    expect(one).toMatchObject(sent);
    expect(traceHeaderOf(one)).toBe(header);
    const entries = {
      QueueUrl: 'u',
      Entries: [
        { Id: '0', MessageBody: 'a' },
        { Id: '1', MessageBody: 'b' },
      ],
    };
    const batch = JSON.parse(
      withTraceHeader('sqs.SendMessageBatch', Buffer.from(JSON.stringify(entries)), header).toString(),
    );
    expect(batch).toMatchObject(entries);
    expect(batch.Entries.map(traceHeaderOf)).toEqual([header, header]);
    const form = 'Action=Publish&Message=a%26b&MessageAttributes.entry.1.Name=type';
    const published = new URLSearchParams(withTraceHeader('sns.Publish', Buffer.from(form), header).toString());
    expect(Object.fromEntries(published)).toEqual({
      Action: 'Publish',
      Message: 'a&b',
      'MessageAttributes.entry.1.Name': 'type',
      'MessageAttributes.entry.2.Name': 'AWSTraceHeader',
      'MessageAttributes.entry.2.Value.DataType': 'String',
      'MessageAttributes.entry.2.Value.StringValue': header,
    });
    const other = Buffer.from('{"TableName":"t"}');
    expect(withTraceHeader('dynamodb.GetItem', other, header)).toBe(other);
  });

  test('reaches the function with the header as SQS has it: among the system attributes', () => {
    const kind = { DataType: 'String', StringValue: 'photo' };
    const MessageAttributes = { kind, AWSTraceHeader: { DataType: 'String', StringValue: header } };
    expect(withSystemTrace({ Body: 'b', Attributes: { SenderId: 'me' }, MessageAttributes })).toEqual({
      Body: 'b',
      Attributes: { SenderId: 'me', AWSTraceHeader: header },
      MessageAttributes: { kind },
    });
  });
});
