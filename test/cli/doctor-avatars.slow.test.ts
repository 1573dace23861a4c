import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectAssembly } from '../../local/kept-assembly.ts';
import type { Template } from '../../local/template.ts';
import { AVATAR_SETTINGS } from '../avatar-world.ts';
import { headshotCommand } from '../headshot-command.ts';
import { propertiesOf, takeRight } from '../template-copy.ts';
import { testWorld, type World } from '../world.ts';

/** What the doctor says of avatars: where they work, and where their function may not read pictures and the CDN passes no `d` on. */
const dir = mkdtempSync(join(tmpdir(), 'headshot-doctor-avatars-'));
const worlds: World[] = [];

beforeAll(async () => {
  for (const name of ['healthy', 'broken']) {
    const assembly = join(dir, name);
    await projectAssembly(assembly, AVATAR_SETTINGS);
    if (name === 'broken') breakAvatars(join(assembly, 'Headshot.template.json'));
    worlds.push(await testWorld({ assemblyDir: assembly }));
  }
}, 90_000);
afterAll(async () => {
  for (const world of worlds) await world.end();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

function breakAvatars(path: string): void {
  const template: Template = JSON.parse(readFileSync(path, 'utf8'));
  takeRight(template, 'RoleOnAvatar', 's3:GetObject', 'Photos/*');
  const policy = JSON.stringify(propertiesOf(template, 'AvatarMinutes'));
  Object.assign(propertiesOf(template, 'AvatarMinutes'), JSON.parse(policy.replace('"d",', '')));
  // A policy that is written otherwise would make this show nothing.
  expect(JSON.stringify(propertiesOf(template, 'AvatarMinutes'))).not.toBe(policy);
  writeFileSync(path, JSON.stringify(template));
}

test('a photo and its deletion are looked at by both hashes; what is wrong is told, and by which half', async () => {
  const said = await Promise.all(
    worlds.map(async ({ laptop }) => {
      const { out } = await headshotCommand(['doctor', '--only', 'photos', 'changes', '--json'], {
        HEADSHOT_DATA: laptop.dataDir,
      });
      const { checks }: { checks: { name: string; verdict: string; detail: string }[] } = JSON.parse(out);
      return Object.fromEntries(
        checks
          .filter(({ name, verdict }) => name.startsWith('doctor-avatar') || verdict !== 'ok')
          .map(({ name, verdict, detail }) => [name, `${verdict}: ${detail}`]),
      );
    }),
  );
  expect(said).toEqual([
    {
      'doctor-avatar': 'ok: the photo, by md5 and sha256',
      'doctor-avatar-gone': 'ok: 404 where it is asked for, else the default',
    },
    {
      'doctor-avatar': expect.stringMatching(/^fail: md5: 50\d .*; the hash is on record$/),
      'doctor-avatar-gone': 'fail: md5: the default, though d=404 was asked for',
    },
  ]);
}, 150_000);
