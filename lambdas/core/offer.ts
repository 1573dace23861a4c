import { type Door, POLICIES, type Policy } from './policy.ts';
import { ALL_PHOTO_SETS, type PhotoSet } from './stored-pictures.ts';

/** What one deployment offers: the limits of its doors, and the sets of sizes that its photos have. */
export interface Offer {
  policies: Record<Door, Policy>;
  photoSets: readonly PhotoSet[];
}

/** What is offered unless the deployment says otherwise. */
export const WHOLE_OFFER: Offer = { policies: POLICIES, photoSets: ALL_PHOTO_SETS };
