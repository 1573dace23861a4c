import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** A rotated secret is seen everywhere within this time. */
const CACHE_MINUTES = 5;

/** Secrets, each read at most once in five minutes a process. A secret's value is a string. */
export function secretStore(client: SecretsManagerClient, now: () => number = Date.now) {
  const cache = new Map<string, { values: Promise<string[]>; untilMs: number }>();

  const fetchVersion = async (id: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    if (SecretString === undefined) throw new Error(`secret ${id} has no string value`);
    return SecretString;
  };

  /** A secret that was never rotated has no previous version. */
  const fetchPrevious = (id: string): Promise<string[]> =>
    fetchVersion(id, 'AWSPREVIOUS').then(
      (value) => [value],
      (error) => {
        if (error instanceof ResourceNotFoundException) return [];
        throw error;
      },
    );

  const cached = (key: string, fetchValues: () => Promise<string[]>): Promise<string[]> => {
    const known = cache.get(key);
    if (known !== undefined && known.untilMs > now()) return known.values;
    const values = fetchValues();
    cache.set(key, { values, untilMs: now() + CACHE_MINUTES * 60_000 });
    // A failure must not be remembered: the next call tries again.
    values.catch(() => cache.delete(key));
    return values;
  };

  return {
    /** The current version's value. @throws when it cannot be had: nothing may go on with a guessed secret. */
    async current(id: string): Promise<string> {
      const [value = ''] = await cached(`current ${id}`, async () => [await fetchVersion(id, 'AWSCURRENT')]);
      return value;
    },

    /** The current version's value and, if there is one, the previous one's. */
    versions: (id: string): Promise<string[]> =>
      cached(`versions ${id}`, async () => {
        const [current, previous] = await Promise.all([fetchVersion(id, 'AWSCURRENT'), fetchPrevious(id)]);
        return [current, ...previous];
      }),
  };
}

export type SecretStore = ReturnType<typeof secretStore>;
