import { type HttpResponse, headerValue, type ViewerRequest } from './viewer-request.ts';

/** Where the page asks whether it runs on a laptop. On AWS nothing answers there but S3's refusal. */
const PATH = '/laptop.json';

/** What the page needs to be signed in as the demo user. */
export interface DemoSignIn {
  token: string;
  screen_name: string;
}

/**
 * The laptop run's answer to its own page; undefined when the request is for the service.
 * A page of another site cannot read it (no CORS), and not by a name of its own that points here either (the host must be
 * the loopback address), so the demo user's token stays with whoever sits at the laptop.
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
