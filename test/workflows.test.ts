import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../infra/bundles.ts';

const FOLDER = join(PROJECT, '.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(PROJECT, 'package.json'), 'utf8'),
);

/** A tag can be moved to other code, a commit's hash cannot. */
const PINNED = /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

test('there is one for pushes, one for pull requests and one for tags', () => {
  const triggers = workflows.map(([, text]) => /^on:\n {2}(\w+):(?:\n {4}(\w+):)?/m.exec(text)?.slice(1).join(' '));
  expect(triggers.sort()).toEqual(['pull_request ', 'push branches', 'push tags']);
});

describe.each(workflows)('%s', (_name, text) => {
  test('pins every action by its commit', () => {
    const used = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !PINNED.test(action ?? ''))).toEqual([]);
  });

  test('may read the code and nothing else, but for the token that a deployment exchanges', () => {
    expect(/^permissions:\n {2}contents: read\n\n/m.test(text)).toBe(true);
    const granted = [...text.matchAll(/^ +([\w-]+): write$/gm)].map(([, what]) => what);
    expect(granted).toEqual(text.includes('role-to-assume') ? ['id-token'] : []);
    expect(text).not.toMatch(/secrets\.|aws-access-key-id|pull_request_target/);
  });

  test('runs only scripts that there are', () => {
    const run = [...text.matchAll(/npm (?:run )?(test\b[\w:-]*|(?<=run )[\w:-]+)/g)].map(([, script]) => script ?? '');
    expect(run.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});
