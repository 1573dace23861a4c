import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { doesWork, headshot, nameOf } from '../../cli/program.ts';
import { pageAnew, pageNow } from './transcripts.ts';

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

test('docs/cli.md has every command', () => {
  const names = everyCommand(headshot()).filter(doesWork).map(nameOf);
  expect(names.length).toBeGreaterThan(40);
  const called = pageNow()
    .split('\n')
    .filter((line) => line.startsWith('$ '));
  expect(names.filter((name) => !called.some((line) => line.startsWith(`$ ${name}`)))).toEqual([]);
});

test('docs/cli.md says what the commands print; otherwise: npm run cli-docs', async () => {
  expect(await pageAnew()).toBe(pageNow());
}, 180_000);
