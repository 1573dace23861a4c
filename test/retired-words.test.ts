import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parse } from '@babel/parser';
import { describe, expect, test } from '@jest/globals';

/**
 * One word for each thing: the one that the field knows. Retired words stay out; beside each is what to say instead.
 * Words of the first list stand nowhere: not in source, comments, help texts or documents.
 */
const NOWHERE: Record<string, string> = {
  door: 'an API, where it is an interface (Slack’s, Twitter’s, our own); a `source`, where it says how an upload came in',
  doors: 'APIs, or sources: see `door`',
  wish: 'a request, an upload, options: what it is',
  wishes: 'requests, uploads, options: what they are',
  parcel: 'an upload',
  outbox: 'the crop plan',
};

/**
 * Words of the second list are plain English in a sentence, but say nothing as the name of a file, a function or a
 * field.
 */
const NOT_AS_NAMES: Record<string, string> = {
  look: 'a placeholder (thumbhash and colour); a check, a status, a poll: what is looked at and why',
  looks: 'previews, placeholders, polls',
  offer: 'service limits',
  offered: 'see `offer`',
  words: 'messages, where an API’s are meant; else arguments, output, text: what they are',
  standing: 'status',
  told: 'notified, an event, what it is',
  asked: 'a request, a call’s context, what it is',
  held: '`conditionMet`, of a conditional write; else what is kept and why',
  desk: 'the editor of the page',
  forget: 'invalidate, of a CDN; remove, clear, release: what happens',
  forgotten: 'see `forget`',
  purge: '`deleteEvicted`: a CDN’s purge is something else',
  admit: 'authenticate',
  allowance: 'a rate limit',
  spend: 'consume, of a rate limit',
  spent: 'see `spend`',
  glance: 'an eventually consistent read',
  bury: 'put a tombstone',
  'at-once': 'concurrently, concurrency',
  'dead-work': 'the work of a dead letter',
  'partly-done': '`FaultAfterWrite`',
  'same-secret': '`constantTimeEqual`',
  'sweep-place': 'the sweep’s cursor',
  'by-own': '`/v1` is `v1`',
};

/** What may stand all the same: part of a line, or a whole name. */
const EXCEPTIONS: { text: RegExp; reason: string }[] = [
  { text: /Do you wish to deploy these changes/g, reason: 'the CDK asks so' },
];
const NAME_EXCEPTIONS: Record<string, string> = {
  LookUpRefusal: 'a look-up is the field’s',
  looksLike: 'what a file looks like by its first bytes, which is a guess and no format',
  looksLikeText: 'see `looksLike`',
};

const ROOT = resolve(import.meta.dirname, '..');
const CODE = ['lambdas', 'infra', 'local', 'cli', 'web'];
const MORE = ['bench', 'fuzz', 'test', 'docs', 'events', '.github'];
/** The changelog tells what things were called before. */
const CHANGES = 'CHANGELOG.md';
const THIS = relative(ROOT, import.meta.filename);

const filesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|js|md|json|html|css|ya?ml|txt)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/node_modules|package-lock/.test(file) && file !== THIS);

const code = CODE.flatMap(filesOf);
const files = [
  ...code,
  ...MORE.flatMap(filesOf),
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md') && name !== CHANGES),
];

/** `photoLooks`, `HEADSHOT_OFFER`, `own-words.ts` → the words in them. */
const wordsIn = (name: string): string[] =>
  name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((word) => word.toLowerCase());

/** Every name that a module defines or uses: of variables, types, properties. */
function namesIn(source: string): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && node.type === 'Identifier' && 'name' in node) names.add(String(node.name));
    for (const part of Object.values(node)) visit(part);
  };
  visit(parse(source, { sourceType: 'module', plugins: ['typescript'] }).program);
  return names;
}

/** The words that a list retires, with what to say instead. */
function retired(words: string[], list: Record<string, string>): string[] {
  const joined = `-${words.join('-')}-`;
  return Object.entries(list)
    .filter(([word]) => joined.includes(`-${word}-`))
    .map(([word, instead]) => `${word}: say ${instead}`);
}

describe('words that were retired', () => {
  test('stand nowhere', () => {
    const found = files.flatMap((file) => {
      const text = EXCEPTIONS.reduce((now, { text }) => now.replace(text, ''), readFileSync(join(ROOT, file), 'utf8'));
      return text
        .split('\n')
        .flatMap((line, index) => retired(wordsIn(line), NOWHERE).map((why) => `${file}:${index + 1}: ${why}`));
    });
    expect(found).toEqual([]);
  });

  test('name no file', () => {
    const found = files.flatMap((file) =>
      retired(wordsIn(basename(file)), { ...NOWHERE, ...NOT_AS_NAMES }).map((why) => `${file}: ${why}`),
    );
    expect(found).toEqual([]);
  });

  test('are no name in the code', () => {
    const found = code
      .filter((file) => /\.(ts|mjs)$/.test(file))
      .flatMap((file) =>
        [...namesIn(readFileSync(join(ROOT, file), 'utf8'))]
          .filter((name) => !Object.hasOwn(NAME_EXCEPTIONS, name))
          .flatMap((name) => retired(wordsIn(name), NOT_AS_NAMES).map((why) => `${file}: ${name}: ${why}`)),
      );
    expect(found).toEqual([]);
  });

  test('are found where they stand', () => {
    const made = 'const frontDoor = { look: 1 }; type SpentCall = {}; // at Slack’s door';
    expect(retired(wordsIn(made), NOWHERE)).toEqual([`door: say ${NOWHERE.door}`]);
    expect([...namesIn(made)].flatMap((name) => retired(wordsIn(name), NOT_AS_NAMES))).toHaveLength(2);
    expect(wordsIn('HEADSHOT_OFFER own-words.ts photoLooks')).toEqual([
      ...['headshot', 'offer', 'own', 'words', 'ts', 'photo', 'looks'],
    ]);
  });
});
