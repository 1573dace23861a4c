import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  TooManyInvalidationsInProgress,
} from '@aws-sdk/client-cloudfront';
import { userPrefix } from '../core/object-keys.ts';

/** What CloudFront keeps of the photos. */
export function photoCdn(cloudFront: CloudFrontClient, distributionId: string) {
  return {
    /**
     * Has CloudFront drop every picture of a user; it takes it up at once and is done in a minute or so. The same reference
     * again is the same invalidation again. False when too many are under way (15 with a wildcard, for the whole account).
     *
     * One path, and so one to be paid for: pictures are kept by the path that the viewer request function made of the one
     * asked for (`core/object-keys.ts`), and there a user's all begin alike.
     * Source: CloudFront's guide, "What you need to know when invalidating paths"; its API, CreateInvalidation.
     */
    async invalidate(userId: string, reference: string): Promise<boolean> {
      const Paths = { Quantity: 1, Items: [`/${userPrefix(userId)}*`] };
      try {
        await cloudFront.send(
          new CreateInvalidationCommand({
            DistributionId: distributionId,
            InvalidationBatch: { CallerReference: reference, Paths },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof TooManyInvalidationsInProgress) return false;
        throw error;
      }
    },
  };
}

export type PhotoCdn = ReturnType<typeof photoCdn>;
