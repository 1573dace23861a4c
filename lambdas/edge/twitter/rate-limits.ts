import * as z from 'zod/mini';

/**
 * A user's requests in 15 minutes, by endpoint. Twitter's page gives 900 for users/show and 75 for verify_credentials.
 * For the image it mentions a limit without a number; 60 is ours.
 */
export const TWITTER_RATE_LIMITS = {
  'account/update_profile_image': 60,
  'users/show': 900,
  'account/verify_credentials': 75,
} as const;

export type TwitterEndpoint = keyof typeof TWITTER_RATE_LIMITS;

export const WINDOW_SECONDS = 15 * 60;

const Limits = z.record(z.enum(Object.keys(TWITTER_RATE_LIMITS) as TwitterEndpoint[]), z.int().check(z.positive()));

/** Reads a stack's limits: JSON of endpoint to number. @throws if one is missing or not a positive integer */
export const readTwitterRateLimits = (json: string): Record<TwitterEndpoint, number> => Limits.parse(JSON.parse(json));
