/** What is new on every run: each kind's name, its pattern, and whether one value is told from another. */
const KINDS: [name: string, pattern: RegExp, isNumbered?: true][] = [
  ['nonce', /(?<=oauth_nonce=")\w+/g],
  ['seconds', /(?<=oauth_timestamp=")\d+/g],
  ['signature', /(?<=oauth_signature=")[^"]+/g],
  ['secret', /(?<=whsec_)[\w+/]+=*/g],
  ['id', /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, true],
  ['time', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g],
  ['secret', /\b[0-9a-f]{32,}\b/g],
  ['photo', /\b[0-9a-f]{20}\b/g, true],
  ['webhook', /\bwh_[0-9a-f]{20}\b/g, true],
  ['slack-user', /\bU[0-9A-Z]{10}\b/g, true],
  ['team', /\bT\d{10}\b/g, true],
  ['app', /\bA\d{10}\b/g, true],
  ['user', /\b[1-9]\d{8,15}\b/g, true],
  ['name', /(?<=\bdoctor_)\w+/g],
  ['port', /(?<=127\.0\.0\.1:)(?!3000\b|9000\b)\d+/g],
  ['n', /\b\d+(?= ms\b)/g],
  // A whole number of seconds has no tenths.
  ['n', /\b\d+\.\d(?= s\b)|(?<=✗ in )\d+(?= s\b)/g],
];

/**
 * Replaces each of these by a placeholder, so that a program's output is the same on every run: `<user-1>` is the first
 * user seen.
 */
export function stableText() {
  const seen = new Map<string, string>();
  const counts = new Map<string, number>();
  const numbered = (name: string, value: string): string => {
    const known = seen.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    seen.set(value, `<${name}-${count}>`);
    return `<${name}-${count}>`;
  };
  return (text: string): string =>
    KINDS.reduce(
      (changed, [name, pattern, isNumbered]) =>
        changed.replaceAll(pattern, (value) => (isNumbered ? numbered(name, value) : `<${name}>`)),
      text,
    );
}

const GAP = / {2,}/;

/**
 * Aligns columns again whose cells have become longer or shorter. Columns are neighbouring lines with as many cells
 * each, two spaces or more apart.
 */
export function aligned(text: string): string {
  const rows = text.split('\n').map((line) => (line.startsWith(' ') ? [line] : line.split(GAP)));
  const out: string[] = [];
  for (let start = 0; start < rows.length; ) {
    const cells = rows[start]?.length ?? 0;
    let end = start + 1;
    while (rows[end]?.length === cells) end++;
    const block = rows.slice(start, end);
    const widths = (block[0] ?? []).map((_, column) => Math.max(...block.map((row) => row[column]?.length ?? 0)));
    for (const row of block) {
      const padded = row.map((cell, column) => (column < cells - 1 ? cell.padEnd(widths[column] ?? 0) : cell));
      out.push(padded.join('  '));
    }
    start = end;
  }
  return out.join('\n');
}
