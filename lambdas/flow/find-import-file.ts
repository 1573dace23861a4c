import { MAX_OBJECT_KEY_BYTES } from '../core/row-bounds.ts';
import type { ImportFiles, ImportObject } from '../store/import-files.ts';

/** An object with its own key, which may be spelled differently from the one asked for. */
export type FoundFile = ImportObject & { key: string; content?: Uint8Array };

/**
 * The object that a manifest's line means. Excel writes an accented letter as one character (NFC), macOS as two (NFD),
 * and both look the same. So if no object has exactly this key, one that is the same in NFC is meant.
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

/** The object of an S3 event, whose key is exact. */
export async function findOwnFile(
  key: string,
  maxBytes: number,
  files: Pick<ImportFiles, 'get'>,
): Promise<FoundFile | undefined> {
  const found = await files.get(key, maxBytes);
  return found && { ...found, key };
}

/** How many pages of a thousand keys are searched. */
const MAX_PAGES = 10;

/** The key of the object with this name, exactly or in NFC; undefined if there is none. ASCII has only one spelling. */
export async function keyAlike(key: string, files: Pick<ImportFiles, 'head' | 'list'>): Promise<string | undefined> {
  const composed = key.normalize('NFC');
  const firstOther = composed.search(/[^\x20-\x7e]/);
  if (firstOther < 0) return undefined;
  for (const spelled of new Set([key, composed, key.normalize('NFD')])) {
    if (Buffer.byteLength(spelled) > MAX_OBJECT_KEY_BYTES) continue;
    if ((await files.head(spelled)) !== undefined) return spelled;
  }
  // Folder and file may be spelled in different ways. The letter before the mark may be part of it.
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
