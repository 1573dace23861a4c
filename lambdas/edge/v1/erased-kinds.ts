/** What an erasure removes, as its receipts say it. */
export const ERASED_KINDS = [
  'photos',
  'raw_files',
  'import_files',
  'credentials',
  'claims',
  'uploads',
  'batch_rows',
] as const;
