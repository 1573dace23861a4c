import { type HttpResponse, headerValue, type ViewerRequest } from './viewer-request.ts';

/** Where the page asks whether it runs on a laptop. On AWS there is no such object, so S3 refuses. */
const PATH = '/laptop.json';

/** What the page needs to be signed in as the demo user. */
export interface DemoSignIn {
  token: string;
  screen_name: string;
}

/**
 * The laptop run's answer to its own page; undefined for any other request. Another site's page cannot read it (no
 * CORS), not even by a domain name of its own that points here (the host must be the loopback address). So the demo
 * user's token stays with the person at the laptop.
 */
export function demoSignInResponse(demo: DemoSignIn | undefined, request: ViewerRequest): HttpResponse | undefined {
  if (request.path !== PATH || request.method !== 'GET') return undefined;
  const host = headerValue(request.headers, 'host') ?? '';
  const site = headerValue(request.headers, 'sec-fetch-site') ?? 'same-origin';
  const isOwnPage = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && ['same-origin', 'none'].includes(site);
  if (demo === undefined || !isOwnPage) return { status: 404, headers: HEADERS, body: Buffer.from('{}') };
  return { status: 200, headers: HEADERS, body: Buffer.from(JSON.stringify(demo)) };
}

const HEADERS: HttpResponse['headers'] = [
  ['content-type', 'application/json'],
  ['cache-control', 'no-store'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['x-content-type-options', 'nosniff'],
];
