import { ACCOUNT } from './account-checks.ts';
import { AVATARS } from './avatars.ts';
import { CAPACITY } from './capacity-checks.ts';
import { CDN } from './cdn.ts';
import { CHANGES } from './changes.ts';
import type { Check } from './check.ts';
import { IMPORTS } from './imports.ts';
import { PHOTOS, SETS } from './photos.ts';
import { PRIVACY } from './privacy.ts';
import { QUEUES } from './queues.ts';
import { REFUSALS } from './refusals.ts';
import { COLD, TIMES } from './times.ts';

/** Every check, in the order in which they run: what is cold is timed first, and the erasure of the user that the others need comes last of the work. */
export const CHECKS: readonly Check[] = [
  ...PHOTOS,
  COLD,
  ...SETS,
  ...AVATARS,
  ...REFUSALS,
  ...CDN,
  ...QUEUES,
  ...PRIVACY,
  ...TIMES,
  ...IMPORTS,
  ...CHANGES,
  ...CAPACITY,
  ...ACCOUNT,
];
