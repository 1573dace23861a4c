import type { Message } from '@aws-sdk/client-sqs';

/**
 * SQS keeps the trace header of the call that sent a message as the system attribute `AWSTraceHeader`, which the
 * emulator does not know. So it is added to the message's own attributes on the way in, and taken from there on the way
 * out.
 */
const ATTRIBUTE = 'AWSTraceHeader';

/**
 * The body of a SendMessage, SendMessageBatch (JSON) or Publish (form) with the trace header in it; other bodies
 * unchanged.
 */
export function withTraceHeader(operation: string, body: Buffer, traceHeader: string): Buffer {
  switch (operation) {
    case 'sqs.SendMessage':
      return json(marked(parsed(body), traceHeader));
    case 'sqs.SendMessageBatch': {
      const batch = parsed(body);
      return json({ ...batch, Entries: listOf(batch.Entries).map((entry) => marked(entry, traceHeader)) });
    }
    case 'sns.Publish':
      return Buffer.from(markedForm(body.toString('utf8'), traceHeader));
    default:
      return body;
  }
}

/** The trace header of the call that sent a message. */
export const traceHeaderOf = ({ MessageAttributes }: Message): string | undefined =>
  MessageAttributes?.[ATTRIBUTE]?.StringValue;

/** A message as on AWS: with the header among the system attributes. */
export function withSystemTrace(message: Message): Message {
  const header = traceHeaderOf(message);
  if (header === undefined) return message;
  const { [ATTRIBUTE]: _, ...MessageAttributes } = message.MessageAttributes ?? {};
  return { ...message, MessageAttributes, Attributes: { ...message.Attributes, [ATTRIBUTE]: header } };
}

/** For those who send a message to the emulator directly. */
export const traceAttribute = (traceHeader: string) => ({
  [ATTRIBUTE]: { DataType: 'String', StringValue: traceHeader },
});

type Fields = Record<string, unknown>;

const marked = (message: Fields, traceHeader: string): Fields => ({
  ...message,
  MessageAttributes: {
    ...(message.MessageAttributes as Fields | undefined),
    ...traceAttribute(traceHeader),
  },
});

function markedForm(form: string, traceHeader: string): string {
  const given = [...new URLSearchParams(form).keys()].filter((key) =>
    /^MessageAttributes\.entry\.\d+\.Name$/.test(key),
  );
  const entry = `MessageAttributes.entry.${given.length + 1}`;
  return `${form}&${new URLSearchParams({ [`${entry}.Name`]: ATTRIBUTE, [`${entry}.Value.DataType`]: 'String', [`${entry}.Value.StringValue`]: traceHeader })}`;
}

const parsed = (body: Buffer): Fields => JSON.parse(body.toString('utf8')) as Fields;
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value : []);
const json = (value: Fields): Buffer => Buffer.from(JSON.stringify(value));
