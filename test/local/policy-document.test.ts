import { describe, expect, test } from '@jest/globals';
import { readPolicy } from '../../local/policy-document.ts';

const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const one = (more: object) => readPolicy(policy({ Effect: 'Allow', Action: '*', Resource: '*', ...more }), 'Mine')[0];

describe('a policy', () => {
  test.each<[string | string[], string, boolean]>([
    ['s3:GetObject', 's3:GetObject', true],
    ['s3:GetObject', 'S3:getobject', true],
    ['s3:GetObject', 's3:GetObjectAcl', false],
    ['s3:GetObject*', 's3:GetObjectAcl', true],
    ['s3:Get?bject', 's3:GetObject', true],
    [['sqs:SendMessage', 's3:*'], 's3:PutObject', true],
    ['s3.GetObject', 's3:GetObject', false],
  ])('the action %j about %s: %s', (Action, action, expected) => {
    expect(one({ Action })?.matchesAction(action)).toBe(expected);
  });

  test.each<[string | string[], string, boolean]>([
    ['arn:aws:s3:::raw/raw/*', 'arn:aws:s3:::raw/raw/1/a', true],
    ['arn:aws:s3:::raw/raw/*', 'arn:aws:s3:::raw/other', false],
    ['arn:aws:s3:::raw', 'arn:aws:s3:::raw/raw/1', false],
    ['arn:aws:s3:::Raw', 'arn:aws:s3:::raw', false],
    [['arn:aws:s3:::a', '*'], 'anything', true],
  ])('the resource %j about %s: %s', (Resource, arn, expected) => {
    expect(one({ Resource })?.matchesResource(arn)).toBe(expected);
  });

  test.each<[object, object, boolean]>([
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:securetransport': 'true' }, false],
    [{ Bool: { 'aws:SecureTransport': false } }, { 'aws:securetransport': 'false' }, true],
    [{ StringEquals: { 'AWS:SourceArn': ['x', 'y'] } }, { 'aws:sourcearn': 'y' }, true],
    [{ StringEquals: { 'aws:SourceArn': 'arn:*' } }, { 'aws:sourcearn': 'arn:1' }, false],
    [{ ArnLike: { 'aws:SourceArn': 'arn:*' } }, { 'aws:sourcearn': 'arn:1' }, true],
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, {}, false],
    [
      { ArnLike: { 'aws:SourceArn': 'a' }, StringEquals: { 'aws:SourceAccount': '1' } },
      { 'aws:sourcearn': 'a' },
      false,
    ],
  ])('the condition %j in %j: %s', (Condition, context, expected) => {
    expect(one({ Condition })?.holds(context)).toBe(expected);
  });

  test.each<[string, object, RegExp]>([
    ['NotAction', { NotAction: 's3:*' }, /Mine: .*\n.*NotAction/s],
    ['NotResource', { NotResource: '*' }, /NotResource/],
    ['NotPrincipal', { NotPrincipal: '*' }, /NotPrincipal/],
    ['a federated principal', { Principal: { Federated: 'cognito' } }, /Principal/],
    ['an operator', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }, /Mine: .*operator IpAddress/],
    ['a key', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }, /Mine: .*key aws:PrincipalTag\/team/],
    ['a variable', { Resource: `arn:aws:s3:::a/\${aws:username}` }, /Mine: .*variables, as in arn:aws:s3:::a/],
    ['an effect', { Effect: 'Perhaps' }, /Effect/],
  ])('%s that is not known stops the start by name', (_, more, words) => {
    expect(() => one(more)).toThrow(words);
  });

  test('an older version of the language is not taken for the one that is read', () => {
    expect(() => readPolicy({ Version: '2008-10-17', Statement: [] }, 'Mine')).toThrow(/Mine: .*Version/s);
  });
});
