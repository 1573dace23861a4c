import { readFileSync } from 'node:fs';
import createClient from 'openapi-fetch';
import type { paths } from './v1.d.ts';

/**
 * A program whose author knows nothing of Headshot but docs/openapi.json: its types are generated from that, and the
 * compiler checks them. Prints what it got as JSON. Environment: URL, TOKEN, USER_ID, FILE (a picture).
 */
const { URL: baseUrl = '', TOKEN = '', USER_ID = '', FILE = '' } = process.env;
const headers = { Authorization: `Bearer ${TOKEN}` };
const client = createClient<paths>({ baseUrl, headers });

const form = new FormData();
form.append('image', new Blob([readFileSync(FILE)]), 'me.png');
form.append('crop', 'centre');
const set = await client.POST('/v1/photo', {
  params: { header: { Prefer: 'wait=10', 'Idempotency-Key': 'generated' } },
  // A binary string in the document; on the wire it is the form's file.
  body: { image: '', crop: 'centre' },
  bodySerializer: () => form,
});
const first = set.data;
if (first === undefined) throw new Error(JSON.stringify(set.error));

const status = await client.GET('/v1/uploads/{id}', { params: { path: { id: first.upload_id } } });
const by: 'auto' | 'centre' | 'box' | undefined = status.data?.crop?.by;
const before = await client.GET('/v1/photo');
const version: string | undefined = before.data?.photo?.version;
const deleted = await client.DELETE('/v1/photo');
const restored = await client.POST('/v1/photo/restore', { body: { version: first.photo.version } });
const undone = await client.POST('/v1/photo/undo');
const found = await client.GET('/v1/users/{id}/photo', {
  params: { path: { id: USER_ID }, query: { size: 48, d: 'person' } },
  redirect: 'manual',
  parseAs: 'text',
});
const ticket = await client.POST('/v1/photo/uploads', {
  body: { media_type: 'image/png', bytes: readFileSync(FILE).length, crop: 'centre' },
});
const direct = new FormData();
for (const [name, value] of Object.entries(ticket.data?.fields ?? {})) direct.append(name, value);
direct.append('file', new Blob([readFileSync(FILE)]), 'me.png');
const taken = await fetch(ticket.data?.url ?? '', { method: 'POST', body: direct });
const limits = await client.GET('/v1/limits');
const health = await client.GET('/v1/health');

// What the document does not have, the compiler refuses.
// @ts-expect-error there is no such path
const wrongPath = () => client.GET('/v1/photos');
// @ts-expect-error a crop by this word is none
const wrongWord = () => client.POST('/v1/photo', { params: { query: { crop: 'face' } }, body: { image: '' } });
// @ts-expect-error a restore names a version
const wrongBody = () => client.POST('/v1/photo/restore', { body: {} });
const refused = [wrongPath, wrongWord, wrongBody].length;

console.log(
  JSON.stringify({
    set: [set.response.status, first.state],
    crop_by: by,
    is_same_version: version === first.photo.version,
    deleted: deleted.data?.photo,
    restored: [restored.response.status, restored.error?.code],
    undone: [undone.response.status, undone.error?.code],
    found: [found.response.status, found.response.headers.get('location')],
    ticket: [ticket.response.status, taken.status],
    max_ticket_bytes: limits.data?.sources.v1?.max_ticket_bytes,
    max_bytes: limits.data?.sources.v1?.max_bytes,
    health: health.data?.status,
    refused,
  }),
);
