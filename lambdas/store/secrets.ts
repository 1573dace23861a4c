import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A rotated secret is seen everywhere within this time. */
const CACHE_MINUTES = 5;

/** Secrets, each read at most once in five minutes a process. A secret's value is a string. */
export function secretStore(client: SecretsManagerClient, now: () => number = Date.now) {
  const cache = new Map<string, { value: Promise<string>; untilMs: number }>();

  const fetchSecret = async (id: string): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (SecretString === undefined) throw new Error(`secret ${id} has no string value`);
    return SecretString;
  };

  return {
    /** The current version's value. @throws when it cannot be had: nothing may go on with a guessed secret. */
    current(id: string): Promise<string> {
      const cached = cache.get(id);
      if (cached !== undefined && cached.untilMs > now()) return cached.value;
      const value = fetchSecret(id);
      cache.set(id, { value, untilMs: now() + CACHE_MINUTES * 60_000 });
      // A failure must not be remembered: the next call tries again.
      value.catch(() => cache.delete(id));
      return value;
    },
  };
}

export type SecretStore = ReturnType<typeof secretStore>;
