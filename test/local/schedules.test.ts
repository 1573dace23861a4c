import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { startSchedules } from '../../local/schedules.ts';
import { openStack } from '../../local/stack.ts';
import { templateSchema } from '../../local/template.ts';
import { testLaptop } from '../laptop.ts';
import { handMade, plainHost, resource } from './hand-made.ts';

const DAY_MS = 86_400_000;
const rule = (more: object = {}) =>
  resource('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 day)',
    State: 'ENABLED',
    Targets: [{ Arn: { 'Fn::GetAtt': ['Seen', 'Arn'] }, Id: 'Target0', Input: '{"kind":"daily"}' }],
    ...more,
  });

test('a schedule sends what it says when it is due, also when that was while the run was down, and once', async () => {
  const resources = {
    ...plainHost(),
    Seen: resource('AWS::SQS::Queue'),
    Daily: rule(),
    Off: rule({ State: 'DISABLED' }),
  };
  const assembly = handMade(resources, {}, { Seen: { Value: { Ref: 'Seen' } } });
  const laptop = await testLaptop(assembly);
  try {
    const { aws_endpoints, outputs } = laptop.running;
    const { sqs } = emulatorClients(aws_endpoints);
    const stateFile = join(laptop.dataDir, 'schedules.json');
    const seen = async (WaitTimeSeconds: number) => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: outputs.Seen, WaitTimeSeconds }));
      return Messages?.map(({ Body }) => Body);
    };
    // The first run is due a day after the first start.
    const state = JSON.parse(readFileSync(stateFile, 'utf8'));
    expect(Object.keys(state)).toEqual(['Daily']);
    expect(await seen(0)).toBeUndefined();

    // As after a night: the last run is more than a day ago.
    writeFileSync(stateFile, JSON.stringify({ Daily: Date.now() - 1.5 * DAY_MS }));
    const stack = openStack(templateSchema.parse({ Resources: resources }), 'Hand', aws_endpoints, () => '');
    const again = startSchedules(stack, sqs, stateFile, (line) => laptop.shown.push(line));
    expect(await seen(5)).toEqual(['{"kind":"daily"}']);
    expect(Date.now() - JSON.parse(readFileSync(stateFile, 'utf8')).Daily).toBeLessThan(60_000);
    expect(await seen(1)).toBeUndefined();
    again.stop();
  } finally {
    await laptop.end();
  }
}, 60_000);

test.each([
  ['a cron expression', { ScheduleExpression: 'cron(0 3 * * ? *)' }, /rate\(1 day\) only/],
  ['a target that is no queue', { Targets: [{ Arn: 'arn:aws:sns:x', Input: '{}' }] }, /queues of the template only/],
])(
  '%s stops the start',
  async (_name, more, words) => {
    const assembly = handMade({ ...plainHost(), Seen: resource('AWS::SQS::Queue'), Daily: rule(more) });
    await expect(testLaptop(assembly)).rejects.toThrow(words);
  },
  60_000,
);
