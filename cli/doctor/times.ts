import { ask, bearer, saying, setByV1, untilShown } from './call-api.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { type DoctorContext, MissingStep, peopleOf } from './context.ts';
import { makePicture } from './pictures.ts';

/** Of the 60 changes that a user may make in an hour. */
const UPLOADS = 20;

/** docs/performance.md, "What a deployment is held to". */
export const PROMISED = { answerP95Ms: 1_500, shownP95Ms: 2_000, coldShownMs: 5_000 };

const percentile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

const said = (values: number[], promisedMs: number): string =>
  `p50 ${Math.round(percentile(values, 0.5))} ms, p95 ${Math.round(percentile(values, 0.95))} ms; promised p95 ${promisedMs} ms`;

/** The first upload of a run: whatever nobody used for some minutes is cold. */
export const COLD: Check = {
  name: 'doctor-times-cold',
  group: 'times',
  meaning: 'After a quiet time, a photo is shown later than promised.',
  next: 'Run it again. Still so: look for throttles (`doctor-concurrency`), raise `changeMemoryMb` and `jobMemoryMb`. Not shown: the log of OnJob.',
  async run(context) {
    const { answerMs, shownMs } = await timedUpload(context, 0);
    if (shownMs === undefined) return fail(`not shown after ${context.maxShowMs / 1000} s`);
    const text = `answered after ${Math.round(answerMs)} ms, shown after ${Math.round(shownMs)} ms; promised ${PROMISED.coldShownMs} ms`;
    return shownMs <= PROMISED.coldShownMs ? ok(text) : warn(text);
  },
};

/** How long the answer to an upload takes, and how long until it is shown, when everything is warm. */
export const TIMES: Check[] = [
  {
    name: 'doctor-times-answer',
    group: 'times',
    meaning: 'Uploads are acknowledged more slowly than promised.',
    next: 'Run it again. Still so: look for throttles (`doctor-concurrency`), raise `changeMemoryMb` and `jobMemoryMb`. Not shown: the log of OnJob.',
    async run(context) {
      const { answerMs, shownMs } = context.timings;
      for (let turn = 0; turn < UPLOADS; turn++) {
        const upload = await timedUpload(context, turn);
        answerMs.push(upload.answerMs);
        if (upload.shownMs !== undefined) shownMs.push(upload.shownMs);
        // It will not get better, and each costs its time.
        else if (answerMs.length - shownMs.length === MAX_NOT_SHOWN) break;
      }
      const text = said(answerMs, PROMISED.answerP95Ms);
      return percentile(answerMs, 0.95) <= PROMISED.answerP95Ms ? ok(text) : warn(text);
    },
  },
  {
    name: 'doctor-times-shown',
    group: 'times',
    meaning: 'Photos are shown later than promised.',
    next: 'Run it again. Still so: look for throttles (`doctor-concurrency`), raise `changeMemoryMb` and `jobMemoryMb`. Not shown: the log of OnJob.',
    async run({ timings: { answerMs, shownMs } }) {
      if (answerMs.length === 0) throw new MissingStep('no upload was timed');
      if (shownMs.length < answerMs.length)
        return fail(`${answerMs.length - shownMs.length} of ${answerMs.length} were not shown`);
      const text = said(shownMs, PROMISED.shownP95Ms);
      return percentile(shownMs, 0.95) <= PROMISED.shownP95Ms ? ok(text) : warn(text);
    },
  },
];

/** After so many that are never shown it gives up. */
const MAX_NOT_SHOWN = 2;

async function timedUpload(
  context: DoctorContext,
  turn: number,
): Promise<{ answerMs: number; shownMs: number | undefined }> {
  const { main } = peopleOf(context);
  const { bytes } = await makePicture('jpeg', turn);
  const startMs = performance.now();
  const answer = await setByV1(context.url, main, bytes);
  const id = answer.headers.get('x-upload-id');
  if (answer.status >= 300 || id === null) throw new Error(`the upload was answered ${saying(answer)}`);
  const headers = bearer(main);
  const read = () => ask(`${context.url}/v1/uploads/${id}`, { headers });
  const { json } = await untilShown(context, read, ({ json }) => json?.state !== 'queued');
  const isShown = json?.state === 'published' || json?.state === 'superseded';
  return { answerMs: answer.ms, shownMs: isShown ? performance.now() - startMs : undefined };
}
