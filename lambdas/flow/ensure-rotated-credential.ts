import type { Credential, CredentialStore } from '../store/credentials.ts';

/**
 * Writes a credential unless it is there, with what the one that it replaces may do, how long, and whether it is revoked: a
 * new version of the master secret must give nobody a right back.
 */
export async function ensureRotatedCredential(
  credential: Credential,
  replacedDigest: string | undefined,
  credentials: CredentialStore,
): Promise<void> {
  const replaced = replacedDigest ? await credentials.byDigest(replacedDigest) : undefined;
  await credentials.ensure({ ...credential, ...replaced, digest: credential.digest });
}
