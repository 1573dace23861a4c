import { describe, expect, test } from '@jest/globals';
import { NO_VALUE, resolveValue, type Scope } from '../../local/intrinsics.ts';

const scope: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : { Bucket: 'my-bucket', 'AWS::Region': 'us-east-1' }[name]),
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  secret: (id, jsonKey) => (jsonKey === undefined ? `secret of ${id}` : `${jsonKey} of ${id}`),
};

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Master';

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['a literal', 'text', 'text'],
    ['Ref', { Ref: 'Bucket' }, 'my-bucket'],
    ['Ref in a list in a map', { a: [{ Ref: 'Bucket' }] }, { a: ['my-bucket'] }],
    ['NoValue leaves a property out', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['NoValue leaves a list item out', [{ Ref: 'AWS::NoValue' }, 'b'], ['b']],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'Queue/Arn'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Bucket' }, 3]] }, 'a-my-bucket-3'],
    ['Split and Select', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Bucket' }] }] }, 'bucket'],
    ['Select with its index as text', { 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    ['Sub', { 'Fn::Sub': `x-\${AWS::Region}-\${Queue.Arn}-\${!Kept}` }, `x-us-east-1-Queue/Arn-\${Kept}`],
    [
      'Sub with values of its own',
      { 'Fn::Sub': [`\${A}/\${Bucket}`, { A: { Ref: 'Bucket' } }] },
      'my-bucket/my-bucket',
    ],
    ['a secret by ARN', `{{resolve:secretsmanager:${ARN}:SecretString:::}}`, `secret of ${ARN}`],
    ["a secret's key by name", '{{resolve:secretsmanager:Master:SecretString:password::}}', 'password of Master'],
    [
      'a secret whose reference comes together by a join',
      { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Bucket' }, ':SecretString:::}}']] },
      'secret of my-bucket',
    ],
    ['a map of two keys is a map', { Ref: 'Bucket', Other: 1 }, { Ref: 'Bucket', Other: 1 }],
  ])('%s', (_, value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected);
  });

  test.each<[string, unknown, string]>([
    ['an unknown intrinsic', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    ['another kind of dynamic reference', '{{resolve:ssm:name}}', '{{resolve:ssm:name}}'],
    ['a join of what is no text', { 'Fn::Join': ['', [{}]] }, 'Fn::Join'],
    ['a selection beyond the list', { 'Fn::Select': [2, ['a']] }, 'Fn::Select'],
  ])('%s stops with its name', (_, value, name) => {
    expect(() => resolveValue(value, scope)).toThrow(name);
  });
});
