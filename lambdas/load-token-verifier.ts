import type { IdentityProvider } from './core/identity.ts';
import type { VerifyToken } from './identity/verify-token.ts';
import { logger } from './telemetry.ts';

/**
 * Verifies the provider's tokens; undefined where there is none, and then nothing that does it is run at a start. Why the provider could
 * not be asked is logged: it is an operator's matter.
 */
export async function loadTokenVerifier(provider: IdentityProvider | undefined): Promise<VerifyToken | undefined> {
  if (provider === undefined) return undefined;
  const { tokenVerifier } = await import('./identity/verify-token.ts');
  return tokenVerifier(provider, {
    onAway: (error) => logger.warn('identity provider away', { error }),
  });
}
