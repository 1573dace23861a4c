/** The master secret's versions that verify, the newest first, read at most so long ago. */
export type MasterSecrets = (maxAgeSeconds?: number) => Promise<string[]>;

/** A process asks again at most this often, whatever is shown to it. */
const FRESH_SECONDS = 1;

/**
 * What a look at the versions finds; with versions read anew, when it finds nothing. So a token of a new version works at
 * once, though processes remember the versions for minutes. Only for tokens that are on record: a guess must cost no call.
 */
export const findByMasterSecret = async <T>(
  masterSecrets: MasterSecrets,
  match: (secrets: string[]) => T | undefined,
): Promise<T | undefined> => match(await masterSecrets()) ?? match(await masterSecrets(FRESH_SECONDS));
