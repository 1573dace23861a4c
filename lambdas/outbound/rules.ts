import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { UrlProblem } from '../core/webhook.ts';

/** Where a message may be sent: an address that somebody chose must be on the public internet. */
export interface OutboundRules {
  ports: readonly number[];
  /** On a laptop: this machine's loopback addresses, with plain HTTP and any port. */
  allowsLoopback: boolean;
}

/**
 * A deployment's rules: the ports that it allows, and loopback if the service itself is on loopback, as on a laptop.
 * @param baseUrl where the service is
 * @param ports numbers, separated by commas
 */
export const outboundRules = (baseUrl: string, ports: string): OutboundRules => ({
  ports: readPorts(ports),
  allowsLoopback: isLoopbackHost(new URL(baseUrl)),
});

export const readPorts = (ports: string): number[] => ports.split(',').map(Number);

/** As long as a row can hold, and as every server accepts in a request line. */
export const MAX_URL_CHARACTERS = 2_000;

/**
 * Checks an address as it is written, without a look-up. What its name resolves to is checked when connecting
 * (`post.ts`). The URL parser has already turned other spellings into plain addresses (`0x7f.1`, `2130706433`).
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
 * Whether an address may be connected to: only what IANA's registries call global unicast. Not private, shared,
 * link-local, loopback, multicast, reserved or documentation addresses, nor IPv6 addresses that stand for IPv4 ones
 * (mapped, 6to4, Teredo, NAT64).
 */
export function isAllowed(address: string, { allowsLoopback }: OutboundRules): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.parse(address).range();
  return range === 'unicast' || (allowsLoopback && range === 'loopback');
}

/** The host's name or address; an IPv6 address without brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port));

function isLoopbackHost(url: URL): boolean {
  const host = hostOf(url);
  // RFC 6761, section 6.3: this name always means this machine.
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback');
}
