import Sequencer from '@jest/test-sequencer';

/**
 * Jest starts the files that took longest first, but a clean clone has no times, and goes by the files' sizes. Then the
 * longest come last, while all other workers are done. These are the seconds of all that took more than ten.
 */
const SECONDS = {
  'package/headshot-cdk.slow': 174,
  'end-to-end/imports.slow': 139,
  'web/set-photo.browser': 124,
  'hostile/hostile.slow': 106,
  'webhooks/laptop.slow': 94,
  'cli/deployed-stack.slow': 82,
  'web/troubles.browser': 80,
  'web/good-to-use.browser': 73,
  'cli/doctor.slow': 66,
  'cli/import-lists.slow': 65,
  'faults/histories.slow': 63,
  'end-to-end/webhook-administrators.slow': 62,
  'cli/dlq.slow': 58,
  'end-to-end/administrators.slow': 48,
  'local/kept-assembly.slow': 40,
  'webhooks/thousand.slow': 39,
  'flow/order.slow': 39,
  'end-to-end/v1-conformance.slow': 36,
  'end-to-end/bad-lines.slow': 36,
  'end-to-end/avatar-changes.slow': 28,
  'end-to-end/many-repeats.slow': 27,
  'cli/secrets.slow': 25,
  'end-to-end/imports-killed.slow': 24,
  'cli/transcripts.slow': 23,
  'end-to-end/survives-kill.slow': 21,
  'cli/doctor-account': 20,
  'cli/doctor-avatars.slow': 20,
  'end-to-end/identity': 20,
  'end-to-end/twitter': 19,
  'end-to-end/many-uploads.slow': 18,
  'end-to-end/slack-conformance': 17,
  'end-to-end/critical-path': 17,
  'end-to-end/v1-photo': 16,
  'end-to-end/v1-set-photo': 15,
  'cli/headshot': 13,
  'local/notifications': 12,
  'infra/service': 12,
};
const OTHERS_SECONDS = 6;

export default class LongestFirst extends Sequencer {
  time(test) {
    const name = /\/test\/(.*?)(?:\.test)?\.ts$/.exec(test.path)?.[1] ?? '';
    return super.time(test) ?? 1_000 * (SECONDS[name] ?? OTHERS_SECONDS);
  }
}
