import { existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import * as z from 'zod';

const createdSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Grows with every object, like S3's; 16 hex digits. */
  sequencer: z.string(),
  /** Milliseconds since 1970. */
  atMs: z.number(),
});

/** An object that was put. */
export type CreatedObject = z.output<typeof createdSchema>;

interface ObjectCreatedJournal {
  /** Notes that an object was put; it is on disk when this returns. */
  add: (bucket: string, key: string) => CreatedObject;
  /** Notes that its notification is in its queue. */
  notified: (sequencer: string) => void;
  /** What has not been told yet, oldest first. */
  pending: () => CreatedObject[];
}

/** A longer journal starts anew once there is nothing left to tell. */
const MAX_LINES = 10_000;

/**
 * The objects that were put and not told of yet, in a file: after kill -9 between a put and its notification, the next
 * start tells what was missed. One line for a put and one when it is told. A half-written last line is of a put that
 * was not answered.
 */
export function openJournal(file: string): ObjectCreatedJournal {
  const pending = new Map(read(file).map((object) => [object.sequencer, object]));
  let descriptor = begin();
  let lines = pending.size;
  let last = 0;

  function begin(): number {
    writeFileSync(
      `${file}.new`,
      [...pending.values()].map((object) => `${JSON.stringify({ put: object })}\n`).join(''),
    );
    renameSync(`${file}.new`, file);
    return openSync(file, 'a');
  }
  const write = (line: object) => {
    writeSync(descriptor, `${JSON.stringify(line)}\n`);
    lines++;
  };

  return {
    add(bucket, key) {
      const atMs = Date.now();
      last = Math.max(last + 1, atMs * 1_000);
      const object = { bucket, key, sequencer: last.toString(16).toUpperCase().padStart(16, '0'), atMs };
      pending.set(object.sequencer, object);
      write({ put: object });
      return object;
    },
    notified(sequencer) {
      if (!pending.delete(sequencer)) return;
      write({ notified: sequencer });
      if (pending.size > 0 || lines < MAX_LINES) return;
      descriptor = begin();
      lines = 0;
    },
    pending: () => [...pending.values()],
  };
}

const lineSchema = z.union([z.object({ put: createdSchema }), z.object({ notified: z.string() })]);

function read(file: string): CreatedObject[] {
  const pending = new Map<string, CreatedObject>();
  for (const text of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const line = lineSchema.safeParse(parse(text));
    if (!line.success) continue;
    if ('put' in line.data) pending.set(line.data.put.sequencer, line.data.put);
    else pending.delete(line.data.notified);
  }
  return [...pending.values()];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
