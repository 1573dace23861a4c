import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { emailHash } from '../lambdas/core/avatar.ts';
import { projectAssembly } from '../local/kept-assembly.ts';
import { GREEN, RED } from './pictures.ts';
import { setPhoto } from './requests.ts';
import { testWorld, type World } from './world.ts';

/** How long the edge keeps a picture in these tests; five minutes otherwise. */
const EDGE_SECONDS = 1;

/** The same wherever avatars are on, so that one assembly serves every test of them. */
export const AVATAR_SETTINGS = { avatars: 'true', avatarDefaultHosts: 'img.example.com' };

export interface AvatarWorld extends World {
  /** The avatar's URL of an address, by one of its hashes. */
  avatarUrl: (email: string, query?: string, digest?: 'md5' | 'sha256') => string;
  newPerson: (email: string) => ReturnType<World['newUser']>;
}

/** A laptop run with avatars on, and an edge that forgets them soon. */
export async function avatarWorld(): Promise<AvatarWorld> {
  const assemblyDir = mkdtempSync(join(tmpdir(), 'headshot-avatars-'));
  await projectAssembly(assemblyDir, AVATAR_SETTINGS);
  const path = join(assemblyDir, 'Headshot.template.json');
  const template = readFileSync(path, 'utf8');
  const hurried = template
    .replace('"MaxTTL": 300', `"MaxTTL": ${EDGE_SECONDS}`)
    .replace('"DefaultTTL": 300', `"DefaultTTL": ${EDGE_SECONDS}`);
  // Without this check a template that spells it otherwise would make the tests slow, not fail.
  if (hurried === template) throw new Error('the template keeps avatars for another time');
  writeFileSync(path, hurried);
  const world = await testWorld({ assemblyDir });
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

/** Sets a photo by Slack's API, and waits until it is shown. */
export async function setBySlack(world: AvatarWorld, token: string, picture: Buffer): Promise<void> {
  const { body } = await setPhoto(world.url, token, picture);
  if (body.ok !== true) throw new Error(JSON.stringify(body));
}

export async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answered = await fetch(url, { method, headers, redirect: 'manual' });
  const body = Buffer.from(await answered.arrayBuffer());
  return { status: answered.status, headers: answered.headers, body };
}

/** What a picture is: format, side, and the colour of its middle where that is one of ours. */
export async function seen(url: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, headers: answered, body } = await get(url, headers);
  if (status !== 200) return `${status} ${answered.get('location') ?? ''}`.trim();
  const { format, width, height } = await sharp(body).metadata();
  if (width !== height) throw new Error(`${width} × ${height} is no square`);
  const { data } = await sharp(body).flatten().raw().toBuffer({ resolveWithObject: true });
  const middle = data.subarray(3 * Math.floor(data.length / 6), 3 * Math.floor(data.length / 6) + 3);
  const colours: [string, typeof RED][] = [
    ['red', RED],
    ['green', GREEN],
  ];
  const named = colours.find(([, colour]) =>
    colour.every((channel, at) => Math.abs((channel ?? 0) - (middle[at] ?? 0)) < 3),
  );
  return `${format} ${width}${named ? ` ${named[0]}` : ''}`;
}

/** The `Accept` header of browsers for pictures. */
export const SVG = { accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8' };
