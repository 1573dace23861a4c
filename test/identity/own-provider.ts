import type { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';

/** The clock of these tests, in seconds since 1970. Nothing in them depends on the hour. */
export const NOW_SECONDS = 1_900_000_000;
export const AUDIENCE = 'https://photos.example.com/v1';

export type OwnProvider = Awaited<ReturnType<typeof ownProvider>>;

/**
 * A provider's documents and keys, served on loopback, with its signing keys. What it does may be changed while it
 * runs.
 */
export async function ownProvider() {
  const keys = new Map<string, { privateKey: webcrypto.CryptoKey; jwk: JWK; alg: string }>();
  const asked: string[] = [];
  const said: { status: number; discovery?: Record<string, unknown>; jwks?: unknown; delayMs: number } = {
    status: 200,
    delayMs: 0,
  };
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    const jwks = said.jwks ?? { keys: [...keys.values()].map(({ jwk }) => jwk) };
    const document = request.url === '/jwks' ? jwks : { issuer, jwks_uri: `${issuer}/jwks`, ...said.discovery };
    const body = typeof document === 'string' ? document : JSON.stringify(document);
    await new Promise((done) => setTimeout(done, said.delayMs));
    response.writeHead(said.status, { 'content-type': 'application/json', location: 'http://127.0.0.1:9/' }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const addKey = async (kid: string, alg: string, more: JWK = {}) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    keys.set(kid, {
      privateKey: pair.privateKey,
      alg,
      jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig', ...more },
    });
  };

  return {
    issuer,
    /** Paths in the order that they were asked for. */
    asked,
    /** What it answers from now on. */
    said,
    addKey,
    removeKey: (kid: string) => keys.delete(kid),
    jwkOf: (kid: string): JWK => keys.get(kid)?.jwk ?? {},
    /** Claims that are right, with others over them; undefined leaves one out. */
    claims: (over: Record<string, unknown> = {}): Record<string, unknown> => ({
      iss: issuer,
      aud: AUDIENCE,
      sub: 'person-1',
      iat: NOW_SECONDS,
      exp: NOW_SECONDS + 300,
      ...over,
    }),
    /** Signs with a key. The header has its kid and alg unless it says otherwise. */
    sign(payload: unknown, kid: string, header: Record<string, unknown> = {}): Promise<string> {
      const key = keys.get(kid);
      if (key === undefined) throw new Error(`no key ${kid}`);
      const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
      const { crit } = header;
      return new CompactSign(bytes)
        .setProtectedHeader({ alg: key.alg, kid, ...header })
        .sign(
          key.privateKey,
          Array.isArray(crit) ? { crit: Object.fromEntries(crit.map((name) => [name, true])) } : {},
        );
    },
    end: () => new Promise((done) => server.close(done)),
  };
}

/** The keys that the table of bad tokens names. */
export async function addKeysOfTable({ addKey }: Pick<OwnProvider, 'addKey'>): Promise<void> {
  const good = { rsa: 'RS256', 'rsa-2': 'RS256', pss: 'PS256', ec: 'ES256', ed: 'EdDSA' };
  for (const [kid, alg] of Object.entries(good)) await addKey(kid, alg);
  await addKey('for-encryption', 'RS256', { use: 'enc' });
  await addKey('weak', 'RS256', { n: Buffer.alloc(128, 0xc5).toString('base64url') });
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with whatever signature is given. */
export const unsigned = (header: unknown, payload: unknown, signature = ''): string =>
  `${part(header)}.${part(payload)}.${signature}`;
