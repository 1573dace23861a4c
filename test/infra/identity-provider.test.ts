import { describe, expect, test } from '@jest/globals';
import { identityOrigins, identityProviderJson, pageSignIn } from '../../infra/identity-provider.ts';
import { deploySettings } from '../../infra/read-settings.ts';
import { readIdentityProvider } from '../../lambdas/edge/read-identity-provider.ts';
import { ofType, templateWith } from '../stack-with.ts';
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
  expect(rightsOf(without, 'OnChange')).not.toContain('"dynamodb:DeleteItem"');
  expect(rightsOf(withProvider, 'OnChange')).toContain('"dynamodb:DeleteItem","dynamodb:GetItem","dynamodb:PutItem"');
  expect(
    said(
      at(ofType('AWS::Lambda::Function', without), 'OnRead', 'Environment', 'Variables', 'HEADSHOT_IDENTITY_PROVIDER'),
    ),
  ).toBe('null');
});

describe('the page', () => {
  const connectOf = (given: Record<string, unknown>) =>
    /connect-src [^;]*/.exec(
      said(
        at(
          ofType('AWS::CloudFront::ResponseHeadersPolicy', templateWith(given)).PageHeaders,
          'ResponseHeadersPolicyConfig',
          'SecurityHeadersConfig',
          'ContentSecurityPolicy',
          'ContentSecurityPolicy',
        ),
      ),
    )?.[0];
  // Where the page sends large photos.
  const ours = "connect-src 'self' https://Imports.s3.AWS::Region.AWS::URLSuffix";
  const issuer = { oidcIssuer: 'https://id.example.com/realms/main' };

  test('may talk to the origins of the provider, and to nobody else', () => {
    expect(connectOf({})).toBe(ours);
    expect(connectOf({ ...issuer, oidcClientId: 'page', oidcOrigins: 'https://keys.example.com' })).toBe(
      `${ours} https://id.example.com https://keys.example.com`,
    );
    // Without a client id the page asks nothing there.
    expect(connectOf({ ...issuer, oidcAudience: 'api' })).toBe(ours);
  });

  test.each<[string, Record<string, unknown>, object | undefined]>([
    ['no sign-in without a client', { ...issuer, oidcAudience: 'api' }, undefined],
    ['its ID token, where it is the audience', { ...issuer, oidcClientId: 'page' }, { token: 'id', audience: 'page' }],
    [
      'its ID token, where it is one of them',
      { ...issuer, oidcClientId: 'page', oidcAudience: 'app,page' },
      { token: 'id' },
    ],
    [
      'an access token for the API',
      { ...issuer, oidcClientId: 'page', oidcAudience: 'api' },
      { token: 'access', audience: 'api' },
    ],
  ])('sends %s', (_what, given, expected) => {
    const signIn = pageSignIn(deploySettings(given));
    if (expected === undefined) expect(signIn).toBeUndefined();
    else expect(signIn).toMatchObject({ issuer: issuer.oidcIssuer, clientId: 'page', ...expected });
  });
});

test('administrators have routes only where there are any, and everybody still reads a photo from the function that reads', () => {
  const methodsOf = (given: Record<string, unknown>) =>
    Object.keys(ofType('AWS::ApiGateway::Method', templateWith(given))).filter((id) => id.includes('v1users'));
  const provider = { oidcIssuer: 'https://id.example.com', oidcClientId: 'page' };
  expect(methodsOf(provider)).toEqual([]);
  expect(methodsOf({ ...provider, oidcAdminClaim: 'groups=admins' }).sort()).toEqual([
    'ApiOwnv1usersANY',
    'ApiOwnv1usersidANY',
    'ApiOwnv1usersidphotoANY',
    'ApiOwnv1usersidphotoGET',
    'ApiOwnv1usersidphotoHEAD',
    'ApiOwnv1usersidphotoproxyANY',
    'ApiOwnv1usersidproxyANY',
  ]);
});
