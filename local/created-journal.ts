import { existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import * as z from 'zod';

const createdSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Grows with every object, as S3's; 16 hex digits. */
  sequencer: z.string(),
  /** Milliseconds since 1970. */
  atMs: z.number(),
});

/** An object that was put. */
export type CreatedObject = z.output<typeof createdSchema>;

export interface CreatedJournal {
  /** Notes that an object was put; it is on disk when this returns. */
  add: (bucket: string, key: string) => CreatedObject;
  /** Notes that its notification is in its queue. */
  told: (sequencer: string) => void;
  /** What has not been told yet, the oldest first. */
  untold: () => CreatedObject[];
}

/** Above so many lines, a journal with nothing left to tell begins anew. */
const MAX_LINES = 10_000;

/**
 * Which objects were put and not told of yet, in a file: after kill -9 between a put and its notification, the next start
 * tells what was missed. One line a put and one when it is told; a half-written last line is of a put that was not answered.
 */
export function openJournal(file: string): CreatedJournal {
  const untold = new Map(read(file).map((object) => [object.sequencer, object]));
  let descriptor = begin();
  let lines = untold.size;
  let last = 0;

  function begin(): number {
    writeFileSync(`${file}.new`, [...untold.values()].map((object) => `${JSON.stringify({ put: object })}\n`).join(''));
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
      untold.set(object.sequencer, object);
      write({ put: object });
      return object;
    },
    told(sequencer) {
      if (!untold.delete(sequencer)) return;
      write({ told: sequencer });
      if (untold.size > 0 || lines < MAX_LINES) return;
      descriptor = begin();
      lines = 0;
    },
    untold: () => [...untold.values()],
  };
}

const lineSchema = z.union([z.object({ put: createdSchema }), z.object({ told: z.string() })]);

function read(file: string): CreatedObject[] {
  const untold = new Map<string, CreatedObject>();
  for (const text of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const line = lineSchema.safeParse(parse(text));
    if (!line.success) continue;
    if ('put' in line.data) untold.set(line.data.put.sequencer, line.data.put);
    else untold.delete(line.data.told);
  }
  return [...untold.values()];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
