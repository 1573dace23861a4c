import type { SourceLimits } from './api-responses.ts';
import type { Size } from './crop-plan.ts';

/** Why the service would not accept a photo, however it is framed; undefined if it would. */
export function whyNotTaken({ widthPx, heightPx }: Size, limits: SourceLimits | undefined): string | undefined {
  const least = limits?.min_side_px ?? 1;
  if (Math.min(widthPx, heightPx) >= least) return undefined;
  return `This photo has ${widthPx} × ${heightPx} pixels; at least ${least} × ${least} are needed.`;
}
