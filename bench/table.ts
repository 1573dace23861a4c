/** One table: what was measured, row by row, and the goals for it. */
export interface Table {
  name: string;
  title: string;
  columns: string[];
  rows: (string | number)[][];
  goals: Goal[];
}

export interface Goal {
  what: string;
  measured: number;
  /** The measured figure must be at most this. */
  atMost: number;
  unit: string;
}

/**
 * Milliseconds at quantile `q` (0 to 1) of some durations: the smallest value that at least that share does not exceed.
 */
export function quantile(durationsMs: number[], q: number): number {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: number[]): number => quantile(values, 0.5);

/** How many times `other` goes into `one`, to two places. */
export const ratio = (one: number, other: number): number => Math.round((100 * one) / other) / 100;

/** The row of a latency table: minimum, p50, p95, maximum in whole milliseconds. */
export const latencyRow = (what: string, durationsMs: number[]): (string | number)[] => [
  what,
  ...[0, 0.5, 0.95, 1].map((q) => Math.round(quantile(durationsMs, q))),
];

export function printTable({ title, columns, rows, goals }: Table): void {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}\n`);
  for (const row of cells) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    );
  }
  for (const { what, measured, atMost, unit } of goals) {
    console.log(
      `${measured <= atMost ? 'met ' : 'MISSED'} ${what}: ${measured} ${unit}, goal at most ${atMost} ${unit}`,
    );
  }
}
