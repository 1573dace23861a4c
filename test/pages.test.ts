import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/**
 * What holds for every page of the documentation: short lines, links that lead somewhere, and an entry in the list of
 * pages.
 */
const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['.', 'docs', 'events', 'examples', 'examples/own-domain', 'examples/photo-events', 'test/heic'];
const PAGES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const CHANGES = 'CHANGELOG.md';

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const withoutCode = (text: string): string =>
  text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '').replaceAll(/`[^`]*`/g, '');

/**
 * As GitHub makes anchors of headings: small letters, hyphens for blanks, no punctuation, and a number on a repeated
 * one.
 */
function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const name = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
    let free = name;
    for (let again = 1; found.has(free); again++) free = `${name}-${again}`;
    found.add(free);
  }
  return found;
}

/** Lines of prose. A table's rows may be long, and so may what cannot be broken, such as the address of a link. */
const proseLines = (text: string): string[] =>
  text
    .replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
    .split('\n')
    .filter((line) => !/^\s*\||^<img |^!\[/.test(line))
    .map((line) => line.replaceAll(/\]\([^)]*\)/g, ']'));

test('README fits on a few screens', () => {
  expect(read('README.md').split('\n').length - 1).toBeLessThanOrEqual(150);
});

describe.each(PAGES)('%s', (page) => {
  test('has lines of at most 120 characters', () => {
    const maxCharacters = page === CHANGES ? 200 : 120;
    expect(proseLines(read(page)).filter((line) => line.length > maxCharacters)).toEqual([]);
  });

  test('has links that lead somewhere', () => {
    const text = read(page);
    const targets = [
      ...[...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
      ...[...text.matchAll(/<img src="([^"]+)"/g)].map(([, target = '']) => target),
    ].filter((target) => !/^[a-z]+:/.test(target));
    const broken = targets.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchors(read(file)).has(anchor));
    });
    expect(broken).toEqual([]);
  });
});

test('docs/README.md names every page of docs/', () => {
  const list = read('docs/README.md');
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => /\.(md|json)$/.test(name) && name !== 'README.md');
  expect(pages.filter((name) => !list.includes(`](${name})`))).toEqual([]);
});

describe(CHANGES, () => {
  const lines = read(CHANGES).split('\n');

  test('has this version', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(lines.filter((line) => line.startsWith(`## ${version} - 20`))).toHaveLength(1);
  });

  test('has one line an entry, and no entry twice', () => {
    const body = lines.slice(lines.findIndex((line) => line.startsWith('## '))).filter((line) => line !== '');
    expect(body.filter((line) => !/^(- |#{2,3} |The first version\.$)/.test(line))).toEqual([]);
    const entries = body.filter((line) => line.startsWith('- '));
    expect(entries.filter((entry, index) => entries.indexOf(entry) !== index)).toEqual([]);
  });
});

test('an anchor is made as on GitHub', () => {
  const made = anchors(
    '# What it costs\n## `/v1` & more\n### A b\n```sh\n# no heading\n```\n### A b\n## [Link](x.md), too',
  );
  expect([...made]).toEqual(['what-it-costs', 'v1--more', 'a-b', 'a-b-1', 'link-too']);
});
