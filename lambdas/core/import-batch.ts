import { createHash } from 'node:crypto';
import type { UploadState } from './change.ts';
import type { RequestedCrop } from './photo.ts';

/** The nouns of an import. A batch is whatever lies under one `imports/<batch>/` or `manifests/<batch>/`. */

/** One file for one user, to be taken in. */
export interface ImportFile {
  batch: string;
  /** The object's key in the imports bucket. */
  key: string;
  /** Who the photo is for, as the file's name or the manifest calls them. */
  user: string;
  crop?: RequestedCrop;
  /** S3's order of events of one key, hex; for a row of a manifest, the manifest's. Compare with `sequencer`'s padding. */
  sequencer: string;
  /** The manifest's line, from 1; absent for a file without a manifest. */
  line?: number;
  /** When the manifest was put that names the user, ISO 8601 UTC; absent where the file's own name does. */
  namedAt?: string;
}

/** Where a row stands. What became of its upload (published, superseded, failed) is the upload row's to say. */
export type RowState = Extract<UploadState, 'queued' | 'superseded' | 'refused'> | 'waiting' | 'undone';

/** What is known of one file for one user. */
export interface BatchRow extends ImportFile {
  state: RowState;
  /** Why it is not published; a code with underscores. */
  reason?: string;
  userId?: string;
  uploadId?: string;
  /** The object's ETag and LastModified (ISO 8601 UTC) when it was taken in. */
  etag?: string;
  objectAt?: string;
}

/** The manifest of a batch, as it was last seen. */
export interface Manifest {
  batch: string;
  key: string;
  etag: string;
  sequencer: string;
}

export const MANIFEST_FILE = 'manifest.csv';

/**
 * A row's id in its batch. A manifest may give one file to several users, so there the user belongs to it; a line's
 * number does not, since lines move when a manifest is corrected. Nor does it matter there which way a letter with a mark is
 * spelled: Excel and macOS spell it differently.
 */
export const rowId = ({ key, user, line }: Pick<ImportFile, 'key' | 'user' | 'line'>): string =>
  line === undefined ? key : `${rowIdPrefix(key)}${user}`;

/** What the ids of all rows of a manifest begin with that are about one object. */
export const rowIdPrefix = (key: string): string => `${key.normalize('NFC')}\n`;

/**
 * Of two files for one user in a batch one is taken, whichever is seen first: the one of the later manifest, of one
 * manifest the first line, without a manifest the first name.
 */
export interface Rank {
  /** Grows with each manifest; empty without one. */
  manifest: string;
  place: string;
}

export const rankOf = ({ key, line, sequencer }: Pick<ImportFile, 'key' | 'line' | 'sequencer'>): Rank =>
  line === undefined
    ? { manifest: '', place: key }
    : { manifest: paddedSequencer(sequencer), place: String(line).padStart(12, '0') };

export const comesBefore = (one: Rank, other: Rank): boolean =>
  one.manifest === other.manifest ? one.place < other.place : one.manifest > other.manifest;

/** Why there is no file for a line. PowerShell 5 writes a question mark for every letter that it cannot write. */
export const missingFile = (key: string): 'no_file' | 'lossy_name' => (key.includes('?') ? 'lossy_name' : 'no_file');

/** The path of a file below its batch. */
export const fileOf = ({ key }: Pick<ImportFile, 'key'>): string => key.split('/').slice(2).join('/');

/** S3 says how to compare two: pad the shorter one with zeros on the right, then as text. 64 digits are more than it uses. */
export const paddedSequencer = (sequencer: string): string => sequencer.toUpperCase().padEnd(64, '0');

/**
 * The upload id of a file for a user: the same for the same bytes put at the same time, so that what comes twice is known.
 * In the shape of a UUID (version 8, RFC 9562: the bits are the application's own).
 */
export function importUploadId(
  file: Pick<ImportFile, 'key' | 'crop'>,
  userId: string,
  object: { etag: string; lastModified: string },
): string {
  const { crop } = file;
  const box = typeof crop === 'object' ? `${crop.x},${crop.y},${crop.side}` : (crop ?? '');
  const named = [file.key, object.etag, object.lastModified, userId, box].join('\n');
  const hex = createHash('sha256').update(named).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
