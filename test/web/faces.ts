import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type AvatarWorld, setBySlack } from '../avatar-world.ts';

/** Sixty faces: of people with a photo, of people without, and of nobody, with every default. */
export const FACES = 60;
const WITH_PHOTO = 20;

/** What is shown instead of a photo. For the last one the answer is 404, and the page itself shows something. */
const DEFAULTS = ['mp', 'identicon', 'retro', 'color', 'initials', 'blank', 'monsterid', '404'];
const NAMES = ['Ada Lovelace', '諸葛 亮', 'Анна Ахматова', 'Ωμέγα', 'מרים לב', 'Ólafur Ísak', 'Zoë', 'नीला राव'];

interface Face {
  url: string;
  label: string;
  isPhoto: boolean;
}

/** Makes the people of the page, and returns the URLs of their faces. */
export async function faces(world: AvatarWorld): Promise<Face[]> {
  const found: Face[] = [];
  for (let at = 0; at < FACES; at++) {
    const email = `face-${at}@example.com`;
    const isPhoto = at % 3 === 0 && at / 3 < WITH_PHOTO;
    const fallback = DEFAULTS[(at - Math.ceil(at / 3)) % DEFAULTS.length] ?? 'mp';
    if (isPhoto) {
      const person = await world.newPerson(email);
      await setBySlack(world, person.token, await drawnFace(at));
    }
    const name = encodeURIComponent(NAMES[at % NAMES.length] ?? '');
    const url = world.avatarUrl(email, `?s=96&d=${fallback}&name=${name}`, at % 2 === 0 ? 'md5' : 'sha256');
    found.push({ url, label: isPhoto ? 'photo' : fallback, isPhoto });
  }
  return found;
}

/** A page of another site that shows them. */
export async function showFaces(page: Page, all: Face[]): Promise<void> {
  const cells = all.map(
    ({ url, label }) =>
      `<figure><img src="${url.replaceAll('&', '&amp;')}" width="72" height="72" alt="${label}"><figcaption>${label}</figcaption></figure>`,
  );
  await page.setContent(
    `<!doctype html><meta charset="utf-8"><title>Sixty faces</title><style>
      body { margin: 16px; font: 12px/1.4 sans-serif; display: grid; grid-template-columns: repeat(10, 84px); gap: 10px; background: #fff; color: #333 }
      figure { margin: 0; text-align: center } img { border-radius: 12px; background: #eef0f2; display: block; margin: 0 auto 2px }
    </style>${cells.join('')}`,
    { waitUntil: 'load' },
  );
}

/** A face of a colour of its own, drawn here, so that no real one is needed. */
async function drawnFace(seed: number): Promise<Buffer> {
  const hue = (seed * 47) % 360;
  const skin = ['#f2c9a5', '#cf8a62', '#8d5a3b', '#e3a983'][seed % 4];
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="600" height="600">
    <rect width="100" height="100" fill="hsl(${hue} 55% 78%)"/>
    <path d="M14 100 Q16 70 40 68 h20 Q84 70 86 100z" fill="hsl(${(hue + 180) % 360} 40% 38%)"/>
    <ellipse cx="50" cy="45" rx="19" ry="23" fill="${skin}"/>
    <path d="M30 44 Q26 18 50 18 Q74 18 70 44 Q66 30 50 30 Q36 30 30 44z" fill="hsl(${(seed * 83) % 60} 40% ${15 + (seed % 5) * 8}%)"/>
    <circle cx="43" cy="45" r="2" fill="#222"/><circle cx="57" cy="45" r="2" fill="#222"/>
    <path d="M43 56 q7 ${4 + (seed % 4)} 14 0" stroke="#722" stroke-width="1.6" fill="none" stroke-linecap="round"/>
  </svg>`;
  return sharp(Buffer.from(drawing)).jpeg({ quality: 88 }).toBuffer();
}
