/**
 * A line of CSV (RFC 4180) that is safe to open in a spreadsheet. Strangers choose file names, and a cell that begins
 * with `=`, `+`, `-`, `@`, a tab, a line end or NUL may run as a formula; an apostrophe in front makes it text. Source:
 * OWASP, "CSV Injection", which lists these signs and the full-width ones. Where lists are separated by semicolons, a
 * spreadsheet splits our cells there, so what follows any separator counts as a beginning, too.
 */
export const csvLine = (cells: string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(text: string): string {
  const safe = text.replaceAll(BEFORE_FORMULA, "'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const BEFORE_FORMULA = /^(?=[\t\r\n\0])|(?<=^|[,;|\t\r\n"])(?=[ \u00a0]*[=+\-@＝＋－＠])/g;
