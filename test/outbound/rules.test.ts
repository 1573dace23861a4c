import { describe, expect, test } from '@jest/globals';
import { isAllowed, outboundRules, urlProblem } from '../../lambdas/outbound/rules.ts';

const DEPLOYED = outboundRules('https://d111.cloudfront.net', '443,8443');
const LAPTOP = outboundRules('http://127.0.0.1:3000', '443');

describe('an address as it is written', () => {
  test.each([
    ['https://app.example.com/hooks?token=1', undefined],
    ['https://app.example.com:8443/', undefined],
    ['https://8.8.8.8/', undefined],
    ['https://[2606:4700:4700::1111]/', undefined],
    ['http://app.example.com/', 'not-https'],
    ['ftp://app.example.com/', 'not-https'],
    ['javascript:alert(1)', 'no-url'],
    ['app.example.com', 'no-url'],
    ['', 'no-url'],
    ['https://app.example.com:80/', 'bad-port'],
    ['https://app.example.com:22/', 'bad-port'],
    ['https://ada:pw@app.example.com/', 'has-credentials'],
    ['https://app.example.com/#top', 'has-fragment'],
    [`https://app.example.com/${'x'.repeat(2_000)}`, 'too-long'],
    // All of them are this machine, its link or its network.
    ['https://127.0.0.1/', 'not-public'],
    ['https://127.1/', 'not-public'],
    ['https://0x7f.1/', 'not-public'],
    ['https://2130706433/', 'not-public'],
    ['https://017700000001/', 'not-public'],
    ['https://①②⑦.⓪.⓪.①/', 'not-public'],
    ['https://127.0.0.1./', 'not-public'],
    ['https://169.254.169.254/latest/meta-data', 'not-public'],
    ['https://[fd00:ec2::254]/', 'not-public'],
    ['https://[::1]/', 'not-public'],
    ['https://[::ffff:10.0.0.1]/', 'not-public'],
    ['https://10.1.2.3/', 'not-public'],
  ])('%s: %s', (url, problem) => {
    expect(urlProblem(url, DEPLOYED)).toBe(problem);
  });

  test.each([
    ['http://127.0.0.1:9000/', undefined],
    ['http://localhost:9000/', undefined],
    ['http://[::1]:9000/', undefined],
    ['https://localhost:9443/', undefined],
    ['http://app.example.com/', 'not-https'],
    ['http://10.0.0.1:9000/', 'not-https'],
    ['http://169.254.169.254/', 'not-https'],
    ['https://10.0.0.1/', 'not-public'],
  ])('on a laptop %s: %s', (url, problem) => {
    expect(urlProblem(url, LAPTOP)).toBe(problem);
  });

  test('loopback is allowed to a service that is there itself, and to no other', () => {
    expect([DEPLOYED.allowsLoopback, LAPTOP.allowsLoopback]).toEqual([false, true]);
  });
});

describe('an address that is connected to', () => {
  // IANA's special-purpose registries for IPv4 and IPv6: what is not globally reachable, and what stands for something
  // else.
  test.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'no address',
  ])('%s is refused', (address) => {
    expect(isAllowed(address, DEPLOYED)).toBe(false);
  });

  test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111'])('%s is taken', (address) => {
    expect(isAllowed(address, DEPLOYED)).toBe(true);
  });
});
