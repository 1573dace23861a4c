import * as z from 'zod/mini';
import type { IdentityProvider } from '../core/identity.ts';

const IdentityProviderMessage = z.nullable(
  z.object({
    issuer: z.url(),
    audiences: z.array(z.string()).check(z.minLength(1)),
    origins: z.array(z.url()),
    name_claim: z.string(),
    email_claim: z.string(),
    admin_claim: z.optional(z.object({ name: z.string(), value: z.string() })),
  }),
);

/** How a deployment tells its functions whose people are let in; null where there is no provider. */
export type IdentityProviderMessage = z.input<typeof IdentityProviderMessage>;

/** Reads it. @throws when it is not what `IdentityProviderMessage` says. */
export function readIdentityProvider(json: string): IdentityProvider | undefined {
  const message = IdentityProviderMessage.parse(JSON.parse(json));
  if (message === null) return undefined;
  const { name_claim, email_claim, admin_claim, ...same } = message;
  return {
    ...same,
    nameClaim: name_claim,
    emailClaim: email_claim,
    ...(admin_claim !== undefined && { adminClaim: admin_claim }),
  };
}
