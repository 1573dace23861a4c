import { ALL_SIZE_SETS, type SizeSet } from './stored-sizes.ts';
import { type Source, UPLOAD_POLICIES, type UploadPolicy } from './upload-policy.ts';

/** The limits of one deployment: the limits of its sources, and the sets of sizes that its photos have. */
export interface ServiceLimits {
  policies: Record<Source, UploadPolicy>;
  sizeSets: readonly SizeSet[];
}

/** What holds unless the deployment says otherwise. */
export const DEFAULT_SERVICE_LIMITS: ServiceLimits = { policies: UPLOAD_POLICIES, sizeSets: ALL_SIZE_SETS };
