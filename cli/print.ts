/** What the command prints: JSON for machines, plain aligned text for people. No colours, so nothing to turn off. */

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, undefined, 2));

/** `name  value` lines, values aligned. */
export function printPairs(pairs: [name: string, value: string][]): void {
  const width = Math.max(...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) console.log(`${name.padEnd(width)}  ${value}`);
}

/** A table with a heading line, columns aligned. */
export function printTable(heading: string[], rows: string[][]): void {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [heading, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
