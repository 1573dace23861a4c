/** Why Headshot and Chromium may differ about a file: the name of a line in docs/image.md, for the files whose name matches. */
const EXPLAINED: { names: RegExp; why: string }[] = [];

export const explanationOf = (name: string): string | undefined => EXPLAINED.find(({ names }) => names.test(name))?.why;
