import { expect, test } from '@jest/globals';
import { accountConcurrency } from '../../local/account-concurrency.ts';

/** Lambda's guide, "Configuring reserved concurrency for a function". */
const reserved = new Map([['OnAvatar', 2]]);

test("reserved places are one function's alone, and all that it may have", () => {
  const account = accountConcurrency(102, reserved);
  const leave = account.take('OnAvatar');
  expect(account.take('OnAvatar')).toBeDefined();
  expect(account.take('OnAvatar')).toBeUndefined();
  // A hundred are left for all others, whatever it has reserved.
  for (let place = 0; place < 100; place++) expect(account.take('OnChange')).toBeDefined();
  expect(account.take('OnRead')).toBeUndefined();
  leave?.();
  expect(account.take('OnRead')).toBeUndefined();
  expect(account.take('OnAvatar')).toBeDefined();
});

test('a hundred stay unreserved, or AWS refuses', () => {
  expect(() => accountConcurrency(101, reserved)).toThrow('AWS would refuse ReservedConcurrentExecutions of 2');
  expect(() => accountConcurrency(10, reserved)).toThrow('an account of 10 keeps 100 unreserved');
  expect(accountConcurrency(10).take('OnRead')).toBeDefined();
});
