/**
 * What a step gives back when it can turn a request down.
 *
 * A refusal is a value (the caller's input is wrong: answered, recorded, never retried);
 * a fault is a throw (ours: logged with its cause, answered generically, redelivered).
 */
export type Result<T, R> = { ok: true; value: T } | { ok: false; refusal: R };

export const accepted = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const refused = <R>(refusal: R): { ok: false; refusal: R } => ({ ok: false, refusal });
