/**
 * What a step returns if it can turn a request down.
 *
 * A refusal is a value: the caller's input is wrong. It is answered, recorded and never retried.
 * A fault is a throw: it is ours. It is logged with its cause, answered without it, and redelivered.
 */
export type Result<T, R> = { ok: true; value: T } | { ok: false; refusal: R };

export const accepted = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const refused = <R>(refusal: R): { ok: false; refusal: R } => ({ ok: false, refusal });
