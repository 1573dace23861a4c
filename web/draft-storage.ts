import type { Square } from './crop-plan.ts';

/**
 * What a reload must not lose. Until the service has answered, that is the draft: the photo and its framing. After that
 * it is the upload, of which only the id is kept. There is never both: storing one removes the other.
 */
interface Draft {
  file: Blob;
  /** Undefined for the whole photo. */
  square: Square | undefined;
}

/** The file is in IndexedDB, which takes any size. Its framing and the tab's file are in `sessionStorage`. */
const DATABASE = 'headshot';
const FILES = 'drafts';
const ID_KEY = 'headshot.draft';
const SQUARE_KEY = 'headshot.square';
const UPLOAD_KEY = 'headshot.upload';
/** Nobody comes back to a closed tab's photo. It is removed when the page is next opened. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

interface Row {
  file: Blob;
  savedAt: number;
}

/** Some browsers keep nothing (private windows). Only comfort is lost, so failures are not shown. */
export async function saveDraft(file: Blob): Promise<void> {
  const id = crypto.randomUUID();
  await clearDraft();
  const row: Row = { file, savedAt: Date.now() };
  await inFiles('readwrite', (files) => files.put(row, id)).catch(() => undefined);
  sessionStorage.setItem(ID_KEY, id);
}

export function saveSquare(square: Square | undefined): void {
  sessionStorage.setItem(SQUARE_KEY, JSON.stringify(square ?? null));
}

export async function loadDraft(): Promise<Draft | undefined> {
  await removeOldDrafts().catch(() => undefined);
  const id = sessionStorage.getItem(ID_KEY);
  if (id === null) return undefined;
  const row: Row | undefined = await inFiles('readonly', (files) => files.get(id)).catch(() => undefined);
  const square: Square | null = JSON.parse(sessionStorage.getItem(SQUARE_KEY) ?? 'null');
  return row && { file: row.file, square: square ?? undefined };
}

/** The service has the photo, so from now on only the id is kept. */
export async function keepUpload(uploadId: string): Promise<void> {
  const cleared = clearDraft();
  // First, because a reload may come while the file is being deleted.
  sessionStorage.setItem(UPLOAD_KEY, uploadId);
  await cleared;
}

/** The id of an upload whose end the person has not seen. */
export const keptUpload = (): string | undefined => sessionStorage.getItem(UPLOAD_KEY) ?? undefined;

export async function clearDraft(): Promise<void> {
  const id = sessionStorage.getItem(ID_KEY);
  for (const key of [ID_KEY, SQUARE_KEY, UPLOAD_KEY]) sessionStorage.removeItem(key);
  if (id !== null) await inFiles('readwrite', (files) => files.delete(id)).catch(() => undefined);
}

async function removeOldDrafts(): Promise<void> {
  const ids = await inFiles('readonly', (files) => files.getAllKeys());
  for (const id of ids) {
    const row: Row | undefined = await inFiles('readonly', (files) => files.get(id));
    if (row && row.savedAt < Date.now() - MAX_AGE_MS) await inFiles('readwrite', (files) => files.delete(id));
  }
}

async function inFiles<T>(mode: IDBTransactionMode, work: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(FILES);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(FILES, mode).objectStore(FILES)));
  } finally {
    database.close();
  }
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
