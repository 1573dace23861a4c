import { type ImportFile, rowId } from './import-batch.ts';

/**
 * Bounds on what people write, so that DynamoDB accepts every row: the sort key has the file and the user.
 * Bytes are UTF-8.
 */
/** DynamoDB's guide, "Constraints": a sort key has at most 1,024 bytes, a partition key 2,048. */
export const MAX_SORT_KEY_BYTES = 1_024;

/** S3's guide, "Naming Amazon S3 objects": a key has at most 1,024 bytes. */
export const MAX_OBJECT_KEY_BYTES = 1_024;

/** No name of a user is longer. RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of which are its brackets. */
export const MAX_USER_BYTES = 254;

/** A manifest's batch. The row of a line that cannot be stored has the batch, a number and the start of two cells. */
export const MAX_BATCH_BYTES = 256;

const MAX_SHOWN_CHARACTERS = 60;

export type RowProblem = 'user_too_long' | 'file_too_long';

/** Why a file or a manifest's line cannot be a row; undefined if it can. */
export function rowProblem(file: Pick<ImportFile, 'key' | 'user' | 'line'>): RowProblem | undefined {
  if (Buffer.byteLength(file.user) > MAX_USER_BYTES) return 'user_too_long';
  const isTooLong =
    Buffer.byteLength(file.key) > MAX_OBJECT_KEY_BYTES || Buffer.byteLength(rowId(file)) > MAX_SORT_KEY_BYTES;
  return isTooLong ? 'file_too_long' : undefined;
}

/** The row for a line that cannot be stored as it is: its number and the start of its cells. */
export const lineRow = (line: number, file: string, user: string): { file: string; user: string } => ({
  file: `(line ${line}) ${shortened(file)}`.trim(),
  user: shortened(user),
});

/** Short and printable: a control character could steer the terminal that shows it. */
function shortened(text: string): string {
  const characters = [...text.normalize('NFC').replace(UNPRINTABLE, '\u{FFFD}')];
  return characters.length <= MAX_SHOWN_CHARACTERS
    ? characters.join('')
    : `${characters.slice(0, MAX_SHOWN_CHARACTERS).join('')}…`;
}

const UNPRINTABLE = /[\p{Cc}\u{FFFE}\u{FFFF}]/gu;

/** Characters that no name has. Control characters separate the parts of a row's id; U+FFFE and U+FFFF are not text. */
export const hasBadCharacter = (text: string): boolean => text.search(UNPRINTABLE) >= 0;
