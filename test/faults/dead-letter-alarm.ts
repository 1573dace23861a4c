import * as z from 'zod';
import type { Template } from '../../local/template.ts';

const alarmSchema = z.object({
  Namespace: z.literal('AWS/SQS'),
  MetricName: z.literal('ApproximateNumberOfMessagesVisible'),
  Dimensions: z.tuple([
    z.object({ Name: z.literal('QueueName'), Value: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }) }),
  ]),
  Statistic: z.literal('Maximum'),
  ComparisonOperator: z.literal('GreaterThanOrEqualToThreshold'),
  Threshold: z.number(),
  EvaluationPeriods: z.literal(1),
  AlarmActions: z.array(z.unknown()).min(1),
});

/**
 * The number of messages at which the template's alarm on a queue goes off.
 * @param output the output that names the queue
 * @throws when the template has no alarm on it that tells somebody
 */
export function alarmDepth({ Resources, Outputs }: Template, output: string): number {
  const { Ref: queue } = z.object({ Ref: z.string() }).parse(Outputs[output]?.Value);
  for (const { Type, Properties } of Object.values(Resources)) {
    const alarm = Type === 'AWS::CloudWatch::Alarm' ? alarmSchema.safeParse(Properties).data : undefined;
    if (alarm?.Dimensions[0].Value['Fn::GetAtt'][0] === queue) return alarm.Threshold;
  }
  throw new Error(`no alarm looks at ${output}`);
}
