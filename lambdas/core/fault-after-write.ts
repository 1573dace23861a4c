/**
 * A fault after something was stored. The caller must hear that part of the request may have happened. `cause` is the
 * fault itself.
 */
export class FaultAfterWrite extends Error {}

/** Runs work that follows the first lasting write. @throws FaultAfterWrite with the fault as its cause */
export async function afterFirstWrite<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof FaultAfterWrite
      ? cause
      : new FaultAfterWrite('failed after something was stored', { cause });
  }
}
