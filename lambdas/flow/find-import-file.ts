import { MAX_OBJECT_KEY_BYTES } from '../core/row-bounds.ts';
import type { ImportFiles, ImportObject } from '../store/import-files.ts';

/** An object as it was found, under its own key, which may be spelled otherwise than it was asked for. */
export type FoundFile = ImportObject & { key: string; content?: Uint8Array };

/**
 * The object that a manifest's line means. Excel writes a letter with a mark as one character (NFC), macOS names files with two
 * (NFD), and nobody sees the difference: so where there is no object of exactly this key, one that is the same in NFC is meant.
 */
export async function findImportFile(
  key: string,
  maxBytes: number,
  files: Pick<ImportFiles, 'get' | 'head' | 'list'>,
): Promise<FoundFile | undefined> {
  const exact = await files.get(key, maxBytes);
  if (exact !== undefined) return { ...exact, key };
  const other = await keyAlike(key, files);
  const found = other === undefined ? undefined : await files.get(other, maxBytes);
  return found && other !== undefined ? { ...found, key: other } : undefined;
}

/** The object that an event of S3 is about: its key is spelled as it is. */
export async function findOwnFile(
  key: string,
  maxBytes: number,
  files: Pick<ImportFiles, 'get'>,
): Promise<FoundFile | undefined> {
  const found = await files.get(key, maxBytes);
  return found && { ...found, key };
}

/** Pages of a thousand keys that are looked through for one. */
const MAX_PAGES = 10;

/** The key of the object whose name is this, or the same in NFC; undefined when there is none, or nothing to be spelled otherwise. */
export async function keyAlike(key: string, files: Pick<ImportFiles, 'head' | 'list'>): Promise<string | undefined> {
  const composed = key.normalize('NFC');
  const firstOther = composed.search(/[^\x20-\x7e]/);
  if (firstOther < 0) return undefined;
  for (const spelled of new Set([key, composed, key.normalize('NFD')])) {
    if (Buffer.byteLength(spelled) > MAX_OBJECT_KEY_BYTES) continue;
    if ((await files.head(spelled)) !== undefined) return spelled;
  }
  // A folder's name may be spelled one way and the file's in it another. The letter before may be the one that bears the mark.
  const prefix = composed.slice(0, Math.max(firstOther - 1, 0));
  let page: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { keys, nextPage } = await files.list(prefix, page);
    const found = keys.find((other) => other.normalize('NFC') === composed);
    if (found !== undefined || nextPage === undefined) return found;
    page = nextPage;
  }
  return undefined;
}
