import { describe, expect, test } from '@jest/globals';
import { ofType, templateWith } from '../stack-with.ts';
import { at, listAt, said } from '../template-parts.ts';

const on = templateWith({ avatars: 'true', avatarDefaultHosts: 'img.example.com' });
const off = templateWith({});

test('off, there is nothing of it', () => {
  for (const type of ['AWS::Lambda::Function', 'AWS::ApiGateway::RestApi', 'AWS::CloudFront::CachePolicy']) {
    expect(Object.keys(ofType(type, off)).filter((id) => /avatar/i.test(id))).toEqual([]);
  }
});

describe('on', () => {
  test('has a throttle of its own', () => {
    const stage = Object.entries(ofType('AWS::ApiGateway::Stage', on)).find(([id]) => id.startsWith('ApiAvatar'))?.[1];
    // A fresh account has one place for it: twice that at once, and 1 ÷ 0.05 s a second.
    expect(at(stage, 'MethodSettings')).toMatchObject([
      { HttpMethod: '*', ResourcePath: '/*', ThrottlingBurstLimit: 2, ThrottlingRateLimit: 20 },
    ]);
    // A path here has a hash of a person's e-mail address.
    expect(at(stage, 'AccessLogSetting')).toBeUndefined();
  });

  test('reserves its places where the account has a hundred beside them', () => {
    const placesOf = (template: typeof on) =>
      at(ofType('AWS::Lambda::Function', template).OnAvatar, 'ReservedConcurrentExecutions');
    expect(placesOf(on)).toBeUndefined();
    expect(placesOf(templateWith({ avatars: 'true', accountConcurrency: '1000' }))).toBe(50);
  });

  test('its function reads users and pictures, and nothing else', () => {
    const policy = Object.entries(ofType('AWS::IAM::Policy', on)).find(([id]) => id.startsWith('RoleOnAvatar'))?.[1];
    const allowed = listAt(policy, 'PolicyDocument', 'Statement').flatMap((statement) =>
      listAt(statement, 'Action').map(
        (action) => `${String(action)} ${listAt(statement, 'Resource').map(said).join()}`,
      ),
    );
    expect(allowed.filter((one) => !one.startsWith('logs:')).sort()).toEqual([
      'dynamodb:GetItem Users',
      's3:GetObject Photos/*',
      's3:ListBucket Photos',
    ]);
  });

  test('is one behaviour, kept for five minutes by path and by what the edge function leaves of the query', () => {
    const config = at(ofType('AWS::CloudFront::Distribution', on).Host, 'DistributionConfig');
    const behaviours = listAt(config, 'CacheBehaviors').filter((one) => at(one, 'PathPattern') === '/avatar/*');
    expect(behaviours).toHaveLength(1);
    expect(at(behaviours[0], 'AllowedMethods')).toEqual(['GET', 'HEAD']);
    expect(at(ofType('AWS::CloudFront::CachePolicy', on).AvatarMinutes, 'CachePolicyConfig')).toMatchObject({
      MaxTTL: 300,
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: { HeaderBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['s', 'd', 'f', 'initials'] },
      },
    });
  });

  test('the edge function knows where a default may lead to', () => {
    const script = (template: typeof on) =>
      String(at(ofType('AWS::CloudFront::Function', template).OnViewerRequest, 'FunctionCode'));
    expect(script(on)).toMatch(/^const avatarDefaultHosts = \["img\.example\.com"\];\n/);
    expect(script(off)).toMatch(/^const avatarDefaultHosts = null;\n/);
  });
});
