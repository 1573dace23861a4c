/**
 * Why Headshot and Chromium differ on a file: the title of a line in docs/image.md, for the files whose names match.
 * `test/image/odd-explained.test.ts` compares the titles with the page.
 */
export const EXPLAINED: { names: RegExp; why: string }[] = [
  { names: /^JPEG: orientation (as|behind|in) /, why: 'Orientation' },
  { names: /^JPEG: progressive, (bytes|text) for EOI$/, why: 'Bytes for an end' },
  { names: /cICP of P3 with a matrix$/, why: 'A matrix in cICP' },
  { names: /^PNG: (IDAT with a|no IEND, IDAT cut in its data)/, why: 'Changed bytes' },
  { names: /^PNG: (a palette with too few colours|tRNS )/, why: 'Colours that are not there' },
  { names: /^PNG: animation /, why: 'Broken animations' },
  { names: /^GIF: (a NUL|five NULs) (before the|between control and) frame$/, why: 'NUL bytes before the frame' },
  { names: /^GIF: a control (of|in) /, why: 'Graphic controls of another length' },
  { names: /^GIF: two frames, the second cut$/, why: 'Cut in a later frame' },
  { names: /^GIF: a code that is not there yet/, why: 'Damaged codes' },
  { names: /^GIF: a code size of [01]$/, why: 'Code sizes below 2' },
  { names: /^GIF: interlaced, half$/, why: 'Interlaced, and ends early' },
];

export const explanationOf = (name: string): string | undefined => EXPLAINED.find(({ names }) => names.test(name))?.why;
