/** Options of every command, which `program.ts` adds. */
export interface PrintOptions {
  json?: boolean;
}

/**
 * Prints a command's result: one JSON document for machines, plain aligned text for people. It has no colours, so none
 * need turning off.
 */
export function print(value: object, { json }: PrintOptions, text?: string): void {
  if (json) console.log(JSON.stringify(value, undefined, 2));
  else if (text === undefined) printRecord(value);
  else console.log(text);
}

/** An object as aligned `name  value` lines. What is nested is named `outer.inner`; nothing is `-`. */
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

/** What `--dry-run` does in every command that has it. */
export const DRY_RUN = 'say what would happen, change nothing';

export function printCounts(counts: object, isDryRun: boolean): void {
  printRecord(counts);
  if (isDryRun) console.log('dry run: nothing was changed');
}

/** A table with a heading line and aligned columns. */
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
