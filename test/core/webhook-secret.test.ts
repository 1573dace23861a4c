import { expect, test } from '@jest/globals';
import { signingSecrets, withNewSecret } from '../../lambdas/core/webhook-secret.ts';

const [OLD, NEW] = ['a master secret of before', 'a master secret of now'];
const ID = 'a1b2c3';
const first = withNewSecret({ id: ID, secrets: [] }, OLD, 1_000);
const second = withNewSecret({ id: ID, secrets: first.secrets }, NEW, 2_000);
const webhook = { id: ID, secrets: second.secrets };

test('while it is rotated both sign, the newest first', () => {
  expect(signingSecrets(webhook, [NEW, OLD], 3_000)).toEqual([second.secret, first.secret]);
});

test('who remembers only the version before asks again, and does not sign with the old one alone', () => {
  expect(signingSecrets(webhook, [OLD], 3_000)).toBeUndefined();
});

test('a version that ended takes its secret along, a day ends the one before', () => {
  expect(signingSecrets(webhook, [NEW], 3_000)).toEqual([second.secret]);
  expect(signingSecrets(webhook, [NEW, OLD], 2_000 + 86_400_000)).toEqual([second.secret]);
});
