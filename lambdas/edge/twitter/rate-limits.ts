import * as z from 'zod';

/**
 * Requests a user may make in 15 minutes, by endpoint. Twitter's page gives 900 for users/show and 75 for
 * verify_credentials; for the image it says that there is a limit and no number, so 60 is ours.
 */
export const TWITTER_RATE_LIMITS = {
  'account/update_profile_image': 60,
  'users/show': 900,
  'account/verify_credentials': 75,
} as const;

export type TwitterEndpoint = keyof typeof TWITTER_RATE_LIMITS;

export const WINDOW_SECONDS = 15 * 60;

const Limits = z.record(z.enum(Object.keys(TWITTER_RATE_LIMITS) as TwitterEndpoint[]), z.int().positive());

/** Reads a stack's limits, JSON of endpoint to number. @throws when one is missing or not a positive integer. */
export const readTwitterRateLimits = (json: string): Record<TwitterEndpoint, number> => Limits.parse(JSON.parse(json));
