import { describe, expect, test } from '@jest/globals';
import { policySignature, signForm } from '../../lambdas/store/post-policy.ts';
import { isSignedBy, policyError } from '../../local/post-policy.ts';

/**
 * S3's own example: "Examples: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)", S3's API. By its
 * base64, the lines of its policy end with CR and LF.
 */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request';
const POLICY = [
  '{ "expiration": "2015-12-30T12:00:00.000Z",',
  '  "conditions": [',
  '    {"bucket": "sigv4examplebucket"},',
  '    ["starts-with", "$key", "user/user1/"],',
  '    {"acl": "public-read"},',
  '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
  '    ["starts-with", "$Content-Type", "image/"],',
  '    {"x-amz-meta-uuid": "14365123651274"},',
  '    {"x-amz-server-side-encryption": "AES256"},',
  '    ["starts-with", "$x-amz-meta-tag", ""],',
  '',
  `    {"x-amz-credential": "${CREDENTIAL}"},`,
  '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
  '    {"x-amz-date": "20151229T000000Z" }',
  '  ]',
  '}',
].join('\r\n');
const ENCODED = Buffer.from(POLICY).toString('base64');
const SIGNATURE = '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e';

/** The form of the same page, with a name instead of `${filename}`. */
const FORM: [string, string][] = [
  ['key', 'user/user1/me.jpg'],
  ['acl', 'public-read'],
  ['success_action_redirect', 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html'],
  ['Content-Type', 'image/jpeg'],
  ['x-amz-meta-uuid', '14365123651274'],
  ['x-amz-server-side-encryption', 'AES256'],
  ['X-Amz-Credential', CREDENTIAL],
  ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
  ['X-Amz-Date', '20151229T000000Z'],
  ['x-amz-meta-tag', ''],
  ['Policy', ENCODED],
  ['X-Amz-Signature', SIGNATURE],
];
const IN_TIME = Date.parse('2015-12-30T11:59:59Z');

describe("S3's example", () => {
  test('is signed as its page says', () => {
    expect(ENCODED.slice(0, 60)).toBe('eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0K');
    expect(policySignature(ENCODED, { secretAccessKey: SECRET, region: 'us-east-1' }, '20151229')).toBe(SIGNATURE);
  });

  test('is taken by what checks forms on a laptop, and no other signature is', () => {
    expect(isSignedBy(FORM, SECRET)).toBe(true);
    expect(isSignedBy(FORM, `${SECRET}x`)).toBe(false);
    expect(policyError({ bucket: 'sigv4examplebucket', fields: FORM, bytes: 1 }, IN_TIME)).toBeUndefined();
  });
});

describe('a form of ours', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const policy = {
    expiration: '2026-11-30T12:10:00.000Z',
    conditions: [{ bucket: 'here' }, { key: 'direct/1/a' }, ['content-length-range', 5, 5]],
  } as Parameters<typeof signForm>[0];
  const signer = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: SECRET, sessionToken: 'token', region: 'eu-west-1' };
  const sent = () => Object.entries({ key: 'direct/1/a', ...signForm(policy, signer, now) });

  test('says who signed it, when, and with which session', () => {
    expect(Object.fromEntries(sent())).toMatchObject({
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': 'ASIAEXAMPLE/20261130/eu-west-1/s3/aws4_request',
      'x-amz-date': '20261130T120000Z',
      'x-amz-security-token': 'token',
    });
  });

  test('is what its policy says: the checks of the laptop take it', () => {
    expect(isSignedBy(sent(), SECRET)).toBe(true);
    expect(policyError({ bucket: 'here', fields: sent(), bytes: 5 }, now)).toBeUndefined();
  });
});
