import { MANIFEST_FILE } from './import-batch.ts';

/** Where files lie whose names say whom they are for. */
export const IMPORTS_PREFIX = 'imports/';

/** What an object's key in the imports bucket says. */
export type ImportKey =
  | { kind: 'photo'; batch: string; user: string }
  | { kind: 'manifest'; batch: string }
  /** A folder's marker, as the console makes them. */
  | { kind: 'folder' };

/**
 * Endings that are taken for a file's type and not for a part of the user's name. A closed list: cutting off just anything
 * would make `ada@example.co` of `ada@example.co.uk`, who may be somebody else. Types that are not ours are here too, so that
 * the picture is what is refused.
 */
const ENDING = /\.(jpe?g|jpe|jfif|png|gif|webp|heic|heif|avif|tiff?|bmp|svg|pdf)$/i;

/** Reads a key, decoded. Undefined when it belongs to no batch. */
export function readImportKey(key: string): ImportKey | undefined {
  const [folder, batch = '', ...path] = key.split('/');
  const name = path.at(-1);
  if (batch === '' || name === undefined) return undefined;
  if (name === '') return { kind: 'folder' };
  if (folder === 'imports') return { kind: 'photo', batch, user: userOf(name) };
  // Deeper ones are files like others.
  if (folder === 'manifests' && path.length === 1 && name === MANIFEST_FILE) return { kind: 'manifest', batch };
  return undefined;
}

/** A file's name without its type. macOS writes letters with marks as two characters; a user is called by the composed ones. */
const userOf = (name: string): string => name.replace(ENDING, '').normalize('NFC');

/** Batches that the command line makes: safe in keys, URLs and file names alike. */
export const BATCH_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
