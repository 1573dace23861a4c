/** What every command takes; `program.ts` adds it. */
export interface PrintOptions {
  json?: boolean;
}

/** What a command prints: one JSON document for machines, plain aligned text for people. No colours, so nothing to turn off. */
export function print(value: object, { json }: PrintOptions, text?: string): void {
  if (json) console.log(JSON.stringify(value, undefined, 2));
  else if (text === undefined) printRecord(value);
  else console.log(text);
}

/** An object as `name  value` lines, values aligned. What is nested has `outer.inner` for a name; nothing is `-`. */
export function printRecord(record: object): void {
  const pairs = pairsOf(record, '');
  const width = Math.max(...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) console.log(`${name.padEnd(width)}  ${value}`);
}

const pairsOf = (record: object, prefix: string): [name: string, value: string][] =>
  Object.entries(record).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isNested ? pairsOf(value, `${prefix}${name}.`) : [[prefix + name, cell(value)]];
  });

const cell = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value ?? '')) || '-';

/** What `--dry-run` does, wherever it is taken. */
export const DRY_RUN = 'say what would happen, change nothing';

export function printCounts(counts: object, isDryRun: boolean): void {
  printRecord(counts);
  if (isDryRun) console.log('dry run: nothing was changed');
}

/** A table with a heading line, columns aligned. */
export function printTable(heading: string[], rows: string[][]): void {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [heading, ...rows]) {
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
