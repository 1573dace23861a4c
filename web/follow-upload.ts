import type { Outcome, UploadState } from './service-answers.ts';

const FIRST_LOOK_MS = 120;
const MAX_PAUSE_MS = 1_000;
const MAX_FOLLOW_MS = 60_000;

/**
 * Looks again and again until the upload is past its queue, for a minute at the most; then it is still `queued`.
 * A look that fails for want of a network is repeated: the photo is safe with the service already.
 */
export async function followUpload(look: () => Promise<Outcome<UploadState>>): Promise<Outcome<UploadState>> {
  const untilMs = performance.now() + MAX_FOLLOW_MS;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.3, MAX_PAUSE_MS)) {
    const seen = await look();
    const isOver = seen.ok ? seen.value.state !== 'queued' : !AGAIN.includes(seen.trouble.kind);
    if (isOver || performance.now() > untilMs) return seen;
    const waitMs = !seen.ok && seen.trouble.kind === 'limited' ? seen.trouble.seconds * 1000 : pauseMs;
    await new Promise((done) => setTimeout(done, waitMs));
  }
}

const AGAIN = ['offline', 'broken', 'limited'];
