import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docsOf } from '../../cli/doctor/check.ts';
import { CHECKS } from '../../cli/doctor/checks.ts';
import { PROMISED } from '../../cli/doctor/times.ts';
import { PROJECT } from '../../infra/bundles.ts';

const page = (name: string) => readFileSync(join(PROJECT, 'docs', name), 'utf8');
const operations = page('operations.md');

test('every check has a section of its name in docs/operations.md that says what it means and what to do, and there is no other', () => {
  const from = operations.slice(operations.indexOf('## What the doctor says'));
  const part = from.slice(0, from.indexOf('\n## ', 1));
  const sections = part.split(/^### /m).slice(1);
  expect(sections.map((section) => section.split('\n')[0])).toEqual(CHECKS.map(({ name }) => name));
  for (const [index, { meaning, next }] of CHECKS.entries()) {
    // The page's lines are wrapped.
    const section = sections[index]?.replaceAll('\n', ' ');
    expect(section).toContain(meaning);
    // What to do may stand in the section of the first check that says the same.
    const first = CHECKS.find((check) => check.next === next)?.name;
    expect([next, `As [${first}](#${first}).`].filter((text) => section?.includes(text))).toHaveLength(1);
  }
});

test('the link of each check leads to its section: GitHub makes an anchor of a heading by small letters', () => {
  const anchors = [...operations.matchAll(/^#+ (\S+)$/gm)].map(([, heading]) => heading?.toLowerCase());
  for (const { name } of CHECKS) expect(anchors).toContain(docsOf(name).split('#')[1]);
});

test('names are unique', () => {
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

test('what is promised is what docs/performance.md promises', () => {
  const text = page('performance.md').slice(page('performance.md').indexOf('## What a deployment is held to'));
  const ms = [...text.matchAll(/^\| [^|]+ \| ([\d,]+) ms \|/gm)].map(([, number]) => Number(number?.replace(',', '')));
  expect(ms).toEqual([PROMISED.answerP95Ms, PROMISED.shownP95Ms, PROMISED.coldShownMs]);
});

test('deploying ends with it, by hand and from GitHub', () => {
  expect(page('deploy.md')).toContain('npm run -s headshot -- doctor --stack Headshot');
  const workflow = readFileSync(join(PROJECT, '.github/workflows/deploy.yml'), 'utf8');
  const steps = [...workflow.matchAll(/- run: (.*)/g)].map(([, run]) => run);
  expect(steps.at(-1)).toBe('npm run headshot -- doctor --stack "$STACK"');
  expect(workflow).not.toContain('continue-on-error');
});
