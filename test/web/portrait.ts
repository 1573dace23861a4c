import sharp from 'sharp';

/** A drawn person, so that no real one is needed: head and shoulders off the middle, with room around. */
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1500 1000" width="1500" height="1000">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f3c9a5"/><stop offset="1" stop-color="#e58f7b"/></linearGradient>
    <linearGradient id="coat" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#2f5d62"/><stop offset="1" stop-color="#1d3d44"/></linearGradient>
    <radialGradient id="sun"><stop offset="0" stop-color="#fff3d6"/><stop offset="1" stop-color="#f7d9a8"/></radialGradient>
  </defs>
  <rect width="1500" height="1000" fill="url(#sky)"/>
  <circle cx="1180" cy="260" r="130" fill="url(#sun)"/>
  <path d="M0 720 Q260 560 520 690 T1040 660 T1500 600 V1000 H0z" fill="#8a5a6b"/>
  <path d="M0 830 Q380 690 800 800 T1500 740 V1000 H0z" fill="#5c4260"/>
  <path d="M300 1000 Q310 770 520 720 L640 720 Q850 770 860 1000z" fill="url(#coat)"/>
  <path d="M515 560 h130 v170 q-65 70 -130 0z" fill="#b9744f"/>
  <ellipse cx="580" cy="470" rx="128" ry="158" fill="#cf8a62"/>
  <path d="M440 470 Q420 270 590 280 Q750 290 722 490 Q720 400 650 372 Q520 400 470 380 Q452 420 440 470z" fill="#2a1c1f"/>
  <path d="M452 420 Q430 560 470 640 Q400 600 420 440z M708 420 Q730 560 690 640 Q760 600 740 440z" fill="#2a1c1f"/>
  <circle cx="530" cy="480" r="11" fill="#2a1c1f"/><circle cx="630" cy="480" r="11" fill="#2a1c1f"/>
  <path d="M505 450 q25 -16 50 0 M605 450 q25 -16 50 0" stroke="#2a1c1f" stroke-width="9" fill="none" stroke-linecap="round"/>
  <path d="M580 490 q-14 42 4 48" stroke="#a9643f" stroke-width="7" fill="none" stroke-linecap="round"/>
  <path d="M535 572 q45 34 90 0" stroke="#7c2f35" stroke-width="9" fill="none" stroke-linecap="round"/>
</svg>`;

/** Its size before it is enlarged. */
const PORTRAIT = { width: 1500, height: 1000 };

/** As a JPEG, upright, `times` as large as `PORTRAIT`. */
export const portrait = (times = 1): Promise<Buffer> => enlarged(times).jpeg({ quality: 90 }).toBuffer();

/**
 * As a phone that was held upright writes it: stored lying on its side, upright only by EXIF (orientation 6). It has a
 * sensor's grain, which makes such files large: 24 megapixels are more than 9 megabytes.
 */
export function lyingPortrait(times: number): Promise<Buffer> {
  const lying = { width: PORTRAIT.height * times, height: PORTRAIT.width * times };
  const noise = { type: 'gaussian', mean: 128, sigma: 16 } as const;
  const grain = { create: { ...lying, channels: 3, background: '#808080', noise } } as const;
  return sharp(Buffer.from(DRAWING))
    .rotate(-90)
    .resize(lying.width, lying.height)
    .composite([{ input: grain, blend: 'soft-light' }])
    .flatten()
    .jpeg({ quality: 96 })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}

const enlarged = (times: number) => sharp(Buffer.from(DRAWING)).resize(PORTRAIT.width * times, PORTRAIT.height * times);
