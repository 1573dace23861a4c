/** A file that departs from its format's specification, or uses it in an unusual way. */
export interface OddFile {
  /** What is odd about it; begins with its format. */
  name: string;
  make(): Buffer | Promise<Buffer>;
  /** The same picture in a file with nothing odd, where there is one: what must be seen. */
  tidy?(): Buffer | Promise<Buffer>;
}

/**
 * Every part left out, doubled, and moved to every other place, one change at a time. The first part, a signature,
 * stays.
 */
export function shuffled(parts: { name: string; bytes: Buffer }[]): { name: string; bytes: Buffer }[] {
  const [head, ...rest] = parts;
  if (head === undefined) return [];
  const joined = (name: string, some: { bytes: Buffer }[]) => ({
    name,
    bytes: Buffer.concat([head, ...some].map(({ bytes }) => bytes)),
  });
  return rest.flatMap((part, from) => {
    const others = rest.toSpliced(from, 1);
    const moves = others.flatMap((other, to) =>
      to === from ? [] : [joined(`${part.name} moved before ${other.name}`, others.toSpliced(to, 0, part))],
    );
    return [
      joined(`no ${part.name}`, others),
      joined(`${part.name} twice`, rest.toSpliced(from, 0, part)),
      ...moves,
      ...(from === rest.length - 1 ? [] : [joined(`${part.name} moved to the end`, [...others, part])]),
    ];
  });
}
