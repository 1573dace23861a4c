/**
 * The service's own metrics, in CloudWatch's namespace `Headshot`, dimensions `service` (the stack's name) and `source`.
 * Few on purpose: each costs by the month. Why something was refused is a field of a log line, not a dimension.
 */
export const METRIC_NAMESPACE = 'Headshot';

export const METRICS = {
  /** Uploads acknowledged. */
  Accepted: 'Count',
  /** Uploads turned down, on arrival or by the worker. */
  Refused: 'Count',
  /** Photos shown. */
  Published: 'Count',
  /** Photos that a later one had overtaken. */
  Superseded: 'Count',
  /** Uploads acknowledged and then given up: the user or the raw file was gone. */
  Failed: 'Count',
  /** From the acknowledgement to the photo being shown. */
  TimeToPublish: 'Milliseconds',
  /** What a sweep removed, or brought to its end; without a source. None when there was nothing, which is as it should be. */
  Swept: 'Count',
  /** Webhooks that are not served any more, since their receivers said so or failed for days; without a source. */
  WebhookDisabled: 'Count',
  /** Our own fault, in whichever function; without a source. */
  Fault: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;
