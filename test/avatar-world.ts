import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { emailHash } from '../lambdas/core/email-hash.ts';
import { synthesize } from '../local/assembly.ts';
import { testWorld, type World } from './world.ts';

/** How long the edge keeps a picture in these tests, instead of five minutes. */
export const EDGE_SECONDS = 1;

export interface AvatarWorld extends World {
  /** Where the avatar of an address is, by one of its hashes. */
  avatarUrl: (email: string, query?: string, digest?: 'md5' | 'sha256') => string;
  newPerson: (email: string) => ReturnType<World['newUser']>;
}

/** A laptop run whose avatars are on, and whose edge forgets them soon. */
export async function avatarWorld(...more: Parameters<typeof testWorld> extends [unknown?, ...infer M] ? M : never): Promise<AvatarWorld> {
  const assemblyDir = mkdtempSync(join(tmpdir(), 'headshot-avatars-'));
  await synthesize(assemblyDir, { avatars: 'true', avatarDefaultHosts: 'img.example.com' });
  const path = join(assemblyDir, 'Headshot.template.json');
  const template = readFileSync(path, 'utf8');
  const hurried = template.replace('"MaxTTL": 300', `"MaxTTL": ${EDGE_SECONDS}`).replace('"DefaultTTL": 300', `"DefaultTTL": ${EDGE_SECONDS}`);
  expect(hurried).not.toBe(template);
  writeFileSync(path, hurried);
  const world = await testWorld(assemblyDir, ...more);
  return {
    ...world,
    avatarUrl: (email, query = '', digest = 'md5') => `${world.url}/avatar/${emailHash(email, digest)}${query}`,
    newPerson: (email) => world.newUser(undefined, email),
    async end() {
      await world.end();
      rmSync(assemblyDir, { recursive: true, force: true });
    },
  };
}
