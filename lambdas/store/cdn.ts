import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  TooManyInvalidationsInProgress,
} from '@aws-sdk/client-cloudfront';
import { userPrefix } from '../core/object-keys.ts';

/** Photos in CloudFront's cache. */
export function photoCdn(cloudFront: CloudFrontClient, distributionId: string) {
  return {
    /**
     * Removes every picture of a user from CloudFront, which takes about a minute. The same reference means the same
     * invalidation. False if too many are under way (15 with a wildcard, for the whole account).
     *
     * One path is enough, and paths cost money: pictures are cached by the path that the viewer request function made
     * of the requested one (`core/object-keys.ts`), and a user's paths all begin alike. Source: CloudFront's guide,
     * "What you need to know when invalidating paths"; its API, CreateInvalidation.
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
