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

/**
 * Every check, in the order of the run. Cold times are measured first; the erasure of the user whom the others need
 * comes last.
 */
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
