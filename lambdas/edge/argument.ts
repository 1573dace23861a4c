/** One argument of a request's body. Its value is bytes, because a picture may come in any kind of form. */
export interface Argument {
  name: string;
  bytes: Buffer;
}

/** A bound on the work that one request causes. No client sends as many. */
export const MAX_ARGUMENTS = 100;
