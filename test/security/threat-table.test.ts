import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SHOWN_BY } from './threats.ts';

/** docs/security.md names the tests and `threats.ts` their cases. This checks both, and what no single test can show. */
const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const rows = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| who '))
  .map((line) => line.slice(2, -2).split(' | '));

describe('each row', () => {
  test.each(rows.map(([who = '', tries = '', stops = '', shown = '']) => ({ who, tries, stops, shown })))(
    '$who: $tries',
    ({ tries, stops, shown }) => {
      expect(stops.length).toBeGreaterThan(10);
      const cases = Object.entries(SHOWN_BY[tries] ?? {});
      expect(cases.length).toBeGreaterThan(0);
      expect(shown).toBe(cases.map(([file]) => `\`${file}\``).join(', '));
      for (const [file, titles] of cases) {
        const text = read(join('test', file));
        expect(titles.length).toBeGreaterThan(0);
        // A title may be spelled with escapes, or with a typographic apostrophe.
        expect(titles.filter((title) => !text.includes(title))).toEqual([]);
      }
    },
  );

  test('is on the page, and there is no other', () => {
    expect(rows.map(([, tries]) => tries)).toEqual(Object.keys(SHOWN_BY));
  });
});

test.each([
  'guessing',
  'other API',
  'again',
  'signature',
  'two tokens',
  'header',
  'dots',
  'script',
  'CDN',
  'x-headshot',
  "another's upload",
  'huge bodies',
  'never end',
  'denial of wallet',
  'log',
  'master secret',
  'installation',
  'algorithm',
  'another issuer',
  'ID token',
  'coming again',
  'e-mail address',
  'discovery document',
  'redirect',
  'callback',
  'administrator',
])('somebody tries something with: %s', (word) => {
  expect(rows.filter(([, tries = '', stops = '']) => `${tries} ${stops}`.includes(word)).length).toBeGreaterThan(0);
});

test('secrets are compared in one place, in constant time', () => {
  const files = readdirSync(join(ROOT, 'lambdas'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const comparing = files.filter((name) => read(join('lambdas', name)).includes('timingSafeEqual'));
  expect(comparing).toEqual([join('core', 'constant-time-equal.ts')]);
  const byOperator = /\b\w*(?:secret|signature|token)\b\s*[!=]==\s*(?!undefined\b|''|null\b)\S+/gi;
  expect(files.flatMap((name) => read(join('lambdas', name)).match(byOperator) ?? [])).toEqual([]);
});

test('no package may run a script at installation', () => {
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean; integrity?: string; resolved?: string; link?: boolean }>;
  };
  const withScript = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript && path !== '' ? [path.split('node_modules/').at(-1) ?? ''] : [],
  );
  expect(withScript.length).toBeGreaterThan(0);
  // Each package with a script is named, and denied.
  for (const name of withScript) expect([name, allowScripts[name]]).toEqual([name, false]);
  expect(Object.values(allowScripts)).not.toContain(true);
  // Without it npm runs a script that is not named, with a mere notice.
  expect(read('.npmrc')).toMatch(/^strict-allow-scripts=true$/m);
  // A link is a folder of this repository.
  const unsigned = Object.entries(packages).filter(
    ([path, { resolved, integrity, link }]) => path !== '' && resolved && !integrity && !link,
  );
  expect(unsigned).toEqual([]);
  expect(read('.github/workflows/test.yml')).toMatch(/npm audit --omit=dev/);
});
