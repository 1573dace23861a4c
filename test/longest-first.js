import Sequencer from '@jest/test-sequencer';

/**
 * Jest starts the files that took longest first, but a clean clone has no times, and goes by the files' sizes. Then the
 * longest come last, while all other workers are done. These are the seconds of all that take six or more alone.
 */
const SECONDS = {
  'web/set-photo.browser': 39,
  'hostile/hostile.slow': 39,
  'cli/dlq.slow': 38,
  'package/headshot-cdk.slow': 36,
  'webhooks/laptop.slow': 31,
  'web/troubles.browser': 31,
  'cli/doctor.slow': 28,
  'web/good-to-use.browser': 27,
  'faults/histories.slow': 26,
  'cli/import-lists.slow': 20,
  'end-to-end/imports.slow': 18,
  'cli/deployed-stack.slow': 17,
  'end-to-end/avatar-changes.slow': 16,
  'end-to-end/survives-kill.slow': 13,
  'end-to-end/administrators.slow': 12,
  'web/sign-in.browser': 12,
  'cli/transcripts.slow': 12,
  'end-to-end/bad-lines.slow': 12,
  'end-to-end/twitter': 11,
  'end-to-end/v1-conformance.slow': 11,
  'end-to-end/many-repeats.slow': 11,
  'end-to-end/critical-path': 11,
  'local/kept-assembly.slow': 10,
  'end-to-end/imports-killed.slow': 10,
  'webhooks/thousand.slow': 8,
  'web/limits.browser': 8,
  'end-to-end/many-uploads.slow': 8,
  'end-to-end/early-answer.slow': 8,
  'end-to-end/identity': 8,
  'local/recursive-loops.slow': 7,
  'cli/secrets.slow': 7,
  'cli/doctor-account': 7,
  'end-to-end/webhook-administrators.slow': 7,
  'local/notifications': 7,
  'local/account-concurrency': 7,
  'flow/order.slow': 7,
  'cli/doctor-avatars.slow': 7,
  'webhooks/histories.slow': 6,
  'end-to-end/v1-set-photo': 6,
  'end-to-end/slack-conformance': 6,
  'end-to-end/slack-client.slow': 6,
  'local/survival.slow': 6,
  'web/faces.browser': 6,
};
const OTHERS_SECONDS = 3;

export default class LongestFirst extends Sequencer {
  time(test) {
    const name = /\/test\/(.*?)(?:\.test)?\.ts$/.exec(test.path)?.[1] ?? '';
    return super.time(test) ?? 1_000 * (SECONDS[name] ?? OTHERS_SECONDS);
  }
}
