import { UserError } from './user-error.ts';

/** An output of every Headshot, by which it is found in somebody's own stack. */
const KNOWN_BY = 'TableUsers';

/** The CDK ends a logical id with a hash, and begins it with the ids of the constructs above, except the stack. */
const LOGICAL_ID = /^(.*)([0-9A-F]{8})$/;

/**
 * The outputs of one Headshot by their own names, e.g. `TableUsers`. A stack that is a Headshot has these names. In a
 * stack with a Headshot in it, the CDK puts the ids above before each name and a hash after it:
 * `PhotosTableUsers1A2B3C4D`.
 * @param stack the stack's name
 * @param path ids of the construct below the stack, with slashes between; may be left out where the stack has one
 * Headshot
 * @throws UserError when there is none, or several and no path
 */
export function ownOutputs(all: Record<string, string>, stack: string, path?: string): Record<string, string> {
  if (path === undefined && all[KNOWN_BY] !== undefined) return all;
  const heads = Object.keys(all).flatMap((key) => {
    const [, name] = LOGICAL_ID.exec(key) ?? [];
    return name?.endsWith(KNOWN_BY) ? [name.slice(0, -KNOWN_BY.length)] : [];
  });
  const wanted = path?.replaceAll(/[^A-Za-z0-9]/g, '');
  const [head, ...others] = heads.filter((one) => wanted === undefined || one === wanted);
  if (head === undefined) throw new UserError(nothingIn(stack, path, heads));
  if (others.length > 0) throw new UserError(`the stack ${stack} has several; name one: ${named(stack, heads)}`);
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => {
      const [, name] = LOGICAL_ID.exec(key) ?? [];
      return name?.startsWith(head) ? [[name.slice(head.length), value]] : [];
    }),
  );
}

function nothingIn(stack: string, path: string | undefined, heads: string[]): string {
  if (heads.length === 0) return `the stack ${stack} is not a Headshot, or is not deployed yet`;
  return `the stack ${stack} has no Headshot ${path}; it has ${named(stack, heads)}`;
}

const named = (stack: string, heads: string[]): string => heads.map((head) => `${stack}/${head}`).join(', ');
