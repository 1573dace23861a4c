import { MANIFEST_FILE } from './import-batch.ts';

/** Files here name their user by the file name. */
export const IMPORTS_PREFIX = 'imports/';

/** What an object's key in the imports bucket means. */
type ImportKey =
  | { kind: 'photo'; batch: string; user: string }
  | { kind: 'manifest'; batch: string }
  /** A folder's marker, as S3's console makes them. */
  | { kind: 'folder' };

/**
 * File name endings that are a type, and not part of the user's name. The list is closed: cutting off any ending would
 * turn `ada@example.co.uk` into `ada@example.co`, who may be somebody else. It has types that we do not read as well,
 * so that the refusal is about the picture.
 */
const ENDING = /\.(jpe?g|jpe|jfif|png|gif|webp|heic|heif|avif|tiff?|bmp|svg|pdf)$/i;

/** Reads a decoded key. Undefined if it belongs to no batch. */
export function readImportKey(key: string): ImportKey | undefined {
  const [folder, batch = '', ...path] = key.split('/');
  const name = path.at(-1);
  if (batch === '' || name === undefined) return undefined;
  if (name === '') return { kind: 'folder' };
  if (folder === 'imports') return { kind: 'photo', batch, user: userOf(name) };
  // A file of this name further down is a file like any other.
  if (folder === 'manifests' && path.length === 1 && name === MANIFEST_FILE) return { kind: 'manifest', batch };
  return undefined;
}

/** A file's name without its type, in NFC: macOS writes an accented letter as two characters. */
const userOf = (name: string): string => name.replace(ENDING, '').normalize('NFC');

/** Names of the batches that the command makes: safe in keys, URLs and file names. */
export const BATCH_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
