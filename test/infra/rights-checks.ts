import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { awaitedQueues } from '../../local/awaited-queues.ts';
import { undelivered } from '../../local/deliveries.ts';
import { readRights } from '../../local/rights.ts';
import { openStack } from '../../local/stack.ts';
import type { Template } from '../../local/template.ts';
import { NOWHERE } from '../local/hand-made.ts';
import { template } from '../synthesized.ts';
import { copyOf, logicalIdOf, propertiesOf, takeRight } from '../template-copy.ts';

const copy = (): Template => copyOf(template.toJSON());

const opened = (one: Template) => openStack(one, 'Headshot', NOWHERE, () => '');

describe('a right that is taken away', () => {
  /** One for each service: whose, what, and on what. */
  test.each([
    ['OnJob', 's3:PutObject', 'Photos/*'],
    ['OnChange', 'sqs:SendMessage', 'Jobs'],
    ['OnChange', 'sqs:GetQueueAttributes', 'Jobs'],
    ['OnChange', 'sns:Publish', 'PhotoEvents'],
    ['OnRead', 'dynamodb:GetItem', 'Users'],
    ['OnChange', 'secretsmanager:GetSecretValue', 'Master'],
    ['OnSweep', 'cloudfront:CreateInvalidation', 'Host'],
  ])('of %s, %s on %s: is granted before, and not after', (id, action, on) => {
    const refusal = (one: Template) => {
      const stack = opened(one);
      const found = stack
        .ofType('AWS::Lambda::Function', z.object({ Role: z.string() }))
        .find(({ logicalId }) => logicalId === logicalIdOf(one, id));
      const rights = readRights(stack);
      const [owner = '', ...path] = on.split('/');
      const resource =
        owner === 'Host'
          ? `arn:aws:cloudfront::000000000000:distribution/${stack.ref(logicalIdOf(one, owner))}`
          : owner === 'PhotoEvents' || owner === 'Master'
            ? stack.ref(logicalIdOf(one, owner))
            : [stack.attribute(logicalIdOf(one, owner), 'Arn'), ...path.map(() => 'any')].join('/');
      return rights.refusal(rights.ofRole(found?.properties.Role ?? ''), { action, resource });
    };
    const lacking = copy();
    takeRight(lacking, `Role${id}`, action, on);
    expect([refusal(copy()), refusal(lacking)]).toEqual([
      undefined,
      `because no identity-based policy allows the ${action} action`,
    ]);
  });

  test('a role that Lambda may not take, or of whose policies one is not in the template, stops the start by name', () => {
    const arnOf = (one: Template) => opened(one).attribute(logicalIdOf(one, 'RoleOnJob'), 'Arn');
    const elsewhere = 'arn:aws:iam::000000000000:role/Elsewhere';
    expect(() => readRights(opened(copy())).ofRole(elsewhere)).toThrow(`the template has no role ${elsewhere}`);
    const managed = copy();
    propertiesOf(managed, 'RoleOnJob').ManagedPolicyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
    expect(() => readRights(opened(managed)).ofRole(arnOf(managed))).toThrow(/RoleOnJob.*policy\/ReadOnlyAccess/);
    const bounded = copy();
    propertiesOf(bounded, 'RoleOnJob').PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(() => readRights(opened(bounded)).ofRole(arnOf(bounded))).toThrow(/RoleOnJob.*boundary/);
    const others = copy();
    propertiesOf(others, 'RoleOnJob').AssumeRolePolicyDocument = {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }],
    };
    expect(() => readRights(opened(others)).ofRole(arnOf(others))).toThrow(/RoleOnJob.*cannot be assumed by Lambda/);
    const odd = copy();
    const document = propertiesOf(odd, 'RawPolicy').PolicyDocument as { Statement: Record<string, unknown>[] };
    document.Statement[0] = { ...document.Statement[0], NotAction: 's3:GetObject' };
    expect(() => readRights(opened(odd))).toThrow(/RawPolicy.*NotAction/s);
  });
});

describe("what AWS's own services deliver", () => {
  test('all of it is permitted', () => {
    expect(undelivered(opened(copy()))).toEqual([]);
  });

  const without = (id: string) => (one: Template) => {
    delete one.Resources[logicalIdOf(one, id)];
  };
  test.each<[string, (one: Template) => void, RegExp[]]>([
    [
      'S3 into the intake',
      without('IntakePolicy'),
      [/^S3's notification of Imports.*sqs:SendMessage/, /^S3's notification/, /^S3's notification/],
    ],
    [
      'topic and schedule into the sweeps',
      without('SweepsPolicy'),
      [/^the subscription Sweeps/, /^the schedule Daily/],
    ],
    ['CloudFront out of the photos', without('PhotosPolicy'), [/^Host\w+, reading Photos.*s3:GetObject/]],
    [
      'CloudFront as anybody',
      (one) => {
        const config = propertiesOf(one, 'Host').DistributionConfig as { Origins: Record<string, unknown>[] };
        for (const origin of config.Origins) delete origin.OriginAccessControlId;
      },
      [/reading Site/, /reading Photos/],
    ],
    [
      'the worker out of the jobs',
      (one) => takeRight(one, 'RoleOnJob', 'sqs:DeleteMessage', 'Jobs'),
      [/^the event source OnJob\w*Jobs.*sqs:DeleteMessage/],
    ],
  ])('without the right of %s nothing starts', (_, take, words) => {
    const lacking = copy();
    take(lacking);
    const lines = undelivered(opened(lacking));
    expect(lines).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(lines[index]).toMatch(word);
  });

  test('API Gateway needs a permission for each API and function', () => {
    const lacking = copy();
    for (const [id, { Type }] of Object.entries(lacking.Resources))
      if (Type === 'AWS::Lambda::Permission' && id.includes('ApiTwitter')) delete lacking.Resources[id];
    const lines = undelivered(opened(lacking));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^the method ApiTwitter.*lambda:InvokeFunction/);
  });
});

test('people wait for the queues that an API’s function sends to, and not for imports, however few places there are', () => {
  const one = copy();
  const stack = opened(one);
  const isAwaited = awaitedQueues(stack);
  const arnOf = (id: string) => stack.attribute(logicalIdOf(one, id), 'Arn');
  expect(['Jobs', 'Sweeps', 'Bulk', 'Intake'].map((id) => isAwaited(arnOf(id)))).toEqual([true, true, false, false]);

  const without = copy();
  takeRight(without, 'RoleOnChange', 'sqs:SendMessage', 'Jobs');
  expect(awaitedQueues(opened(without))(arnOf('Jobs'))).toBe(false);
});
