import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { openStack } from '../../local/stack.ts';
import { templateSchema } from '../../local/template.ts';
import { NOWHERE, resource } from './hand-made.ts';

const open = (Resources: object, Outputs: object = {}) =>
  openStack(templateSchema.parse({ Resources, Outputs }), 'Hand', NOWHERE, (id) => `value of ${id}`);

describe('the template with values', () => {
  test('Ref and GetAtt of each kind of resource', () => {
    const stack = open(
      {
        PhotosB9552D0D: resource('AWS::S3::Bucket'),
        Jobs: resource('AWS::SQS::Queue'),
        Events: resource('AWS::SNS::Topic', { TopicName: 'named' }),
        Users: resource('AWS::DynamoDB::Table'),
        Master: resource('AWS::SecretsManager::Secret'),
      },
      {
        Bucket: { Value: { Ref: 'PhotosB9552D0D' } },
        Queue: { Value: { Ref: 'Jobs' } },
        QueueArn: { Value: { 'Fn::GetAtt': ['Jobs', 'Arn'] } },
        Topic: { Value: { Ref: 'Events' } },
        Table: { Value: { 'Fn::GetAtt': ['Users', 'Arn'] } },
        Secret: { Value: { Ref: 'Master' } },
        Stack: { Value: { 'Fn::Sub': `\${AWS::StackName} \${AWS::AccountId} \${AWS::Partition} \${AWS::URLSuffix}` } },
      },
    );
    expect(stack.outputs()).toEqual({
      Bucket: 'photosb9552d0d',
      Queue: 'http://127.0.0.1:1/000000000000/Jobs',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:Jobs',
      Topic: 'arn:aws:sns:us-east-1:000000000000:named',
      Table: 'arn:aws:dynamodb:us-east-1:000000000000:table/Users',
      Secret: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Master',
      Stack: 'Hand 000000000000 aws amazonaws.com',
    });
  });

  test('an unknown resource type stops with its name and logical id', () => {
    expect(() => open({ Odd: resource('AWS::Kinesis::Stream'), Fine: resource('AWS::IAM::Role') })).toThrow(
      'Odd (AWS::Kinesis::Stream)',
    );
  });

  test.each<[string, object, string]>([
    ['a reference to nothing', { A: { Ref: 'Nowhere' } }, 'Queue: Ref Nowhere'],
    ['an attribute of nothing', { A: { 'Fn::GetAtt': ['Nowhere', 'Arn'] } }, 'Queue: Fn::GetAtt Nowhere.Arn'],
    ['an attribute that is not known', { A: { 'Fn::GetAtt': ['Queue', 'Colour'] } }, 'Queue: Fn::GetAtt Queue.Colour'],
  ])('%s stops with both names', (_, properties, words) => {
    expect(() => open({ Queue: resource('AWS::SQS::Queue', properties) })).toThrow(words);
  });

  test('an ignored resource may be referred to', () => {
    const stack = open({
      Logs: resource('AWS::Logs::LogGroup'),
      Fn: resource('AWS::Lambda::Function', { Role: { 'Fn::GetAtt': ['Logs', 'Arn'] } }),
    });
    const [found] = stack.ofType('AWS::Lambda::Function', z.object({ Role: z.string() }));
    expect(found?.properties.Role).toBe('arn:aws:ignored:us-east-1:000000000000:Logs');
  });
});
