/**
 * A square with a person's initials, in place of a photo. SVG: the viewer's own font draws the letters.
 * @param letters from `initialsOf`
 * @param digits choose the colour, which stays the same for a user's id
 */
export function drawInitials(letters: string, digits: string, sidePx: number): string {
  const hue = [...digits].reduce((sum, digit) => (sum * 10 + Number(digit)) % 360, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sidePx}" height="${sidePx}" viewBox="0 0 100 100">`,
    `<rect width="100" height="100" fill="hsl(${hue} 45% 40%)"/>`,
    `<text x="50" y="50" dy=".36em" font-family="sans-serif" font-size="42" fill="#fff" text-anchor="middle">${letters}</text>`,
    '</svg>',
  ].join('');
}

/** Of the first and the last word. Only letters and digits, so nothing in it has a meaning in XML. */
export function initialsOf(name: string): string {
  const firsts = name
    .normalize('NFC')
    .split(/[\s-]+/)
    .flatMap((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? []);
  const [first = '', last = ''] = firsts.length < 2 ? firsts : [firsts[0], firsts.at(-1)];
  return (first + last).toUpperCase();
}
