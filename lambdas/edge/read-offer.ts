import * as z from 'zod';
import { type Offer, WHOLE_OFFER } from '../core/offer.ts';

const side = z.int().positive();
const OfferMessage = z.object({
  limits: z.object({
    slack: z.object({ maxBytes: z.int().positive(), minSidePx: side, maxSidePx: side }),
    twitter: z.object({ maxBytes: z.int().positive() }),
    import: z.object({ maxBytes: z.int().positive() }),
  }),
  photo_sets: z.array(z.enum(['slack', 'twitter'])).nonempty(),
});

/** How a deployment tells its functions what it offers: the limits that can be chosen, and the sets of sizes. */
export type OfferMessage = z.input<typeof OfferMessage>;

/** Reads it; what cannot be chosen is as always. @throws when it is not what `OfferMessage` says. */
export function readOffer(json: string): Offer {
  const { limits, photo_sets } = OfferMessage.parse(JSON.parse(json));
  const { slack, twitter, import: imported } = WHOLE_OFFER.policies;
  return {
    policies: {
      slack: { ...slack, ...limits.slack },
      twitter: { ...twitter, ...limits.twitter },
      import: { ...imported, ...limits.import },
    },
    photoSets: photo_sets,
  };
}
