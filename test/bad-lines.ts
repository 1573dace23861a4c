/** A manifest of good and bad lines in random places; the same for the same seed. */
interface BadLines {
  content: Buffer;
  /** The rows of the report: `file | user | …`, with `good` for the outcome of a good line. */
  rows: { line: number; file: string; user: string; reason?: string }[];
}

interface Bad {
  reason: string;
  /** The line's bytes without the line end. `n` makes it unlike others. */
  bytes: (n: number) => Buffer;
  shown: (n: number) => { file: string; user: string };
}

const text = (line: string): Buffer => Buffer.from(line, 'utf8');
const cut = (cell: string): string => `${[...cell].slice(0, 60).join('')}…`;
const url = (n: number): string => `https://b.s3.amazonaws.com/${n}.png?X-Amz-Signature=${'0'.repeat(2_000)}`;
const cyrillic = 'ж'.repeat(520);

/** Each way in which a line can be bad by itself. */
const KINDS: Bad[] = [
  { reason: 'file_too_long', bytes: (n) => text(`${url(n)},x`), shown: (n) => ({ file: cut(url(n)), user: 'x' }) },
  { reason: 'file_too_long', bytes: () => text(`${cyrillic},x`), shown: () => ({ file: cut(cyrillic), user: 'x' }) },
  {
    reason: 'file_too_long',
    bytes: () => text(`${'x'.repeat(200_000)},x`),
    shown: () => ({ file: cut('x'.repeat(61)), user: 'x' }),
  },
  {
    reason: 'user_too_long',
    bytes: (n) => text(`${n}.png,${'u'.repeat(255)}`),
    shown: (n) => ({ file: `${n}.png`, user: cut('u'.repeat(61)) }),
  },
  { reason: 'bad_row', bytes: (n) => text(`${n}.png,`), shown: (n) => ({ file: `${n}.png`, user: '' }) },
  { reason: 'bad_row', bytes: (n) => text(`../${n}.png,x`), shown: (n) => ({ file: `../${n}.png`, user: 'x' }) },
  { reason: 'bad_crop', bytes: (n) => text(`${n}.png,x,1,,`), shown: (n) => ({ file: `${n}.png`, user: 'x' }) },
  {
    reason: 'bad_character',
    bytes: (n) => text(`${n}\u0007.png,x`),
    shown: (n) => ({ file: `${n}\ufffd.png`, user: 'x' }),
  },
  { reason: 'bad_quotes', bytes: (n) => text(`"${n}.png,x`), shown: (n) => ({ file: `${n}.png`, user: 'x' }) },
  { reason: 'bad_quotes', bytes: (n) => text(`${n}.png,"x`), shown: (n) => ({ file: `${n}.png`, user: 'x' }) },
  { reason: 'bad_quotes', bytes: (n) => text(`"${n}"0.png,x`), shown: (n) => ({ file: `${n}0.png`, user: 'x' }) },
  {
    reason: 'not_utf8',
    bytes: (n) => Buffer.from(`${n}\xe9.png,x`, 'latin1'),
    shown: (n) => ({ file: `${n}\ufffd.png`, user: 'x' }),
  },
];

/** Random numbers below 2^32 (mulberry32), the same on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * @param good the file and the user of a good line, by its number
 * @param lines good and bad ones together; rows of empty cells come on top
 */
export function badLines(
  seed: number,
  lines: number,
  bad: number,
  good: (n: number) => { file: string; user: string },
): BadLines {
  const next = random(seed);
  const end = ['\n', '\r\n', '\r'][next(3)] ?? '\n';
  const places = new Set<number>();
  while (places.size < bad) places.add(next(lines));
  const parts = [text(`file,user,crop_x,crop_y,crop_w${end}`)];
  const rows: BadLines['rows'] = [];
  let line = 2;
  for (let n = 0; n < lines; n++, line++) {
    if (next(50) === 0) {
      parts.push(text(`,,,,${end}`));
      line++;
    }
    if (!places.has(n)) {
      const { file, user } = good(n);
      const isQuoted = next(4) === 0;
      parts.push(text((isQuoted ? `"${file}","${user}",,,` : `${file},${user},,,`) + end));
      rows.push({ line, file, user });
      continue;
    }
    const { reason, bytes, shown } = KINDS[next(KINDS.length)] ?? (KINDS[0] as Bad);
    parts.push(bytes(n), text(end));
    const { file, user } = shown(n);
    rows.push({ line, file: `(line ${line}) ${file}`, user, reason });
  }
  return { content: Buffer.concat(parts), rows };
}
