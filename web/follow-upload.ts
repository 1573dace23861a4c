import type { Outcome, UploadState } from './api-responses.ts';

const FIRST_POLL_MS = 120;
const MAX_PAUSE_MS = 1_000;
const MAX_FOLLOW_MS = 60_000;

/**
 * Polls until the upload has left the queue, for at most a minute. Without a network it polls again: the service
 * already has the photo.
 */
export async function followUpload(poll: () => Promise<Outcome<UploadState>>): Promise<Outcome<UploadState>> {
  const untilMs = performance.now() + MAX_FOLLOW_MS;
  for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 1.3, MAX_PAUSE_MS)) {
    const seen = await poll();
    const isOver = seen.ok ? !UNDER_WAY.includes(seen.value.state) : !AGAIN.includes(seen.error.kind);
    if (isOver || performance.now() > untilMs) return seen;
    const waitMs = !seen.ok && seen.error.kind === 'limited' ? seen.error.seconds * 1000 : pauseMs;
    await new Promise((done) => setTimeout(done, waitMs));
  }
}

/** `waiting`: S3 has not reported the large photo yet. */
export const UNDER_WAY = ['waiting', 'queued'];
const AGAIN = ['offline', 'broken', 'limited'];
