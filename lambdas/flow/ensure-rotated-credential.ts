import type { Credential, CredentialStore } from '../store/credentials.ts';

/**
 * Writes a credential unless it exists. It keeps the rights, the end and the revocation of the one that it replaces: a
 * new version of the master secret must not restore a right.
 */
export async function ensureRotatedCredential(
  credential: Credential,
  replacedDigest: string | undefined,
  credentials: CredentialStore,
): Promise<void> {
  const replaced = replacedDigest ? await credentials.byDigest(replacedDigest) : undefined;
  await credentials.ensure({ ...credential, ...replaced, digest: credential.digest });
}
