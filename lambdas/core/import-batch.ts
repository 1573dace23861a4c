import { createHash } from 'node:crypto';
import type { UploadState } from './change.ts';
import type { RequestedCrop } from './photo.ts';

/** The nouns of an import. A batch is everything under one `imports/<batch>/` or `manifests/<batch>/`. */

/** One file for one user. */
export interface ImportFile {
  batch: string;
  /** The object's key in the imports bucket. */
  key: string;
  /** The user, as the file name or the manifest spells it. */
  user: string;
  crop?: RequestedCrop;
  /** S3's order of the events of a key, hex; in a manifest's rows, the manifest's. Compare with `paddedSequencer`. */
  sequencer: string;
  /** The manifest's line, from 1; absent for a file without a manifest. */
  line?: number;
  /** When the manifest that names the user was put, ISO 8601 UTC; absent where the file name does. */
  namedAt?: string;
}

/** The state of a row. What became of its upload (published, superseded, failed) is in the upload's own row. */
type RowState = Extract<UploadState, 'queued' | 'superseded' | 'refused'> | 'waiting' | 'undone';

/** The stored row of one file for one user. */
export interface BatchRow extends ImportFile {
  state: RowState;
  /** Why it is not published: a code with underscores. */
  reason?: string;
  userId?: string;
  uploadId?: string;
  /** The object's ETag and LastModified (ISO 8601 UTC) when it was accepted. */
  etag?: string;
  objectAt?: string;
}

/** A batch's manifest, as last seen. */
export interface Manifest {
  batch: string;
  key: string;
  etag: string;
  sequencer: string;
}

export const MANIFEST_FILE = 'manifest.csv';

/**
 * A row's id in its batch. A manifest may give one file to several users, so its rows' ids have the user too. They do
 * not have the line number: lines move when a manifest is corrected. The key is in NFC, because Excel and macOS spell
 * accented letters differently.
 */
export const rowId = ({ key, user, line }: Pick<ImportFile, 'key' | 'user' | 'line'>): string =>
  line === undefined ? key : `${rowIdPrefix(key)}${user}`;

/** What the ids of all rows of a manifest about one object begin with. */
export const rowIdPrefix = (key: string): string => `${key.normalize('NFC')}\n`;

/**
 * Decides which of a user's files in a batch counts, whichever is seen first. With manifests: the later manifest, then
 * the lower line. Without: the lower key.
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

/** Why a line has no file. PowerShell 5 writes a question mark for each letter that it cannot encode. */
export const missingFile = (key: string): 'no_file' | 'lossy_name' => (key.includes('?') ? 'lossy_name' : 'no_file');

/** A file's path below its batch. */
export const fileOf = ({ key }: Pick<ImportFile, 'key'>): string => key.split('/').slice(2).join('/');

/** S3's rule for comparing two: pad the shorter with zeros on the right. S3 uses fewer than 64 digits. */
export const paddedSequencer = (sequencer: string): string => sequencer.toUpperCase().padEnd(64, '0');

/**
 * The upload id of a file for a user. It depends on the object's bytes and time, so an event that comes twice finds the
 * same upload. Formed like a UUID (RFC 9562, version 8, whose bits are the application's own).
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
