/**
 * The service's metrics in CloudWatch's namespace `Headshot`, with the dimensions `service` (the stack's name) and
 * `source`. Few, because each costs money every month. Why something was refused is in the log, not in a dimension.
 */
export const METRIC_NAMESPACE = 'Headshot';

export const METRICS = {
  Accepted: 'Count',
  /** Uploads refused, on arrival or by the worker. */
  Refused: 'Count',
  Published: 'Count',
  /** Photos overtaken by a later one. */
  Superseded: 'Count',
  /** Uploads acknowledged and then given up, because the user or the raw file was gone. */
  Failed: 'Count',
  /** From the acknowledgement until the photo is shown. */
  TimeToPublish: 'Milliseconds',
  /** What a sweep removed or finished; without a source. None if there was nothing, as there should not be. */
  Swept: 'Count',
  /** Webhooks disabled because the receiver asked for it or failed for days; without a source. */
  WebhookDisabled: 'Count',
  /** Our own faults, in any function; without a source. */
  Fault: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;
