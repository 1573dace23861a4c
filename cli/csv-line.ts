/**
 * A line of CSV (RFC 4180) that is safe to open in a spreadsheet: strangers choose files' names, and a cell that begins with
 * `=`, `+`, `-`, `@`, a tab, a line end or NUL would be worked out as a formula. An apostrophe in front makes it text.
 * Source: OWASP, "CSV Injection", whose signs and full-width signs these are. Where lists are separated by semicolons, a
 * spreadsheet cuts within our cells: so what stands behind any separator counts as a beginning, too.
 */
export const csvLine = (cells: string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(text: string): string {
  const safe = text.replaceAll(BEFORE_FORMULA, "'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const BEFORE_FORMULA = /^(?=[\t\r\n\0])|(?<=^|[,;|\t\r\n"])(?=[ \u00a0]*[=+\-@＝＋－＠])/g;
