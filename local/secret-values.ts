import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { resolveValue } from './intrinsics.ts';
import { arn } from './resource-types.ts';
import type { Template } from './template.ts';

export interface SecretVersion {
  id: string;
  value: string;
  /** Its staging labels, such as `AWSCURRENT` and `AWSPREVIOUS`. A version without one is forgotten. */
  stages: string[];
  /** ISO 8601. */
  createdAt: string;
}

export interface Secret {
  arn: string;
  name: string;
  versions: SecretVersion[];
}

/** The secrets of the template. */
export interface Secrets {
  /** By name or ARN; undefined for one that the template does not declare. */
  find: (id: string) => Secret | undefined;
  /** Replaces the versions of a secret; they are on disk when this returns. */
  setVersions: (name: string, versions: SecretVersion[]) => void;
}

/** A secret's current value; undefined when there is no such secret. */
export const currentValue = ({ find }: Secrets, id: string): string | undefined =>
  find(id)?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.value;

/**
 * Reads the secrets' values from `file`, and makes those that are missing there, once: what was derived from a secret
 * must still be valid after the next start. The file is for its owner only (0600).
 */
export function openSecrets(file: string, template: Template): Secrets {
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
    const first = { id: randomUUID(), value: make(), stages: ['AWSCURRENT'], createdAt: new Date().toISOString() };
    stored[name] = { versions: [first] };
  }
  if (missing.length > 0) writeStored(file, stored);

  const arnOf = (name: string) => arn('secretsmanager', `secret:${name}`);
  return {
    find(id) {
      const name = declared.find(({ name }) => name === id || arnOf(name) === id)?.name;
      const found = name === undefined ? undefined : stored[name];
      return name !== undefined && found ? { arn: arnOf(name), name, versions: found.versions } : undefined;
    },
    setVersions(name, versions) {
      writeStored(file, { ...stored, [name]: { versions } });
      stored[name] = { versions };
    },
  };
}

/** Secrets are read before everything else, so they may not refer to anything. */
const LITERALS_ONLY = {
  ref: (name: string) => {
    throw new Error(`a secret's properties may not refer to ${name} in the laptop run`);
  },
  attribute: (logicalId: string) => LITERALS_ONLY.ref(logicalId),
  secret: (id: string) => LITERALS_ONLY.ref(id),
};

const generateSchema = z.object({
  /** In characters; Secrets Manager's default is 32. */
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
  z.union([
    z.object({
      versions: z.array(
        z.object({ id: z.string(), value: z.string(), stages: z.array(z.string()), createdAt: z.string() }),
      ),
    }),
    // Files from before there were rotations.
    z
      .object({ value: z.string(), versionId: z.string(), createdAt: z.string() })
      .transform(({ value, versionId, createdAt }) => ({
        versions: [{ id: versionId, value, stages: ['AWSCURRENT'], createdAt }],
      })),
  ]),
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
  // Such a run may have left a file that others can read, and `mode` only counts for a new file.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, JSON.stringify(stored, null, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
