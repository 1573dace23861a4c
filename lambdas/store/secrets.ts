import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Within this time, all processes forget a version that has ended. */
const CACHE_SECONDS = 300;

/** Secrets, each read at most once in five minutes per process. A secret's value is a string. */
export function secretStore(client: SecretsManagerClient, now: () => number = Date.now) {
  const cache = new Map<string, { values: Promise<string[]>; readMs: number }>();

  const fetchVersion = async (id: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    if (SecretString === undefined) throw new Error(`secret ${id} has no string value`);
    return SecretString;
  };

  /** Empty if the secret was never rotated. */
  const fetchPrevious = (id: string): Promise<string[]> =>
    fetchVersion(id, 'AWSPREVIOUS').then(
      (value) => [value],
      (error) => {
        if (error instanceof ResourceNotFoundException) return [];
        throw error;
      },
    );

  const cached = (key: string, maxAgeSeconds: number, fetchValues: () => Promise<string[]>): Promise<string[]> => {
    const known = cache.get(key);
    if (known !== undefined && known.readMs + maxAgeSeconds * 1_000 > now()) return known.values;
    const values = fetchValues();
    cache.set(key, { values, readMs: now() });
    // A failure is not remembered, so the next call tries again.
    values.catch(() => cache.delete(key));
    return values;
  };

  return {
    /** The current value. @throws if it cannot be read */
    async current(id: string): Promise<string> {
      const [value = ''] = await cached(`current ${id}`, CACHE_SECONDS, async () => [
        await fetchVersion(id, 'AWSCURRENT'),
      ]);
      return value;
    },

    /** The current value and the previous one, if there is one. Read at most `maxAgeSeconds` ago. */
    versions: (id: string, maxAgeSeconds = CACHE_SECONDS): Promise<string[]> =>
      cached(`versions ${id}`, maxAgeSeconds, async () => {
        // In this order, a rotation in between gives the old version twice, but never the new one alone.
        const current = await fetchVersion(id, 'AWSCURRENT');
        return [current, ...(await fetchPrevious(id))];
      }),
  };
}
