/** The valid versions of the master secret, newest first, at most `maxAgeSeconds` old. */
export type MasterSecrets = (maxAgeSeconds?: number) => Promise<string[]>;

/** A process reads them at most this often, whatever tokens it gets. */
const FRESH_SECONDS = 1;

/**
 * Matches against the remembered versions, and if nothing fits, against versions that are read again. So a token of a
 * new version works at once, although processes remember versions for minutes. Only for stored tokens: a guess must
 * cost no call.
 */
export const findByMasterSecret = async <T>(
  masterSecrets: MasterSecrets,
  match: (secrets: string[]) => T | undefined,
): Promise<T | undefined> => match(await masterSecrets()) ?? match(await masterSecrets(FRESH_SECONDS));
