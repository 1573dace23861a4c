import type * as z from 'zod/mini';
import type { HttpResponse } from '../http-response.ts';
import type { ProblemBody } from './schemas.ts';

const HEADERS = { 'Cache-Control': 'private, no-store' };

export const v1Ok = (body: unknown): HttpResponse => v1Json(200, body);

/** It will be done, and is not done yet. */
export const v1Accepted = (body: unknown): HttpResponse => v1Json(202, body);

export const v1Json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { ...HEADERS, 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** A picture that is the same for everybody. A day, so that a new drawing gets around. */
export const v1Picture = (png: Buffer): HttpResponse => ({
  status: 200,
  headers: {
    ...HEADERS,
    'Cache-Control': 'public, max-age=86400',
    'Access-Control-Allow-Origin': '*',
    'Content-Type': 'image/png',
    'X-Content-Type-Options': 'nosniff',
  },
  body: png,
});

const BEARER = 'Bearer';

/** What was found and what is allowed, each by a name with its unit. */
export type Figures = Pick<z.infer<typeof ProblemBody>, 'found' | 'allowed'>;

/** Problem details (RFC 9457). `code` is ours and stable; `detail` is for people. */
export const problem = (
  status: number,
  title: string,
  code: string,
  detail?: string,
  figures: Figures = {},
  /** Of a 401: RFC 9110, section 11.6.1. */
  challenge = BEARER,
): HttpResponse => ({
  status,
  headers: {
    ...HEADERS,
    'Content-Type': 'application/problem+json',
    // RFC 9110, section 11.6.1: a 401 must name a scheme. API Gateway renames the header and CloudFront calls no function that could
    // give it its name back from 400 on, so the body says it, too.
    ...(status === 401 && { 'WWW-Authenticate': challenge }),
  },
  body: JSON.stringify({
    type: 'about:blank',
    title,
    status,
    code,
    ...(detail && { detail }),
    ...figures,
    ...(status === 401 && { authenticate: challenge }),
  } satisfies z.infer<typeof ProblemBody>),
});

export const v1Fault = (): HttpResponse => problem(500, 'Internal Server Error', 'internal-error');
