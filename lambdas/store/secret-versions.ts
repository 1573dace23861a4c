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
  /** ISO 8601; absent if the service does not say. */
  createdAt?: string;
}

/** The versions of a secret, for rotating it. Never cached: `secrets.ts` is for code that only uses secrets. */
export function secretVersions(client: SecretsManagerClient, secretId: string) {
  const read = async (stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<SecretVersion> => {
    const found = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
    const { VersionId: id, SecretString: value, CreatedDate } = found;
    if (id === undefined || value === undefined) throw new Error(`secret ${secretId} has no ${stage} string value`);
    return { id, value, ...(CreatedDate && { createdAt: CreatedDate.toISOString() }) };
  };

  return {
    current: () => read('AWSCURRENT'),

    /** Undefined if it was never rotated, or if the rotation is finished. */
    previous: (): Promise<SecretVersion | undefined> =>
      read('AWSPREVIOUS').catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }),

    /** Makes `value` the current version. The current one becomes the previous, and the previous one ends. */
    async add(value: string): Promise<void> {
      // The SDK gives each call a token, so that a retry adds nothing.
      await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: value }));
    },

    /** Ends the previous version. */
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
