/** The checksum at the end of zlib data, for bytes that come in parts (RFC 1950, section 9). */
export function adler32() {
  let [low, high] = [1, 0];
  return {
    add(bytes: Uint8Array): void {
      for (let from = 0; from < bytes.length; from += ADLER_RUN) {
        const to = Math.min(from + ADLER_RUN, bytes.length);
        for (let at = from; at < to; at++) {
          low += bytes[at] ?? 0;
          high += low;
        }
        low %= ADLER_MODULUS;
        high %= ADLER_MODULUS;
      }
    },
    value: (): number => high * 65_536 + low,
  };
}

const ADLER_MODULUS = 65_521;
/** The most bytes that can be added before the sums need more than 32 bits. */
const ADLER_RUN = 5_552;
