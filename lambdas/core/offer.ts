import { SQUARE_SIDES_PX } from './names.ts';
import { type Door, POLICIES, type Policy } from './policy.ts';

/** The sets of sizes that a photo can have: a dialect's own, each. */
export type PhotoSet = keyof typeof SQUARE_SIDES_PX;

/** What one deployment offers: the limits of its doors, and the sets of sizes that its photos have. */
export interface Offer {
  policies: Record<Door, Policy>;
  photoSets: readonly PhotoSet[];
}

/** What is offered unless the deployment says otherwise. */
export const WHOLE_OFFER: Offer = { policies: POLICIES, photoSets: ['slack', 'twitter'] };

/** Sides of the squares of these sets, small to large. */
export const squareSidesOf = (sets: readonly PhotoSet[]): number[] =>
  [...new Set(sets.flatMap((set): readonly number[] => SQUARE_SIDES_PX[set]))].sort((a, b) => a - b);
