/** A caller's rate limit after this request. */
export interface RateLimitStatus {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** When the window ends, seconds since 1970. */
  resetsAtSeconds: number;
}
