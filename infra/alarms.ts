import { Duration, Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, type MetricName } from '../lambdas/metric-names.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { functionsOf } from './lambda-function.ts';
import type { AllQueues } from './queues.ts';
import { serviceName } from './service-name.ts';

/** The greatest age of the oldest waiting message, in seconds. People wait for jobs; an import may take longer. */
const MAX_AGE_SECONDS: Record<string, number> = { jobs: 120 };
const MAX_AGE_SECONDS_ELSE = 3600;
/** For how many minutes it must have lasted. */
const MINUTES = { deadLetter: 1, age: 5, errors: 5 };

interface AlarmsProps {
  queues: AllQueues;
  apis: RestApi[];
  settings: DeploySettings;
}

/**
 * What a person should look into, and the topic that reports it. docs/operations.md has a line for each that says how.
 * Refused uploads are not among them: they are the callers' problem.
 */
export function alarms(scope: Construct, { queues, apis, settings }: AlarmsProps): Topic {
  const topic = alarmTopic(scope, settings);
  const alarm = (id: string, alarmDescription: string, metric: IMetric, threshold: number) => {
    const one = new Alarm(scope, `Alarm${id}`, {
      alarmDescription: `${alarmDescription}. What to do: docs/operations.md`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // Without activity there is no data.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    one.addAlarmAction(new SnsAction(topic));
  };

  for (const [name, queue] of Object.entries(queues)) {
    const id = name.charAt(0).toUpperCase() + name.slice(1);
    if (name.endsWith('Dead')) {
      const depth = { period: Duration.minutes(MINUTES.deadLetter), statistic: Stats.MAXIMUM };
      const metric = queue.metricApproximateNumberOfMessagesVisible(depth);
      alarm(id, `${id}: messages that failed every try lie here`, metric, 1);
    } else {
      const period = Duration.minutes(MINUTES.age);
      const metric = queue.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MINIMUM });
      alarm(`${id}Age`, `${id}: messages wait too long`, metric, MAX_AGE_SECONDS[name] ?? MAX_AGE_SECONDS_ELSE);
    }
  }
  const errors = { period: Duration.minutes(MINUTES.errors), statistic: Stats.SUM };
  for (const one of functionsOf(scope)) {
    alarm(`${one.node.id}Errors`, `${one.node.id} crashed, ran out of time or of memory`, one.metricErrors(errors), 1);
  }
  for (const rest of apis) {
    alarm(`${rest.node.id}5xx`, `${rest.node.id} answered 5XX`, rest.metricServerError(errors), 5);
  }
  const faults = { namespace: METRIC_NAMESPACE, metricName: 'Fault', dimensionsMap: { service: serviceName(scope) } };
  if (settings.webhooks) {
    const metric = new Metric({ ...faults, ...errors, metricName: 'WebhookDisabled' satisfies MetricName });
    alarm('WebhookDisabled', 'A webhook is not served any more', metric, 1);
  }
  alarm('Faults', 'The functions logged faults of ours', new Metric({ ...faults, ...errors }), 1);
  return topic;
}

/**
 * Not encrypted with a key: CloudWatch may not use the account's SNS key, and another costs a dollar a month. No
 * secrets.
 */
function alarmTopic(scope: Construct, { alarmEmail }: DeploySettings): Topic {
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}
