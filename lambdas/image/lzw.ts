/** The result of unpacking LZW data. */
interface Unpacked {
  /** The number of values found, at most as many as wanted. */
  count: number;
  /**
   * `full`: all that were wanted. Otherwise fewer, and then: `ended`, the end code or the last sub-block; `broken`, a
   * code without a meaning; `cut`, the end of the file.
   */
  end: 'full' | 'ended' | 'broken' | 'cut';
}

const MAX_CODES = 4096;

/**
 * Unpacks GIF's variant of LZW from sub-blocks into `values`, until it is full or the data ends. The time is linear in
 * input and output. It takes two tables of 4,096 numbers: an entry is the place and length of a run in the output.
 * @param from where the first sub-block's length is
 * @param codeSize bits of a value, 0 to 11
 * Source: GIF89a, appendix F. A full table stays until the next clear code, as in every decoder.
 */
export function unpackLzw(bytes: Uint8Array, from: number, codeSize: number, values: Uint8Array): Unpacked {
  const clear = 1 << codeSize;
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let next = clear + 2;
  let width = codeSize + 1;
  let previousStart = -1;
  let previousLength = 0;
  let count = 0;
  let at = from;
  let left = bytes[at++] ?? 0;
  let buffered = 0;
  let bufferedBits = 0;
  while (count < values.length) {
    while (bufferedBits < width) {
      if (left === 0) return { count, end: at > bytes.length ? 'cut' : 'ended' };
      if (at >= bytes.length) return { count, end: 'cut' };
      buffered |= (bytes[at++] ?? 0) << bufferedBits;
      bufferedBits += 8;
      if (--left === 0) left = bytes[at++] ?? 0;
    }
    const code = buffered & ((1 << width) - 1);
    buffered >>>= width;
    bufferedBits -= width;
    if (code === clear) {
      next = clear + 2;
      width = codeSize + 1;
      previousStart = -1;
      continue;
    }
    if (code === clear + 1) return { count, end: 'ended' };
    if (previousStart >= 0 && next < MAX_CODES) {
      // The previous run, and the first value of this one, which comes right after it.
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
      if (next >= 1 << width && width < 12) width++;
    }
    const start = count;
    if (code < clear) values[count++] = code;
    else {
      if (code >= next) return { count, end: 'broken' };
      const source = starts[code] ?? 0;
      const length = Math.min(lengths[code] ?? 0, values.length - count);
      for (let index = 0; index < length; index++) values[count++] = values[source + index] ?? 0;
    }
    previousStart = start;
    previousLength = count - start;
  }
  return { count, end: 'full' };
}
