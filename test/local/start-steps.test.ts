import { expect, test } from '@jest/globals';
import { stepsOn } from '../../local/start-steps.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  /** Written with `|` for what makes a terminal write a line anew. */
  const shown = () => written.join('').replaceAll('\r\x1b[K', '|');
  return { isTTY, written, shown, write: (text: string) => written.push(text) > 0 };
};

test('a line for each step that has ended, with its time; nothing in place where there is no terminal', async () => {
  const out = stream(false);
  const step = stepsOn(out);
  expect(
    await step(
      'the dishes',
      async () => 12,
      (plates) => `${plates} plates`,
    ),
  ).toBe(12);
  await step('the floor', async () => undefined);
  expect(out.written).toEqual([
    expect.stringMatching(/^ {2}12 plates +0\.0 s\n$/),
    expect.stringMatching(/^ {2}the floor +0\.0 s\n$/),
  ]);
});

test('on a terminal, what is under way stands in the last line, and gives way', async () => {
  const out = stream(true);
  const step = stepsOn(out);
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const both = [step('one', () => first.promise), step('two', () => second.promise)];
  expect(out.shown()).toBe('|  one …|  one, two …');
  out.written.length = 0;
  first.resolve();
  await both[0];
  expect(out.shown()).toMatch(/^\| {2}one +0\.0 s\n\| {2}two …$/);
  out.written.length = 0;
  second.resolve();
  await both[1];
  expect(out.shown()).toMatch(/^\| {2}two +0\.0 s\n\|$/);
});

test('a step that fails has no line, and its error is the caller’s', async () => {
  const out = stream(false);
  await expect(
    stepsOn(out)('one', async () => {
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  expect(out.written).toEqual([]);
});
