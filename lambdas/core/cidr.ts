import { BlockList, isIP } from 'node:net';

/** Networks in CIDR notation, IPv4 and IPv6: `192.0.2.0/24`, `2001:db8::/32`. A bare address is a network of one. */

/** A network's parts; undefined if the text is not a network. */
function readNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [, address = '', length] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const maxPrefix = version === 4 ? 32 : 128;
  const prefix = length === undefined ? maxPrefix : Number(length);
  return prefix > maxPrefix ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

export const isNetwork = (text: string): boolean => readNetwork(text) !== undefined;

/** Whether an address is in one of the networks. False if it is not an address. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const read = readNetwork(network);
    if (read !== undefined) list.addSubnet(read.address, read.prefix, read.family);
  }
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
