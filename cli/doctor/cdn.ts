import { type Answer, ask, poll } from './call-api.ts';
import { type Check, fail, ok } from './check.ts';
import { shownOf } from './context.ts';

type Wanted = Record<string, RegExp>;

const PHOTO_HEADERS: Wanted = {
  'content-type': /^image\/(jpeg|png|gif)$/,
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /default-src 'none'/,
  'cross-origin-resource-policy': /^cross-origin$/,
  'cache-control': /max-age=31536000/,
};

const PAGE_HEADERS: Wanted = {
  'content-type': /^text\/html/,
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'x-frame-options': /^DENY$/i,
};

/** RFC 6797, section 8.1: it has no meaning over HTTP, which a laptop speaks. */
const HTTPS_HEADERS: Wanted = { 'strict-transport-security': /max-age=\d{7,}/ };

/** A name that nobody can have (RFC 6761, section 6.4). */
const STRANGE_ORIGIN = 'https://doctor.invalid';

function lacking({ headers }: Answer, wanted: Wanted): string | undefined {
  const missing = Object.entries(wanted).find(([name, value]) => !value.test(headers.get(name) ?? ''));
  return missing && `${missing[0]}: ${headers.get(missing[0]) ?? 'is not there'}`;
}

/** What the distribution adds to the photos and the page, and what it keeps. */
export const CDN: Check[] = [
  {
    name: 'doctor-photo-headers',
    group: 'cdn',
    meaning: 'Photos lack a header: browsers may run them, or not show them elsewhere.',
    next: 'The behaviour `/p/*` is not as in the template: `npx cdk diff`, then deploy again.',
    async run(context) {
      const url = shownOf(context).url.replace('*', '48');
      const answer = await ask(url);
      const wrong = answer.status === 200 ? lacking(answer, PHOTO_HEADERS) : String(answer.status);
      return wrong === undefined ? ok('type, nosniff, CSP, CORP, a year') : fail(wrong);
    },
  },
  {
    name: 'doctor-photo-cors',
    group: 'cdn',
    meaning: "Other pages cannot read a photo's pixels (canvas, fetch).",
    next: 'The behaviour `/p/*` is not as in the template: `npx cdk diff`, then deploy again.',
    async run(context) {
      const answer = await ask(shownOf(context).url.replace('*', '48'), { headers: { origin: 'https://example.org' } });
      const allowed = answer.headers.get('access-control-allow-origin');
      return allowed === '*' ? ok('*') : fail(`Access-Control-Allow-Origin: ${allowed ?? 'is not there'}`);
    },
  },
  {
    name: 'doctor-v1-cors',
    group: 'cdn',
    meaning: 'Pages of `allowedOrigins` cannot call `/v1`, or other pages can.',
    next: 'Deploy with the `allowedOrigins` that you want. The behaviour `/v1/*` must allow OPTIONS and pass `Origin` on.',
    async run({ url, target }) {
      const allowed = target.outputs.AllowedOrigins?.split(',') ?? [];
      for (const origin of [...allowed, STRANGE_ORIGIN]) {
        const wanted = origin === STRANGE_ORIGIN ? null : origin;
        const headers = { origin, 'access-control-request-method': 'POST' };
        for (const answer of [
          await ask(`${url}/v1/photo`, { method: 'OPTIONS', headers }),
          await ask(`${url}/v1/photo`, { headers: { origin } }),
        ]) {
          const said = answer.headers.get('access-control-allow-origin');
          if (said !== wanted)
            return fail(`${origin}: ${answer.status}, Access-Control-Allow-Origin ${said ?? 'is not there'}`);
        }
      }
      return ok(allowed.length === 0 ? 'no site may' : allowed.join(', '));
    },
  },
  {
    name: 'doctor-photo-head',
    group: 'cdn',
    meaning: 'HEAD of a photo is not answered as GET is.',
    next: 'The behaviour `/p/*` is not as in the template: `npx cdk diff`, then deploy again.',
    async run(context) {
      const url = shownOf(context).url.replace('*', '48');
      const [got, head] = [await ask(url), await ask(url, { method: 'HEAD' })];
      const isSame = ['content-type', 'content-length', 'etag'].every(
        (name) => got.headers.get(name) === head.headers.get(name),
      );
      return head.status === 200 && head.body.length === 0 && isSame
        ? ok(`${head.headers.get('content-length')} bytes, none sent`)
        : fail(`${head.status}, ${head.body.length} bytes`);
    },
  },
  {
    name: 'doctor-photo-cache',
    group: 'cdn',
    meaning: 'Every view of a photo goes to the bucket, and costs a request.',
    next: 'The behaviour `/p/*` is not as in the template: `npx cdk diff`, then deploy again.',
    async run(context) {
      const url = shownOf(context).url.replace('*', '24');
      await ask(url);
      const second = await poll(() => ask(url), isHit, 3_000);
      return isHit(second) ? ok('a hit at the second fetch') : fail(`x-cache: ${second.headers.get('x-cache')}`);
    },
  },
  {
    name: 'doctor-page-headers',
    group: 'cdn',
    meaning: "The page lacks a header that keeps strangers' scripts and frames away from tokens.",
    next: 'The default behaviour is not as in the template: `npx cdk diff`, then deploy again.',
    async run({ url }) {
      const answer = await ask(`${url}/`);
      const wanted = { ...PAGE_HEADERS, ...(url.startsWith('https:') && HTTPS_HEADERS) };
      const wrong = answer.status === 200 ? lacking(answer, wanted) : String(answer.status);
      return wrong === undefined ? ok(Object.keys(wanted).join(', ')) : fail(wrong);
    },
  },
  {
    name: 'doctor-page-compression',
    group: 'cdn',
    meaning: "The page's script is sent uncompressed, at three times the bytes.",
    next: 'The default behaviour is not as in the template: `npx cdk diff`, then deploy again.',
    async run({ url }) {
      const page = await ask(`${url}/`);
      const script = /src="([^"]+\.js)"/.exec(page.body.toString('utf8'))?.[1];
      if (script === undefined) return fail('the page names no script');
      const answer = await ask(new URL(script, `${url}/`).href, { headers: { 'accept-encoding': 'br, gzip' } });
      const encoding = answer.headers.get('content-encoding');
      return encoding === 'br' || encoding === 'gzip' ? ok(encoding) : fail('the script is not compressed');
    },
  },
  {
    name: 'doctor-page-cache',
    group: 'cdn',
    meaning: "The CDN or browsers do not keep the page's files.",
    next: 'The default behaviour is not as in the template: `npx cdk diff`, then deploy again.',
    async run({ url }) {
      const page = await ask(`${url}/`);
      const script = new URL(/src="([^"]+\.js)"/.exec(page.body.toString('utf8'))?.[1] ?? '/', `${url}/`).href;
      await ask(script);
      const answer = await poll(() => ask(script), isHit, 3_000);
      if (!isHit(answer)) return fail(`x-cache: ${answer.headers.get('x-cache')}`);
      const kept = answer.headers.get('cache-control') ?? '';
      return /immutable/.test(kept) ? ok('a hit, immutable') : fail(`cache-control: ${kept}`);
    },
  },
];

const isHit = ({ headers }: Answer): boolean => /^(Hit|RefreshHit) from/i.test(headers.get('x-cache') ?? '');
