import { describe, expect, test } from '@jest/globals';
import { constantTimeEqual } from '../../lambdas/core/constant-time-equal.ts';
import {
  hmacSha1,
  type Parameter,
  percentEncode,
  readAuthorization,
  type SignedRequest,
  signatureBase,
} from '../../lambdas/edge/oauth.ts';

/** Twitter's published sample ("Creating a signature"), and three requests that other programs signed with its keys. */
const CONSUMER_SECRET = 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw';
const TOKEN_SECRET = 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE';
const OAUTH: Parameter[] = [
  ['oauth_consumer_key', 'xvz1evFS4wEEPTGEFPHBog'],
  ['oauth_nonce', 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg'],
  ['oauth_signature_method', 'HMAC-SHA1'],
  ['oauth_timestamp', '1318622958'],
  ['oauth_token', '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb'],
  ['oauth_version', '1.0'],
];
const IMAGE_URL = 'https://api.twitter.com/1.1/account/update_profile_image.json';
const post = (url: string, query: Parameter[], form: Parameter[]): SignedRequest => ({
  verb: 'post',
  url,
  query,
  form,
  oauth: OAUTH,
});

describe('signatures', () => {
  test.each<[string, SignedRequest, string]>([
    [
      'the published sample',
      post(
        'https://api.twitter.com/1/statuses/update.json',
        [['include_entities', 'true']],
        [['status', 'Hello Ladies + Gentlemen, a signed OAuth request!']],
      ),
      'tnnArxj06cWHq44gCs1OSKk/jLY=',
    ],
    [
      'a form with base64 and a flag',
      post(
        IMAGE_URL,
        [],
        [
          ['image', '+/8AAQID+/8='],
          ['skip_status', 'true'],
        ],
      ),
      '98lrz/ztHU75UKDPZ5P26ki0r1c=',
    ],
    ['multipart: the body is not signed', post(IMAGE_URL, [], []), 'wTdDM62APjudkgDIBshhEAWe/70='],
    ['multipart with a query: that is', post(IMAGE_URL, [['skip_status', 'True']], []), 'm4Q/D5PDQQbuV07rSojXQ6a0cvw='],
  ])('%s', (_name, request, signature) => {
    expect(hmacSha1(signatureBase(request), CONSUMER_SECRET, TOKEN_SECRET)).toBe(signature);
  });

  test('the base string of RFC 5849, section 3.4.1.1', () => {
    const base = signatureBase({
      verb: 'POST',
      url: 'http://EXAMPLE.com:80/request',
      query: [
        ['b5', '=%3D'],
        ['a3', 'a'],
        ['c@', ''],
        ['a2', 'r b'],
      ],
      form: [
        ['c2', ''],
        ['a3', '2 q'],
      ],
      oauth: [
        ['oauth_consumer_key', '9djdj82h48djs9d2'],
        ['oauth_token', 'kkk9d7dh3k39sjv7'],
        ['oauth_signature_method', 'HMAC-SHA1'],
        ['oauth_timestamp', '137131201'],
        ['oauth_nonce', '7d8f3e4a'],
        ['oauth_signature', 'bYT5CMsGcbgUdFHObYMEfcx6bsw='],
      ],
    });
    expect(base).toBe(
      'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
    );
  });

  test.each([
    ['a signature', 'tnnArxj06cWHq44gCs1OSKk/jLY=', 'tnnArxj06cWHq44gCs1OSKk/jLY=', true],
    ['one character off', 'tnnArxj06cWHq44gCs1OSKk/jLZ=', 'tnnArxj06cWHq44gCs1OSKk/jLY=', false],
    ['none', '', 'tnnArxj06cWHq44gCs1OSKk/jLY=', false],
  ])('compared: %s', (_name, given, expected, same) => {
    expect(constantTimeEqual(given, expected)).toBe(same);
  });
});

test('percent-encoding (RFC 5849, section 3.6) keeps only the unreserved characters', () => {
  expect(percentEncode("aZ0-._~ +!*'()☃")).toBe('aZ0-._~%20%2B%21%2A%27%28%29%E2%98%83');
});

describe('the Authorization header', () => {
  test.each<[string, string, Parameter[] | undefined]>([
    [
      'quoted, with spaces',
      'OAuth oauth_token="a%2Bb", oauth_nonce="n"',
      [
        ['oauth_token', 'a+b'],
        ['oauth_nonce', 'n'],
      ],
    ],
    [
      'without spaces',
      'OAuth oauth_token="a",oauth_nonce="n"',
      [
        ['oauth_token', 'a'],
        ['oauth_nonce', 'n'],
      ],
    ],
    ['unquoted, and not of the protocol', 'OAuth name=x,oauth_nonce=0.46+14', [['oauth_nonce', '0.46+14']]],
    ['a realm is not taken', 'OAuth realm="http://a",oauth_nonce="n"', [['oauth_nonce', 'n']]],
    ['lower case, odd space', ' oauth   oauth_nonce = "n" ', [['oauth_nonce', 'n']]],
    ['broken encoding stands for itself', 'OAuth oauth_nonce="%zz"', [['oauth_nonce', '%zz']]],
    ['nothing in it', 'OAuth x', []],
    ['another scheme', 'Bearer abc', undefined],
  ])('%s', (_name, header, expected) => {
    expect(readAuthorization(header)).toEqual(expected);
  });
});
