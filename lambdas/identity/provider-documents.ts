import type { IdentityProvider } from '../core/identity.ts';

/** A provider's documents have a few kilobytes. Entra ID's keys, with their certificates, have about 15. */
const MAX_DOCUMENT_BYTES = 262_144;
/** For the whole answer. A caller waits for it. */
const TIMEOUT_MS = 3_000;

/** The provider cannot be reached, or what it says does not allow to check a token. The message is only for our log. */
export class ProviderAway extends Error {}

/** Reads one of the provider's JSON documents. @throws ProviderAway */
export type ReadDocument = (url: string) => Promise<Record<string, unknown>>;

/**
 * Reads only from the issuer's own origin and the deployment's `origins`, whatever a document names. Redirects are not
 * followed, and answers are limited in size and time. Plain http is only for a provider on this machine.
 */
export function documentReader({ issuer, origins }: IdentityProvider, fetcher: typeof fetch = fetch): ReadDocument {
  const allowed = new Set([issuer, ...origins].map((one) => new URL(one).origin));
  return async (given) => {
    const url = readableUrl(given, allowed);
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const ask = () => fetcher(url, { redirect: 'error', headers: { accept: 'application/json' }, signal });
      // A connection may be gone that was kept while Lambda had frozen the process. Only using it shows that.
      const answer = await ask().catch((error: Error) => (error.name === 'TypeError' ? ask() : Promise.reject(error)));
      if (answer.status !== 200) throw new ProviderAway(`${url.href} answers ${answer.status}`);
      const document: unknown = JSON.parse(await boundedText(answer));
      if (typeof document !== 'object' || document === null) throw new ProviderAway(`${url.href} is no JSON object`);
      return document as Record<string, unknown>;
    } catch (error) {
      throw error instanceof ProviderAway ? error : new ProviderAway(`${url.href} cannot be read`, { cause: error });
    }
  };
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

function readableUrl(given: string, allowed: Set<string>): URL {
  const url = URL.parse(given);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (url === null || !isSafe || url.username !== '' || url.password !== '' || !allowed.has(url.origin)) {
    throw new ProviderAway(`the provider leads to ${given.slice(0, 200)}, which oidcOrigins does not name`);
  }
  return url;
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_DOCUMENT_BYTES) throw new ProviderAway(`${answer.url} is longer than ${MAX_DOCUMENT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
