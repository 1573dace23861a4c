import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Source } from './core/upload-policy.ts';
import { METRIC_NAMESPACE, METRICS, type MetricName } from './metric-names.ts';

/**
 * One structured logger a process: JSON lines with the request's id. Never give it a token, a header, a body or image
 * bytes: what is logged is named field by field.
 */
export const logger = new Logger({ serviceName: 'headshot' });

/** The stack's name tells two services of one account apart; `infra/` gives it in POWERTOOLS_SERVICE_NAME. */
const metrics = new Metrics({ namespace: METRIC_NAMESPACE });

/** Sends metrics of one source, as one log line that CloudWatch reads (embedded metric format): no call, no waiting. */
export function measure(
  source: Source,
  values: Partial<Record<Exclude<MetricName, 'Fault' | 'Swept' | 'WebhookDisabled'>, number>>,
): void {
  metrics.addDimension('source', source);
  send(values);
}

/** Counts a fault of ours. */
export const measureFault = (): void => send({ Fault: 1 });

/** Counts what a sweep removed. */
export const measureSwept = (count: number): void => send({ Swept: count });

/** Counts a webhook that is not served any more. */
export const measureWebhookDisabled = (): void => send({ WebhookDisabled: 1 });

function send(values: Partial<Record<MetricName, number>>): void {
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const value = values[name];
    if (value !== undefined) metrics.addMetric(name, METRICS[name], value);
  }
  metrics.publishStoredMetrics();
}
