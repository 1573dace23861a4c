import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Source } from './core/upload-policy.ts';
import { METRIC_NAMESPACE, METRICS, type MetricName } from './metric-names.ts';

/**
 * Powertools' fields without those that are the same in every line of a log group: its function's name, ARN and memory,
 * and the service. They were a fifth of what an upload's logs cost.
 */
class LineFormatter extends LogFormatter {
  override formatAttributes(line: UnformattedAttributes, more: LogAttributes): LogItem {
    const attributes = {
      level: line.logLevel,
      message: line.message,
      timestamp: this.formatTimestamp(line.timestamp),
      cold_start: line.lambdaContext?.coldStart || undefined,
      function_request_id: line.lambdaContext?.awsRequestId,
      xray_trace_id: line.xRayTraceId,
    };
    return new LogItem({ attributes }).addAttributes(more);
  }
}

/**
 * One structured logger per process: JSON lines with the request's id. Fields are named one by one: never log a token,
 * a header, a body or image bytes.
 */
export const logger = new Logger({ logFormatter: new LineFormatter() });

/** The stack's name tells two services in one account apart. `infra/` sets it in POWERTOOLS_SERVICE_NAME. */
const metrics = new Metrics({ namespace: METRIC_NAMESPACE });

/** Sends a source's metrics as one log line that CloudWatch reads (embedded metric format). No call, no waiting. */
export function measure(
  source: Source,
  values: Partial<Record<Exclude<MetricName, 'Fault' | 'Swept' | 'WebhookDisabled'>, number>>,
): void {
  metrics.addDimension('source', source);
  send(values);
}

export const measureFault = (): void => send({ Fault: 1 });

export const measureSwept = (count: number): void => send({ Swept: count });

export const measureWebhookDisabled = (): void => send({ WebhookDisabled: 1 });

function send(values: Partial<Record<MetricName, number>>): void {
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const value = values[name];
    if (value !== undefined) metrics.addMetric(name, METRICS[name], value);
  }
  metrics.publishStoredMetrics();
}
