import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, type MetricName } from '../lambdas/metric-names.ts';
import type { Buckets } from './buckets.ts';
import { cdnMetric, costs } from './costs.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { functionsOf } from './lambda-function.ts';
import { PRICES } from './prices.ts';
import type { AllQueues } from './queues.ts';
import { serviceName } from './service-name.ts';

interface DashboardProps {
  queues: AllQueues;
  apis: RestApi[];
  buckets: Buckets;
  distribution: Distribution;
  settings: DeploySettings;
}

const PERIOD = Duration.minutes(5);
const DAY = Duration.days(1);

/** Four questions, one in each row: are photos getting through, how fast, what fails, what does it cost. */
export function dashboard(scope: Construct, props: DashboardProps): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.hours(3),
    widgets: [
      ...section('Are photos getting through?', [gettingThrough(scope), waiting(props.queues), refusals(scope)]),
      ...section('How fast?', [toPublish(scope), durations(scope), answers(props.apis)]),
      ...section('What fails? docs/operations.md says what to do', [
        failing(scope),
        deadLetters(scope, props.queues),
        errorsOf(props.apis),
      ]),
      ...section(`What does it cost? By ${PRICES.knownAs}; what is left out is in docs/operations.md`, [
        graph('Dollars a day', costs(scope, { ...props, published: ours(scope, 'Published', DAY) }), 'USD'),
        stored(props.buckets),
        served(props.distribution),
      ]),
    ],
  });
}

const section = (question: string, widgets: IWidget[]): IWidget[][] => [
  [new TextWidget({ markdown: `## ${question}`, width: 24, height: 1 })],
  widgets,
];

const graph = (title: string, left: IMetric[], label?: string) =>
  new GraphWidget({
    title,
    left,
    width: 8,
    height: 6,
    leftYAxis: { min: 0, ...(label && { label, showUnits: false }) },
  });

/** One of our metrics, summed over all sources. */
const ours = (scope: Construct, name: MetricName, period = PERIOD): MathExpression =>
  new MathExpression({
    expression: `SUM(SEARCH('{${METRIC_NAMESPACE},source,service} MetricName="${name}" service="${serviceName(scope)}"', 'Sum', ${period.toSeconds()}))`,
    usingMetrics: {},
    label: name,
    period,
  });

const gettingThrough = (scope: Construct) =>
  graph(
    'Uploads',
    (['Accepted', 'Published', 'Superseded', 'Refused', 'Failed'] as const).map((one) => ours(scope, one)),
  );

const waiting = (queues: AllQueues) =>
  graph(
    'Age of the oldest waiting message',
    living(queues).map(([label, queue]) =>
      queue.metricApproximateAgeOfOldestMessage({ label, period: PERIOD, statistic: Stats.MAXIMUM }),
    ),
    'seconds',
  );

const refusals = (scope: Construct) =>
  new LogQueryWidget({
    title: 'Why uploads were refused',
    logGroupNames: functionsOf(scope).map((one) => one.logGroup.logGroupName),
    queryLines: ['filter ispresent(reason)', 'stats count(*) as uploads by reason, source', 'sort uploads desc'],
    width: 8,
    height: 6,
  });

const toPublish = (scope: Construct) =>
  graph(
    'Acknowledged → shown, by source',
    ['p50', 'p95', 'p99'].map(
      (statistic) =>
        new MathExpression({
          expression: `SEARCH('{${METRIC_NAMESPACE},source,service} MetricName="TimeToPublish" service="${serviceName(scope)}"', '${statistic}', ${PERIOD.toSeconds()})`,
          usingMetrics: {},
          label: statistic,
          period: PERIOD,
        }),
    ),
    'milliseconds',
  );

const durations = (scope: Construct) =>
  graph(
    'Function durations, p95',
    functionsOf(scope).map((one) => one.metricDuration({ label: one.node.id, period: PERIOD, statistic: 'p95' })),
    'milliseconds',
  );

const answers = (apis: RestApi[]) =>
  graph(
    'API answers, p95',
    apis.map((rest) => rest.metricLatency({ label: rest.node.id, period: PERIOD, statistic: 'p95' })),
    'milliseconds',
  );

const failing = (scope: Construct) =>
  graph('Faults, crashes, throttles', [
    withoutSource(scope, 'Fault', 'Faults logged'),
    ...functionsOf(scope).flatMap((one) => [
      one.metricErrors({ label: `${one.node.id} errors`, period: PERIOD }),
      one.metricThrottles({ label: `${one.node.id} throttles`, period: PERIOD }),
    ]),
  ]);

const deadLetters = (scope: Construct, queues: AllQueues) =>
  graph('Dead letters, and what the daily sweep removed', [
    ...Object.entries(queues)
      .filter(([name]) => name.endsWith('Dead'))
      .map(([label, queue]) =>
        queue.metricApproximateNumberOfMessagesVisible({ label, period: PERIOD, statistic: Stats.MAXIMUM }),
      ),
    withoutSource(scope, 'Swept', 'Swept'),
  ]);

/** One of our metrics without a source. */
const withoutSource = (scope: Construct, metricName: MetricName, label: string) =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { service: serviceName(scope) },
    statistic: Stats.SUM,
    period: PERIOD,
    label,
  });

const errorsOf = (apis: RestApi[]) =>
  graph(
    'API errors',
    apis.flatMap((rest) => [
      rest.metricServerError({ label: `${rest.node.id} 5XX`, period: PERIOD }),
      rest.metricClientError({ label: `${rest.node.id} 4XX`, period: PERIOD }),
    ]),
  );

const stored = (buckets: Buckets) =>
  graph(
    'Bytes stored',
    Object.entries(buckets).map(
      ([label, bucket]) =>
        new Metric({
          namespace: 'AWS/S3',
          metricName: 'BucketSizeBytes',
          dimensionsMap: { BucketName: bucket.bucketName, StorageType: 'StandardStorage' },
          statistic: Stats.AVERAGE,
          period: DAY,
          label,
        }),
    ),
    'bytes',
  );

const served = (distribution: Distribution) =>
  graph('Requests to the CDN', [cdnMetric(distribution, 'Requests', PERIOD)]);

const living = (queues: AllQueues) => Object.entries(queues).filter(([name]) => !name.endsWith('Dead'));
