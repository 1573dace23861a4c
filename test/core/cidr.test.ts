import { expect, test } from '@jest/globals';
import { isInNetworks, isNetwork } from '../../lambdas/core/cidr.ts';

test.each([
  ['192.0.2.0/24', true],
  ['192.0.2.7', true],
  ['0.0.0.0/0', true],
  ['2001:db8::/32', true],
  ['::1/128', true],
  ['192.0.2.0/33', false],
  ['2001:db8::/129', false],
  ['192.0.2.0/', false],
  ['192.0.2/24', false],
  ['example.com', false],
  ['', false],
])('%j is a network: %j', (text, expected) => {
  expect(isNetwork(text)).toBe(expected);
});

test.each([
  ['192.0.2.255', ['192.0.2.0/24'], true],
  ['192.0.3.0', ['192.0.2.0/24'], false],
  ['192.0.2.7', ['192.0.2.7'], true],
  ['192.0.2.8', ['192.0.2.7'], false],
  ['198.51.100.1', ['192.0.2.0/24', '198.51.100.0/31'], true],
  ['198.51.100.2', ['192.0.2.0/24', '198.51.100.0/31'], false],
  ['2001:db8:ffff::1', ['2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['192.0.2.7', ['2001:db8::/32'], false],
  // The same address, written as IPv6.
  ['::ffff:192.0.2.7', ['192.0.2.0/24'], true],
  ['not an address', ['0.0.0.0/0'], false],
  ['192.0.2.7', [], false],
])('%s in %j: %j', (address, networks, expected) => {
  expect(isInNetworks(address, networks)).toBe(expected);
});
