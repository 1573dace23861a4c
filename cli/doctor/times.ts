import { ask, bearer, poll, saying, setBySlack, setByTwitter } from './call-api.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { type DoctorContext, MissingStep, peopleOf } from './context.ts';
import { hasApi } from './photos.ts';
import { makePicture } from './pictures.ts';

const UPLOADS = 20;
/** Slack's API counts uploads of a team and an app: no more of them than leave room for others. */
const SLACK_UPLOADS = 6;

/** docs/performance.md, "What a deployment is measured against". */
export const PROMISED = { answerP95Ms: 1_500, shownP95Ms: 2_000, coldShownMs: 5_000 };

const percentile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

const said = (values: number[]): string =>
  `p50 ${Math.round(percentile(values, 0.5))} ms, p95 ${Math.round(percentile(values, 0.95))} ms, first ${Math.round(values[0] ?? 0)} ms`;

/** How long the answer to an upload takes, and how long until it is shown. */
export const TIMES: Check[] = [
  {
    name: 'doctor-times-answer',
    group: 'times',
    meaning: 'Uploads are acknowledged more slowly than promised.',
    next: 'A cold function explains the first; else more memory (`changeMemoryMb`), or look at throttles on the dashboard.',
    async run(context) {
      const { main } = peopleOf(context);
      const isTwitter = hasApi(context, 'twitter');
      const { answerMs, shownMs } = context.timings;
      for (let turn = 0; turn < (isTwitter ? UPLOADS : SLACK_UPLOADS); turn++) {
        const { bytes } = await makePicture('jpeg', turn);
        const startMs = performance.now();
        const answer = await (isTwitter
          ? setByTwitter(context.url, main, bytes, false)
          : setBySlack(context.url, main, bytes));
        const id = answer.headers.get('x-upload-id');
        if (answer.status !== 200 || id === null) return fail(`upload ${turn + 1}: ${saying(answer)}`);
        answerMs.push(answer.ms);
        if (await isShown(id, context)) shownMs.push(performance.now() - startMs);
      }
      const text = `${said(answerMs)}; promised p95 ${PROMISED.answerP95Ms} ms`;
      return percentile(answerMs, 0.95) <= PROMISED.answerP95Ms ? ok(text) : warn(text);
    },
  },
  {
    name: 'doctor-times-shown',
    group: 'times',
    meaning: 'A photo is shown later than promised after it was sent.',
    next: 'The first may be cold. Else: throttles (`doctor-concurrency`), `jobMemoryMb`, the age of the queue `jobs` on the dashboard.',
    async run({ timings: { answerMs, shownMs } }) {
      if (answerMs.length === 0) throw new MissingStep('no upload was timed');
      if (shownMs.length < answerMs.length)
        return fail(`${answerMs.length - shownMs.length} of ${answerMs.length} were not shown`);
      const text = `${said(shownMs)}; promised p95 ${PROMISED.shownP95Ms} ms`;
      return percentile(shownMs, 0.95) <= PROMISED.shownP95Ms && (shownMs[0] ?? 0) <= PROMISED.coldShownMs
        ? ok(text)
        : warn(text);
    },
  },
];

async function isShown(id: string, context: DoctorContext): Promise<boolean> {
  const headers = bearer(peopleOf(context).main);
  const read = () => ask(`${context.url}/v1/uploads/${id}`, { headers });
  const isEnd = ({ json }: Awaited<ReturnType<typeof read>>) => json?.state !== 'queued';
  const { json } = await poll(read, isEnd, context.maxShowMs);
  return json?.state === 'published' || json?.state === 'superseded';
}
