import type { IdentityProviderMessage } from '../lambdas/edge/read-identity-provider.ts';
import type { DeploySettings } from './deploy-settings.ts';

/**
 * Origins, besides the issuer's, where a provider's documents lead.
 * Google: its discovery document (https://accounts.google.com/.well-known/openid-configuration) has `jwks_uri` at
 * www.googleapis.com and `token_endpoint` at oauth2.googleapis.com.
 */
const KNOWN_ORIGINS: Record<string, string[]> = {
  'https://accounts.google.com': ['https://www.googleapis.com', 'https://oauth2.googleapis.com'],
};

/** The identity provider, for the functions (`edge/read-identity-provider.ts`). */
export const identityProviderJson = (settings: DeploySettings): string => JSON.stringify(message(settings));

function message(settings: DeploySettings): IdentityProviderMessage {
  const { oidcIssuer, oidcNameClaim, oidcEmailClaim, oidcAdminClaim } = settings;
  const [audience, ...audiences] = identityAudiences(settings);
  if (oidcIssuer === undefined || audience === undefined) return null;
  const [name, ...value] = oidcAdminClaim?.split('=') ?? [];
  return {
    issuer: oidcIssuer,
    audiences: [audience, ...audiences],
    origins: otherOrigins(settings),
    name_claim: oidcNameClaim,
    email_claim: oidcEmailClaim,
    ...(name !== undefined && { admin_claim: { name, value: value.join('=') } }),
  };
}

/** The audiences that a token may have. */
const identityAudiences = ({ oidcAudience, oidcClientId }: DeploySettings): readonly string[] =>
  oidcAudience.length > 0 || oidcClientId === undefined ? oidcAudience : [oidcClientId];

/** The origins of the provider; none without a provider. */
export const identityOrigins = (settings: DeploySettings): string[] =>
  settings.oidcIssuer === undefined ? [] : [new URL(settings.oidcIssuer).origin, ...otherOrigins(settings)];

const otherOrigins = ({ oidcIssuer = '', oidcOrigins }: DeploySettings): string[] => [
  ...new Set([...(KNOWN_ORIGINS[oidcIssuer] ?? []), ...oidcOrigins]),
];

/** What the page needs to send people to the provider (`web/provider.ts`); undefined if it has no sign-in. */
export function pageSignIn(settings: DeploySettings) {
  const { oidcIssuer, oidcClientId, oidcScope } = settings;
  const [audience] = identityAudiences(settings);
  if (oidcIssuer === undefined || oidcClientId === undefined) return undefined;
  // If the audience is the page itself, its token is the ID token; for an API it is an access token.
  const token = identityAudiences(settings).includes(oidcClientId) ? 'id' : 'access';
  return { issuer: oidcIssuer, clientId: oidcClientId, scope: oidcScope, token, audience };
}
