/** How long a job may wait, in days. */
export const JOB_RETENTION_DAYS = 4;
/** How long a dead letter is kept, in days: SQS's own maximum. */
export const DEAD_LETTER_RETENTION_DAYS = 14;
