/** One argument of a request's body. Bytes, because a picture may come in any kind of form. */
export interface Argument {
  name: string;
  bytes: Buffer;
}

/** More than any client sends; a bound on what one request makes us look at. */
export const MAX_ARGUMENTS = 100;
