/** What an erasure removes, in the words of its receipts. */
export const ERASED_KINDS = [
  'photos',
  'raw_files',
  'import_files',
  'credentials',
  'claims',
  'uploads',
  'batch_rows',
] as const;
