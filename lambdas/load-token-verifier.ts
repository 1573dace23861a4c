import type { IdentityProvider } from './core/identity.ts';
import type { VerifyToken } from './identity/verify-token.ts';
import { logger } from './telemetry.ts';

/**
 * Verifies the identity provider's tokens; undefined if there is no provider, and then no code for it is loaded. If the
 * provider cannot be reached, the cause is logged for the operator.
 */
export async function loadTokenVerifier(provider: IdentityProvider | undefined): Promise<VerifyToken | undefined> {
  if (provider === undefined) return undefined;
  const { tokenVerifier } = await import('./identity/verify-token.ts');
  return tokenVerifier(provider, {
    onAway: (error) => logger.warn('identity provider away', { error }),
  });
}
