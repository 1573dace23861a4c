/** Reads numbers, beginning with the highest bit of each byte. After the end come zeros, and `isWithin` is false. */
export function bitReader(bytes: Uint8Array) {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let left = count; left > 0; left--, at++) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const flag = (): boolean => bits(1) === 1;
  /** As many more bits as there were zeros before the first one: `ue(v)` of H.265, `uvlc()` of AV1. */
  const exponential = (): number => {
    let zeros = 0;
    while (zeros < 32 && !flag()) zeros++;
    return 2 ** zeros - 1 + bits(zeros);
  };
  return { bits, flag, exponential, isWithin: () => at <= 8 * bytes.length };
}
