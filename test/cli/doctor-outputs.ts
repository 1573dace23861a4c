const QUEUES = ['Jobs', 'Bulk', 'Intake', 'Sweeps'].flatMap((name) => [name, `${name}Dead`]);
const TABLES = ['Users', 'Teams', 'Credentials', 'Uploads', 'Limits', 'Batches'];

/** The outputs of a recorded stack, as the doctor reads them. */
export const doctorOutputs = (sqsUrl: string): Record<string, string> => ({
  TopicPhotoEvents: 'arn:aws:sns:eu-central-1:123456789012:events',
  TopicAlarms: 'arn:aws:sns:eu-central-1:123456789012:alarms',
  RetentionDays: '15',
  AccountConcurrency: '13',
  SecretMaster: 'master',
  SecretOrigin: 'origin',
  BucketRaw: 'raw',
  BucketImports: 'imports',
  BucketPhotos: 'photos',
  ...Object.fromEntries(QUEUES.map((name) => [`Queue${name}`, `${sqsUrl}/123456789012/${name.toLowerCase()}`])),
  ...Object.fromEntries(TABLES.map((name) => [`Table${name}`, name])),
});
