import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assemblyWith } from '../assembly-copy.ts';
import { AVATAR_SETTINGS } from '../avatar-world.ts';
import { headshotCommand } from '../headshot-command.ts';
import { propertiesOf, takeRight } from '../template-copy.ts';
import { testWorld, type World } from '../world.ts';

/** What the doctor says where avatars' function may not read pictures and the CDN passes no `d` on. That all is well says `doctor.slow.test.ts`. */
let assembly: Awaited<ReturnType<typeof assemblyWith>>;
let world: World;

beforeAll(async () => {
  assembly = await assemblyWith((template) => {
    takeRight(template, 'RoleOnAvatar', 's3:GetObject', 'Photos/*');
    const policy = JSON.stringify(propertiesOf(template, 'AvatarMinutes'));
    Object.assign(propertiesOf(template, 'AvatarMinutes'), JSON.parse(policy.replace('"d",', '')));
    // A policy that is written otherwise would make this show nothing.
    expect(JSON.stringify(propertiesOf(template, 'AvatarMinutes'))).not.toBe(policy);
  }, AVATAR_SETTINGS);
  world = await testWorld({ assemblyDir: assembly.dir });
}, 90_000);
afterAll(async () => {
  await world?.end();
  assembly?.remove();
}, 30_000);

test('what is wrong is told, and by which half', async () => {
  const { out } = await headshotCommand(['doctor', '--only', 'photos', 'changes', '--json'], {
    HEADSHOT_DATA: world.laptop.dataDir,
  });
  const { checks }: { checks: { name: string; verdict: string; detail: string }[] } = JSON.parse(out);
  const wrong = checks.filter(({ name, verdict }) => name.startsWith('doctor-avatar') || verdict !== 'ok');
  expect(Object.fromEntries(wrong.map(({ name, verdict, detail }) => [name, `${verdict}: ${detail}`]))).toEqual({
    'doctor-avatar': expect.stringMatching(/^fail: md5: 50\d .*; the hash is on record$/),
    'doctor-avatar-gone': 'fail: md5: the default, though d=404 was asked for',
  });
}, 150_000);
