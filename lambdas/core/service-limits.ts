import { ALL_SIZE_SETS, type SizeSet } from './stored-sizes.ts';
import { type Source, UPLOAD_POLICIES, type UploadPolicy } from './upload-policy.ts';

/** The limits of a deployment: its upload policies, and the sizes that photos have. */
export interface ServiceLimits {
  policies: Record<Source, UploadPolicy>;
  sizeSets: readonly SizeSet[];
}

/** What applies if the deployment does not say otherwise. */
export const DEFAULT_SERVICE_LIMITS: ServiceLimits = { policies: UPLOAD_POLICIES, sizeSets: ALL_SIZE_SETS };
