import { userPrefix } from '../../lambdas/core/object-keys.ts';
import { AVATAR_GONE } from './avatars.ts';
import { ask, bearer, poll, saying, setBySlack, setByV1 } from './call-api.ts';
import { type Check, fail, ok } from './check.ts';
import { type DoctorContext, peopleOf, shownOf } from './context.ts';
import { hasApi, slackUrl, v1Url } from './photos.ts';
import { differenceOf, makePicture } from './pictures.ts';

/** To wait for a photo, undo, delete, erase. The order matters: each needs what the one before left. */
export const CHANGES: Check[] = [
  {
    name: 'doctor-wait',
    group: 'changes',
    meaning: 'An upload that waits is answered before its photo is shown.',
    next: 'See `doctor-times-shown`, then the log of OnJob.',
    async run(context) {
      const { url } = context;
      const { main } = peopleOf(context);
      const waits: string[] = [];
      // Slack's API waits by itself, ours on request.
      for (const api of ['slack', 'v1'] as const) {
        if (!hasApi(context, api)) continue;
        const made = await makePicture('png', 21);
        const answer = await (api === 'slack'
          ? setBySlack(url, main, made.bytes)
          : setByV1(url, main, made.bytes, { 'content-type': 'image/png', prefer: 'wait=5' }));
        const photo = api === 'slack' ? slackUrl(answer.json) : v1Url(answer.json);
        if (answer.status !== 200 || photo === undefined) return fail(saying(answer));
        const picture = await ask(photo.replace('*', '24'));
        const difference = picture.status === 200 ? await differenceOf(picture.body, made) : String(picture.status);
        if (difference !== undefined) return fail(`right after the answer: ${difference}`);
        if (api === 'v1' && answer.headers.get('preference-applied') !== 'wait=5')
          return fail(`Preference-Applied: ${answer.headers.get('preference-applied')}`);
        context.shown = { made, url: photo };
        waits.push(`${Math.round(answer.ms)} ms`);
      }
      return ok(`shown when it was answered, after ${waits.join(' and ')}`);
    },
  },
  {
    name: 'doctor-undo',
    group: 'changes',
    meaning: 'The photo before cannot be shown again.',
    next: 'The log of OnChange, for `/v1/photo/undo`.',
    async run(context) {
      const { main } = peopleOf(context);
      shownOf(context);
      const headers = bearer(main);
      const before = await ask(`${context.url}/v1/photo`, { headers });
      const expected = firstVersion(before.json?.history);
      if (expected === undefined) return fail(`there is nothing before: ${saying(before)}`);
      const answer = await ask(`${context.url}/v1/photo/undo`, { method: 'POST', headers });
      const found = firstVersion([answer.json?.photo]);
      return found === expected ? ok(found) : fail(saying(answer));
    },
  },
  {
    name: 'doctor-delete',
    group: 'changes',
    meaning: 'A photo cannot be deleted, or stays in the bucket.',
    next: 'OnChange needs s3:DeleteObject on the photos; see its log. The next sweep tidies up.',
    async run(context) {
      const { main } = peopleOf(context);
      shownOf(context);
      const url = await urlBefore(context);
      const answer = await ask(`${context.url}/v1/photo`, { method: 'DELETE', headers: bearer(main) });
      if (answer.status !== 200 || answer.json?.photo !== null) return fail(saying(answer));
      context.deletedUrl = url;
      const { objects } = await context.erasing.photos.list(userPrefix(main.id));
      return objects.length === 0 ? ok('gone from the bucket') : fail(`${objects.length} pictures are still there`);
    },
  },
  AVATAR_GONE,
  {
    name: 'doctor-delete-cdn',
    group: 'changes',
    meaning: 'The CDN goes on showing a deleted photo, for an hour at the longest.',
    next: 'The photo events topic must reach the queue `sweeps`; OnSweep needs cloudfront:CreateInvalidation. By hand: "Deleted photos in the CDN" on this page.',
    async run(context) {
      const url = context.deletedUrl;
      if (url === undefined) return { verdict: 'warn', detail: 'not looked at: nothing was deleted' };
      const answer = await poll(
        () => ask(url),
        ({ status }) => status >= 400,
        context.maxInvalidationMs,
      );
      return answer.status >= 400
        ? ok(`${answer.status}`)
        : fail(`still ${answer.status} after ${context.maxInvalidationMs / 1000} s (${answer.headers.get('x-cache')})`);
    },
  },
  {
    name: 'doctor-erase',
    group: 'changes',
    meaning: 'Somebody who erases themselves is not stopped, or something of theirs stays.',
    next: '`headshot dlq list`. Then the mapping of the queue `sweeps` and the log of OnSweep. The daily sweep tries again.',
    async run(context) {
      const { main } = peopleOf(context);
      const { connection, erasing } = context;
      const to = `${context.url}/v1/user?confirm=${main.screenName}`;
      const answer = await ask(to, { method: 'DELETE', headers: bearer(main) });
      if (answer.status !== 202) return fail(saying(answer));
      const stopped = await ask(`${context.url}/v1/photo`, { headers: bearer(main) });
      if (stopped.status !== 401 && stopped.status !== 403) return fail(`the token still works: ${saying(stopped)}`);
      const left = async () =>
        (await erasing.photos.list(userPrefix(main.id))).objects.length +
        (await erasing.raw.list(`raw/${main.id}/`)).objects.length;
      const objects = await poll(left, (count) => count === 0, context.maxShowMs * 2);
      const user = await connection.users.get(main.id);
      if (objects > 0) return fail(`${objects} pictures and files are still there`);
      return user === undefined || user.state === 'erased'
        ? ok('stopped; pictures and files are gone; the record follows in a minute')
        : fail(`the record says ${user.state}`);
    },
  },
];

/** The URL of what is shown now, already in the CDN. */
async function urlBefore(context: DoctorContext): Promise<string> {
  const { main } = peopleOf(context);
  const { json } = await ask(`${context.url}/v1/photo`, { headers: bearer(main) });
  const { urls = {} } = (json?.photo ?? {}) as { urls?: Record<string, string> };
  const url = urls['48'] ?? urls.original ?? context.url;
  await ask(url);
  await ask(url);
  return url;
}

function firstVersion(photos: unknown): string | undefined {
  const [first] = Array.isArray(photos) ? photos : [];
  return typeof first?.version === 'string' ? first.version : undefined;
}
