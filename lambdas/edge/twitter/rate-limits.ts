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
