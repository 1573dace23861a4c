import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';

/** A project of its own, in which changes disturb nobody, with this project's packages. */
const project = mkdtempSync(join(tmpdir(), 'headshot-kept-'));
const NOT_COPIED = new Set(['node_modules', '.git', 'dist', 'cdk.out', '.headshot', 'docs']);

beforeAll(() => {
  for (const name of readdirSync(PROJECT_DIR).filter((entry) => !NOT_COPIED.has(entry)))
    cpSync(join(PROJECT_DIR, name), join(project, name), { recursive: true });
  // A folder of its own, so that what is kept in it is this project's.
  cpSync(join(PROJECT_DIR, 'node_modules/.package-lock.json'), join(project, 'node_modules/.package-lock.json'));
  for (const name of readdirSync(join(PROJECT_DIR, 'node_modules')).filter((entry) => !entry.startsWith('.')))
    symlinkSync(join(PROJECT_DIR, 'node_modules', name), join(project, 'node_modules', name));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/**
 * Makes the assembly as a start does, in another process: `made` or `kept`, and the bytes of all functions and the
 * template.
 */
function start(): { how: string; contents: string } {
  const dir = join(project, 'data/cdk.out');
  const script = `import { projectAssembly } from './local/kept-assembly.ts'; process.stdout.write(await projectAssembly(${JSON.stringify(dir)}))`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: project,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(mjs|html|js|css|json)$/.test(name))
    .sort();
  return {
    how: stdout,
    contents: files
      .filter((name) => !name.includes('node_modules'))
      .map((name) => `${name}\n${readFileSync(join(dir, name), 'latin1')}`)
      .join('\n'),
  };
}

const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(join(project, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(join(project, file), text.replace(from, to));
};

test('what is changed is in the next assembly; what is changed back comes from what was kept; nothing changed, nothing is made', () => {
  const first = start();
  expect(first.how).toBe('made');
  expect(start()).toEqual({ how: 'kept', contents: first.contents });

  edit(
    'lambdas/on-read.ts',
    'export const handler',
    "export const anotherName = 'a new export of a function';\nexport const handler",
  );
  const withFunction = start();
  expect(withFunction.how).toBe('made');
  expect(withFunction.contents).toContain('a new export of a function');

  edit('web/index.html', '<title>Headshot</title>', '<title>Headshoot</title>');
  const withPage = start();
  expect(withPage.how).toBe('made');
  expect(withPage.contents).toContain('<title>Headshoot</title>');

  edit('web/index.html', '<title>Headshoot</title>', '<title>Headshot</title>');
  expect(start()).toEqual({ how: 'kept', contents: withFunction.contents });
  edit('lambdas/on-read.ts', "export const anotherName = 'a new export of a function';\n", '');
  expect(start()).toEqual({ how: 'kept', contents: first.contents });
}, 120_000);

test('what does not build is not kept, and says why', () => {
  appendFileSync(join(project, 'lambdas/on-read.ts'), '\nconst = ;\n');
  expect(start).toThrow(/on-read\.ts/);
  expect(start).toThrow(/on-read\.ts/);
}, 120_000);
