import { randomUUID } from 'node:crypto';
import { oauthHeader } from '../oauth-header.ts';
import { type Answer, ask, bearer, saying, setBySlack, setByTwitter, setByV1 } from './call-api.ts';
import { type Check, fail, ok } from './check.ts';
import { peopleOf } from './context.ts';
import { hasApi } from './photos.ts';
import { cutPicture, makePicture } from './pictures.ts';

/** More than any source takes through the gateway: the edge function refuses it by its length. */
const TOO_LARGE_BYTES = 4_600_000;

/** What must be refused is refused, with the dialect's own code. */
export const REFUSALS: Check[] = [
  {
    name: 'doctor-slack-refusals',
    group: 'refusals',
    meaning: "Slack's API takes what it must refuse, or refuses it with another error.",
    next: 'The line names the case. Too large: the edge function and its association. Else the log of OnChange.',
    async run(context) {
      if (!hasApi(context, 'slack')) return ok('this deployment has no such API');
      const { main } = peopleOf(context);
      const picture = (await makePicture('jpeg', 1)).bytes;
      const cases = [
        ['no token', await setBySlack(context.url, undefined, picture), 'not_authed'],
        ['damaged', await setBySlack(context.url, main, await cutPicture()), 'bad_image'],
        ['too large', await setBySlack(context.url, main, Buffer.alloc(TOO_LARGE_BYTES)), 'too_large'],
      ] as const;
      const wrong = cases.find(([, { json }, error]) => json?.ok !== false || json.error !== error);
      return wrong === undefined
        ? ok(cases.map(([, , error]) => error).join(', '))
        : fail(`${wrong[0]}: ${saying(wrong[1])}, not ${wrong[2]}`);
    },
  },
  {
    name: 'doctor-twitter-refusals',
    group: 'refusals',
    meaning: "Twitter's API takes what it must refuse, or refuses it with another error.",
    next: 'The line names the case. Too large: the edge function and its association. Else the log of OnChange.',
    async run(context) {
      if (!hasApi(context, 'twitter')) return ok('this deployment has no such API');
      const { main } = peopleOf(context);
      const picture = (await makePicture('jpeg', 1)).bytes;
      const cases = [
        ['not signed', await setByTwitter(context.url, undefined, picture, false), 400],
        ['damaged', await setByTwitter(context.url, main, await cutPicture(), false), 422],
        ['too large', await setByTwitter(context.url, main, Buffer.alloc(TOO_LARGE_BYTES), false), 422],
      ] as const;
      const wrong = cases.find(([, { status }, wanted]) => status !== wanted);
      return wrong === undefined
        ? ok(cases.map(([, { status }]) => status).join(', '))
        : fail(`${wrong[0]}: ${saying(wrong[1])}, not ${wrong[2]}`);
    },
  },
  {
    name: 'doctor-v1-refusals',
    group: 'refusals',
    meaning: 'Our own API takes what it must refuse, or refuses it with another error.',
    next: 'The line names the case. Too large: the edge function and its association. Else the log of OnChange.',
    async run(context) {
      const { url } = context;
      const { main } = peopleOf(context);
      const picture = (await makePicture('jpeg', 1)).bytes;
      const stranger = { authorization: 'Bearer xoxp-nobody' };
      const cases: [what: string, answer: Answer, status: number][] = [
        ['no token', await setByV1(url, undefined, picture), 401],
        ['a token of nobody', await setByV1(url, undefined, picture, stranger), 401],
        ['reading without a token', await ask(`${url}/v1/photo`), 401],
        ['damaged', await setByV1(url, main, await cutPicture()), 422],
        ['too large', await setByV1(url, main, Buffer.alloc(TOO_LARGE_BYTES)), 413],
      ];
      const wrong = cases.find(
        ([, { status, headers }, wanted]) =>
          status !== wanted || !headers.get('content-type')?.startsWith('application/problem+json'),
      );
      return wrong === undefined
        ? ok(cases.map(([, { status }]) => status).join(', '))
        : fail(`${wrong[0]}: ${saying(wrong[1])}, not ${wrong[2]}`);
    },
  },
  {
    name: 'doctor-idempotency',
    group: 'refusals',
    meaning: 'An upload that is sent again sets the photo twice, or one `Idempotency-Key` names two pictures.',
    next: 'OnChange must read and write the table `Uploads`; see its log.',
    async run(context) {
      const { main } = peopleOf(context);
      const headers = { 'idempotency-key': randomUUID() };
      const { bytes } = await makePicture('jpeg', 22);
      const first = await setByV1(context.url, main, bytes, headers);
      const again = await setByV1(context.url, main, bytes, headers);
      const id = first.json?.upload_id;
      if (first.status !== 202 || id === undefined) return fail(`the first: ${saying(first)}`);
      if (again.status !== 202 || again.json?.upload_id !== id) return fail(`the same again: ${saying(again)}`);
      const other = await setByV1(context.url, main, (await makePicture('jpeg', 23)).bytes, headers);
      return other.status === 422 ? ok('the same upload; other bytes 422') : fail(`other bytes: ${saying(other)}`);
    },
  },
  {
    name: 'doctor-replay',
    group: 'refusals',
    meaning: 'A signed request can be sent twice.',
    next: 'OnChange and OnRead must write nonces to the table `Limits`; see the log of OnRead.',
    async run(context) {
      if (!hasApi(context, 'twitter')) return ok('this deployment has no such API');
      const { main } = peopleOf(context);
      const to = `${context.url}/1.1/account/verify_credentials.json`;
      const headers = { authorization: oauthHeader(main.twitter, 'GET', to) };
      const [first, second] = [await ask(to, { headers }), await ask(to, { headers })];
      if (first.status !== 200) return fail(`the first: ${saying(first)}`);
      return second.status === 401 ? ok('200, then 401') : fail(`the second: ${saying(second)}`);
    },
  },
  {
    name: 'doctor-token',
    group: 'refusals',
    meaning: "A good token is refused, or taken for another user's.",
    next: 'Compare the master secret that the functions read with yours: `headshot secrets status`. Then the log of OnRead.',
    async run(context) {
      const { main } = peopleOf(context);
      if (!hasApi(context, 'slack')) {
        const mine = await ask(`${context.url}/v1/photo`, { headers: bearer(main) });
        return mine.status === 200 ? ok('200') : fail(saying(mine));
      }
      const answer = await ask(`${context.url}/api/auth.test`, { headers: bearer(main) });
      return answer.json?.user_id === main.slackId ? ok(main.slackId) : fail(saying(answer));
    },
  },
];
