import * as z from 'zod/mini';
import { TWITTER_RATE_LIMITS, type TwitterEndpoint } from './twitter/rate-limits.ts';

const Limits = z.record(z.enum(Object.keys(TWITTER_RATE_LIMITS) as TwitterEndpoint[]), z.int().check(z.positive()));

/** Reads a stack's limits: JSON of endpoint to number. @throws if one is missing or not a positive integer */
export const readTwitterRateLimits = (json: string): Record<TwitterEndpoint, number> => Limits.parse(JSON.parse(json));
