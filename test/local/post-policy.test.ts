import { expect, test } from '@jest/globals';
import { policyError, type SentForm } from '../../local/post-policy.ts';

/**
 * S3's words for a form that its policy does not allow: "Error responses", and what people quote of the live service.
 */
const NOW = Date.parse('2026-11-30T12:00:00Z');

const encoded = (conditions: unknown[], expiration = '2026-11-30T12:10:00.000Z') =>
  Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
const CONDITIONS = [
  { bucket: 'here' },
  ['eq', '$key', 'direct/1/a'],
  ['starts-with', '$Content-Type', 'image/'],
  ['content-length-range', 10, 20],
];
const form = (over: Partial<SentForm> = {}, policy = encoded(CONDITIONS)): SentForm => ({
  bucket: 'here',
  fields: [
    ['key', 'direct/1/a'],
    ['content-type', 'image/png'],
    ['Policy', policy],
  ],
  bytes: 15,
  ...over,
});
const withField = (name: string, value: string): Partial<SentForm> => ({
  fields: [...form().fields.filter(([other]) => other !== name), [name, value]],
});

test('what the policy says is taken, at either end of its length', () => {
  for (const bytes of [10, 15, 20]) expect(policyError(form({ bytes }), NOW)).toBeUndefined();
  expect(policyError(form(withField('x-ignore-me', 'x')), NOW)).toBeUndefined();
});

test.each([
  [
    'a byte too many',
    form({ bytes: 21 }),
    400,
    'EntityTooLarge',
    'Your proposed upload exceeds the maximum allowed size',
  ],
  [
    'a byte too few',
    form({ bytes: 9 }),
    400,
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed size',
  ],
  [
    'another key',
    form(withField('key', 'direct/2/a')),
    403,
    'AccessDenied',
    'Invalid according to Policy: Policy Condition failed: ["eq","$key","direct/1/a"]',
  ],
  [
    'another type',
    form(withField('content-type', 'text/html')),
    403,
    'AccessDenied',
    'Invalid according to Policy: Policy Condition failed: ["starts-with","$content-type","image/"]',
  ],
  [
    'another bucket',
    form({ bucket: 'there' }),
    403,
    'AccessDenied',
    'Invalid according to Policy: Policy Condition failed: ["eq","$bucket","here"]',
  ],
  [
    'a field that the policy does not name',
    form(withField('acl', 'public-read')),
    403,
    'AccessDenied',
    'Invalid according to Policy: Extra input fields: acl',
  ],
  ['no JSON', form({}, 'eA=='), 400, 'InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.'],
])('%s', (_name, sent, status, code, message) => {
  expect(policyError(sent, NOW)).toMatchObject({ status, code, message });
});

test('a length is refused with its figures', () => {
  expect(policyError(form({ bytes: 21 }), NOW)?.more).toEqual({ ProposedSize: 21, MaxSizeAllowed: 20 });
  expect(policyError(form({ bytes: 9 }), NOW)?.more).toEqual({ ProposedSize: 9, MinSizeAllowed: 10 });
});

test('a policy ends at the moment that it names', () => {
  const end = Date.parse('2026-11-30T12:10:00Z');
  expect(policyError(form(), end - 1)).toBeUndefined();
  expect(policyError(form(), end)).toEqual({
    status: 403,
    code: 'AccessDenied',
    message: 'Invalid according to Policy: Policy expired.',
  });
});
