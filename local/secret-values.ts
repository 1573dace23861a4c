import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { resolveValue } from './intrinsics.ts';
import { arn } from './resource-types.ts';
import type { Template } from './template.ts';

export interface SecretValue {
  arn: string;
  name: string;
  value: string;
  versionId: string;
  createdAt: string;
}

/** The secrets of the template, by name or ARN; undefined for one that it does not declare. */
export type SecretValues = (id: string) => SecretValue | undefined;

/**
 * Reads the secrets' values from `file` and makes up those that are missing there, once and for all: what was derived
 * from a secret must still verify after the next start. The file is for its owner only (0600).
 */
export function openSecrets(file: string, template: Template): SecretValues {
  const stored = readStored(file);
  const declared = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')
    .map(([logicalId, { Properties }]) => {
      const { Name, SecretString, GenerateSecretString } = secretSchema.parse(resolveValue(Properties, LITERALS_ONLY));
      const name = Name ?? logicalId;
      return { name, make: () => SecretString ?? generate(GenerateSecretString ?? {}) };
    });
  const missing = declared.filter(({ name }) => !(name in stored));
  for (const { name, make } of missing) {
    stored[name] = { value: make(), versionId: randomUUID(), createdAt: new Date().toISOString() };
  }
  if (missing.length > 0) writeStored(file, stored);

  const all = declared.flatMap(({ name }) => {
    const found = stored[name];
    return found ? [{ ...found, name, arn: arn('secretsmanager', `secret:${name}`) }] : [];
  });
  return (id) => all.find((secret) => secret.name === id || secret.arn === id);
}

/** A secret's own properties come before everything else, so they may refer to nothing. */
const LITERALS_ONLY = {
  ref: (name: string) => {
    throw new Error(`a secret's properties may not refer to ${name} in the laptop run`);
  },
  attribute: (logicalId: string) => LITERALS_ONLY.ref(logicalId),
  secret: (id: string) => LITERALS_ONLY.ref(id),
};

const generateSchema = z.object({
  /** Characters; Secrets Manager's own default is 32. */
  PasswordLength: z.coerce.number().int().default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludePunctuation: z.coerce.boolean().default(false),
  ExcludeNumbers: z.coerce.boolean().default(false),
  ExcludeUppercase: z.coerce.boolean().default(false),
  ExcludeLowercase: z.coerce.boolean().default(false),
  IncludeSpace: z.coerce.boolean().default(false),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});
const secretSchema = z.object({
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: generateSchema.partial().optional(),
});

/** A random string by the rules of `GenerateSecretString`. */
function generate(given: unknown): string {
  const rules = generateSchema.parse(given);
  const characters = [
    rules.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    rules.IncludeSpace ? ' ' : '',
  ]
    .join('')
    .split('')
    .filter((character) => !rules.ExcludeCharacters.includes(character));
  const password = Array.from({ length: rules.PasswordLength }, () => characters[randomInt(characters.length)]).join(
    '',
  );
  if (rules.SecretStringTemplate === undefined || rules.GenerateStringKey === undefined) return password;
  const document = z.record(z.string(), z.unknown()).parse(JSON.parse(rules.SecretStringTemplate));
  return JSON.stringify({ ...document, [rules.GenerateStringKey]: password });
}

const storedSchema = z.record(
  z.string(),
  z.object({ value: z.string(), versionId: z.string(), createdAt: z.string() }),
);

function readStored(file: string): z.output<typeof storedSchema> {
  try {
    return storedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** By rename: a run that dies half-way must not lose the secrets it had. */
function writeStored(file: string, stored: z.output<typeof storedSchema>): void {
  writeFileSync(`${file}.new`, JSON.stringify(stored, null, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
