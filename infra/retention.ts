/** How long a job may wait, days. */
export const JOB_RETENTION_DAYS = 4;
/** How long a message that failed every try lies for somebody to look at, days. SQS's own maximum. */
export const DEAD_LETTER_RETENTION_DAYS = 14;
