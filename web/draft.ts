import type { Square } from './outbox-plan.ts';

/** What a reload must not lose: the photo that is chosen and not yet with the service, and how it is framed. */
export interface Draft {
  file: Blob;
  /** undefined for the whole photo. */
  square: Square | undefined;
}

/** The file lies in IndexedDB, which takes any size; how it is framed, and which file is this tab's, in `sessionStorage`. */
const DATABASE = 'headshot';
const FILES = 'drafts';
const ID_KEY = 'headshot.draft';
const SQUARE_KEY = 'headshot.square';
/** A tab that was closed cannot come back for its photo; it goes when the page is next opened. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

interface Row {
  file: Blob;
  savedAt: number;
}

/** Browsers that keep nothing (private windows of some) lose only the comfort, so no failure here is shown. */
export async function saveDraft(file: Blob): Promise<void> {
  const id = crypto.randomUUID();
  await forgetDraft();
  const row: Row = { file, savedAt: Date.now() };
  await inFiles('readwrite', (files) => files.put(row, id)).catch(() => undefined);
  sessionStorage.setItem(ID_KEY, id);
}

export function saveSquare(square: Square | undefined): void {
  sessionStorage.setItem(SQUARE_KEY, JSON.stringify(square ?? null));
}

export async function loadDraft(): Promise<Draft | undefined> {
  await forgetOldDrafts().catch(() => undefined);
  const id = sessionStorage.getItem(ID_KEY);
  if (id === null) return undefined;
  const row: Row | undefined = await inFiles('readonly', (files) => files.get(id)).catch(() => undefined);
  const square: Square | null = JSON.parse(sessionStorage.getItem(SQUARE_KEY) ?? 'null');
  return row && { file: row.file, square: square ?? undefined };
}

export async function forgetDraft(): Promise<void> {
  const id = sessionStorage.getItem(ID_KEY);
  sessionStorage.removeItem(ID_KEY);
  sessionStorage.removeItem(SQUARE_KEY);
  if (id !== null) await inFiles('readwrite', (files) => files.delete(id)).catch(() => undefined);
}

async function forgetOldDrafts(): Promise<void> {
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
