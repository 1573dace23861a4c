import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { UrlProblem } from '../core/webhook.ts';

/** Where a message may be sent to: an address that somebody chose must lead nowhere but to the public internet. */
export interface OutboundRules {
  ports: readonly number[];
  /** On a laptop: plain HTTP, and any port, of this machine's own loopback addresses. */
  allowsLoopback: boolean;
}

/**
 * The rules of a deployment: the ports that it names, and loopback where it is served there itself, which is on a laptop.
 * @param baseUrl where the service is
 * @param ports numbers with commas between
 */
export const outboundRules = (baseUrl: string, ports: string): OutboundRules => ({
  ports: readPorts(ports),
  allowsLoopback: isLoopbackHost(new URL(baseUrl)),
});

export const readPorts = (ports: string): number[] => ports.split(',').map(Number);

/** What a row holds, and what every server takes in a request line. */
export const MAX_URL_CHARACTERS = 2_000;

/**
 * Looks at an address as it is written, without a look-up: what its name leads to is looked at when it is connected to
 * (`post.ts`). The URL parser has made plain addresses of other spellings (`0x7f.1`, `2130706433`).
 */
export function urlProblem(text: string, rules: OutboundRules): UrlProblem | undefined {
  if (text.length > MAX_URL_CHARACTERS) return 'too-long';
  const url = URL.parse(text);
  if (url === null || url.hostname === '') return 'no-url';
  const isHere = rules.allowsLoopback && isLoopbackHost(url);
  if (url.protocol !== 'https:' && !(isHere && url.protocol === 'http:')) return 'not-https';
  if (url.username !== '' || url.password !== '') return 'has-credentials';
  if (url.hash !== '') return 'has-fragment';
  if (!isHere && !rules.ports.includes(portOf(url))) return 'bad-port';
  const host = hostOf(url);
  return isIP(host) !== 0 && !isAllowed(host, rules) ? 'not-public' : undefined;
}

/**
 * Whether an address may be connected to: what IANA's registries call global unicast, and nothing else. Not private, shared, link-local,
 * loopback, multicast, reserved or for documentation, and no IPv6 address that stands for an IPv4 one (mapped, 6to4, Teredo, NAT64).
 */
export function isAllowed(address: string, { allowsLoopback }: OutboundRules): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.parse(address).range();
  return range === 'unicast' || (allowsLoopback && range === 'loopback');
}

/** The host's name or address, an IPv6 address without its brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port));

function isLoopbackHost(url: URL): boolean {
  const host = hostOf(url);
  // RFC 6761, section 6.3: that name is always this machine.
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback');
}
