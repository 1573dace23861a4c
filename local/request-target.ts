/** Where a request goes, and under which host name. */
interface Target {
  /** As sent, with percent signs; starts with a slash. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  /** The host that the target itself names: it counts before the Host header (RFC 9112, section 3.2.2). */
  authority?: string;
}

/**
 * Reads a request's target: in origin-form, `/path?query`, or in absolute-form, `http://host/path?query`, which clients
 * behind a proxy send and a server must accept (RFC 9112, section 3.2). Undefined means a 400: `*`, `host:port`, a
 * fragment, another scheme, a user before the host.
 */
export function readTarget(target: string): Target | undefined {
  if (target.includes('#')) return undefined;
  if (target.startsWith('/')) return split(target);
  const [, authority, rest = ''] = /^https?:\/\/([^/?]*)(.*)$/is.exec(target) ?? [];
  if (authority === undefined || !isHost(authority)) return undefined;
  return { ...split(rest.startsWith('/') ? rest : `/${rest}`), authority };
}

function split(target: string): Target {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/**
 * Whether a request names one host, as HTTP/1.1 must (RFC 9112, section 3.2): no Host, an empty one, two, or an invalid
 * one are a 400. HTTP/1.0 may have none.
 */
export function hasOneHost(headers: [name: string, value: string][], httpVersion: string): boolean {
  const hosts = headers.filter(([name]) => name.toLowerCase() === 'host').map(([, value]) => value);
  if (hosts.length === 0) return httpVersion === '1.0';
  return hosts.length === 1 && hosts.every(isHost);
}

/** A name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const isHost = (text: string): boolean => /^(?:[a-z0-9._~%!$&'()*+,;=-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i.test(text);
