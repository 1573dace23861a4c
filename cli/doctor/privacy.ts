import { output } from '../target.ts';
import { ask, bearer } from './call-api.ts';
import { type Check, fail, ok } from './check.ts';
import { plainId } from './stack-resources.ts';

/** What only the CDN may say of a caller; sent here without the CDN's secret, or with a wrong one. */
const CLAIMED_HOST = 'doctor.invalid';
const CLAIMS = {
  'x-headshot-host': CLAIMED_HOST,
  'x-headshot-viewer-ip': '192.0.2.1',
  'x-headshot-origin': 'not the secret',
};

/** Bytes that nobody may have except by their name and with the right. */
export const PRIVACY: Check[] = [
  ...(['Raw', 'Imports', 'Photos'] as const).map(
    (bucket): Check => ({
      name: `doctor-private-${bucket.toLowerCase()}`,
      group: 'privacy',
      meaning: `Anybody can read or list the ${bucket.toLowerCase()} bucket.`,
      next: 'At once: S3, Permissions, "Block all public access". Then find who changed it (CloudTrail, PutBucketPolicy), and deploy again.',
      isOnlyOnAws: true,
      async run({ target }) {
        const name = output(target, `Bucket${bucket}`);
        const own = process.env.AWS_ENDPOINT_URL_S3;
        const base =
          own === undefined ? `https://${name}.s3.${target.region}.amazonaws.com` : `${own.replace(/\/$/, '')}/${name}`;
        const [list, read] = [await ask(`${base}/?list-type=2&max-keys=1`), await ask(`${base}/headshot-doctor`)];
        const open = [list, read].find(({ status }) => status < 400 || status === 404);
        return open === undefined
          ? ok(`${list.status}, ${read.status} without credentials`)
          : fail(`${open.status} without credentials`);
      },
    }),
  ),
  {
    name: 'doctor-private-api',
    group: 'privacy',
    meaning: 'Whoever goes past the CDN can claim any address and host.',
    next: 'OnChange and OnRead must have and compare the secret `Origin`: deploy again.',
    isOnlyOnAws: true,
    async run({ account, target, people }) {
      const apis = (await account.resources()).filter(({ type }) => type === 'AWS::ApiGateway::RestApi');
      const own = process.env.HEADSHOT_EXECUTE_API_URL;
      for (const { id, logicalId } of apis) {
        const base = own ?? `https://${id}.execute-api.${target.region}.amazonaws.com`;
        const stranger = await ask(`${base}/live/v1/photo`, { headers: CLAIMS });
        if (stranger.status < 400) return fail(`${plainId(logicalId)}: ${stranger.status} without credentials`);
        // Only a caller whom it knows is told URLs, which begin with the host that it believes in.
        const path = plainId(logicalId) === 'ApiSlack' ? '/api/users.profile.get' : '/v1/photo';
        const known = people && (await ask(`${base}/live${path}`, { headers: { ...CLAIMS, ...bearer(people.main) } }));
        for (const answer of [stranger, known])
          if (answer?.body.includes(CLAIMED_HOST)) return fail(`${plainId(logicalId)}: it believes in ${CLAIMED_HOST}`);
      }
      return ok(`${apis.length} APIs`);
    },
  },
  {
    name: 'doctor-not-served',
    group: 'privacy',
    meaning: 'The public URL serves raw files, or others that are no pictures.',
    next: 'The behaviour `/p/*` is not as in the template: `npx cdk diff`, then deploy again.',
    async run({ url, people }) {
      const id = people?.main.id ?? '1';
      const paths = [`/p/raw/${id}/x`, `/raw/${id}/x`, `/p/${id}/`, '/p/../raw/', '/imports/', '/p/'];
      for (const path of paths) {
        const { status, headers } = await ask(url + path);
        if (status < 400 && !headers.get('content-type')?.startsWith('text/html')) return fail(`${path}: ${status}`);
        if (path.startsWith('/p/') && path !== '/p/../raw/' && status < 400) return fail(`${path}: ${status}`);
      }
      return ok(`${paths.length} paths lead nowhere`);
    },
  },
];
