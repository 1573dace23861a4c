import { describe, expect, test } from '@jest/globals';
import { deploySettings } from '../../infra/deploy-settings.ts';
import { identityOrigins, identityProviderJson } from '../../infra/identity-provider.ts';
import { readIdentityProvider } from '../../lambdas/edge/read-identity-provider.ts';
import { ofType, templateWith } from '../synthesized.ts';
import { at, said } from '../template-parts.ts';

const told = (given: Record<string, unknown>) => readIdentityProvider(identityProviderJson(deploySettings(given)));

describe('what the functions are told of the provider', () => {
  test('nothing where there is none', () => {
    expect(told({})).toBeUndefined();
    expect(identityOrigins(deploySettings({}))).toEqual([]);
  });

  test('everything that was given', () => {
    expect(
      told({
        oidcIssuer: 'https://id.example.com/realms/main',
        oidcAudience: 'https://photos.example.com/v1,page',
        oidcClientId: 'page',
        oidcOrigins: 'https://keys.example.com',
        oidcNameClaim: 'https://example.com/name',
        oidcEmailClaim: 'mail',
        oidcAdminClaim: 'groups=Photo admins=all',
      }),
    ).toEqual({
      issuer: 'https://id.example.com/realms/main',
      audiences: ['https://photos.example.com/v1', 'page'],
      origins: ['https://keys.example.com'],
      nameClaim: 'https://example.com/name',
      emailClaim: 'mail',
      adminClaim: { name: 'groups', value: 'Photo admins=all' },
    });
  });

  test("a token is for the page's own client unless told; Google's other origins are known", () => {
    const given = { oidcIssuer: 'https://accounts.google.com', oidcClientId: '1-a.apps.googleusercontent.com' };
    expect(told(given)).toMatchObject({
      audiences: ['1-a.apps.googleusercontent.com'],
      origins: ['https://www.googleapis.com', 'https://oauth2.googleapis.com'],
    });
  });
});

test('only who makes users may write them: the function that changes, and only where there is a provider', () => {
  const rightsOf = (template: ReturnType<typeof templateWith>, role: string) =>
    JSON.stringify(at(ofType('AWS::IAM::Policy', template), `Role${role}DefaultPolicy`, 'PolicyDocument'));
  const withProvider = templateWith({ oidcIssuer: 'https://id.example.com', oidcClientId: 'page' });
  const without = templateWith({});
  expect(rightsOf(withProvider, 'OnRead')).toBe(rightsOf(without, 'OnRead'));
  expect(rightsOf(without, 'OnChange')).not.toContain('"dynamodb:PutItem","dynamodb:DeleteItem"');
  expect(rightsOf(withProvider, 'OnChange')).toContain('["dynamodb:PutItem","dynamodb:DeleteItem"]');
  expect(
    said(
      at(ofType('AWS::Lambda::Function', without), 'OnRead', 'Environment', 'Variables', 'HEADSHOT_IDENTITY_PROVIDER'),
    ),
  ).toBe('null');
});
