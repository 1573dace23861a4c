import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

export interface SecretVersion {
  id: string;
  value: string;
  /** ISO 8601; absent when the service does not tell. */
  createdAt?: string;
}

/** The versions of one secret, as its owner rotates it: never cached. `secrets.ts` is for those who only use it. */
export function secretVersions(client: SecretsManagerClient, secretId: string) {
  const read = async (stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<SecretVersion> => {
    const found = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
    const { VersionId: id, SecretString: value, CreatedDate } = found;
    if (id === undefined || value === undefined) throw new Error(`secret ${secretId} has no ${stage} string value`);
    return { id, value, ...(CreatedDate && { createdAt: CreatedDate.toISOString() }) };
  };

  return {
    current: () => read('AWSCURRENT'),

    /** Undefined when it was never rotated, or the rotation is finished. */
    previous: (): Promise<SecretVersion | undefined> =>
      read('AWSPREVIOUS').catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }),

    /** Makes `value` the current version; the one that was becomes the previous one, and the one before that ends. */
    async add(value: string): Promise<void> {
      // The SDK gives each call a token of its own, so that its own second try adds nothing.
      await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: value }));
    },

    /** Ends the previous version: nobody can ask for it as such any more. */
    async endPrevious(versionId: string): Promise<void> {
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: 'AWSPREVIOUS',
          RemoveFromVersionId: versionId,
        }),
      );
    },
  };
}
