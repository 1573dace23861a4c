import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queues } from './queues.ts';

/** An alarm for each dead-letter queue that holds anything: a photo was acknowledged and did not come. */
export function alarms(stack: Stack, queues: Pick<Queues, 'jobsDead' | 'bulkDead' | 'intakeDead'>): void {
  const { jobsDead, bulkDead, intakeDead } = queues;
  for (const [id, queue] of Object.entries({ JobsDead: jobsDead, BulkDead: bulkDead, IntakeDead: intakeDead })) {
    new Alarm(stack, `Alarm${id}`, {
      alarmDescription: `${id}: messages that failed every try lie here`,
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // SQS stops reporting on a queue that nothing happens in.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
