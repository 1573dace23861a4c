import { Command } from 'commander';
import { s3Client } from '../lambdas/store/aws-clients.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { target } from './choose-target.ts';
import { printJson } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot --stack NAME empty --yes`: the step before `cdk destroy`, because S3 deletes empty buckets only. */
export const emptyCommand = (): Command =>
  new Command('empty')
    .description("Delete every object in a deployed stack's buckets, so that `npx cdk destroy` can delete the stack.")
    .option('--yes', 'really do it; nothing brings the photos back')
    .option('--json', 'print one JSON object')
    .action(async ({ yes, json }: { yes?: boolean; json?: boolean }) => {
      const { outputs, aws_endpoints } = target();
      if (aws_endpoints !== undefined) throw new UserError('name a deployed stack: --stack NAME');
      if (outputs.Production !== 'false') {
        throw new UserError(
          'this stack is deployed with production=true, which keeps its data; deploy it without first',
        );
      }
      const buckets = Object.entries(outputs).flatMap(([name, bucket]) => (name.startsWith('Bucket') ? [bucket] : []));
      if (!yes) throw new UserError(`--yes would delete everything in ${buckets.join(', ')}`);
      const s3 = s3Client();
      for (const bucket of buckets) await photoStore(s3, bucket).removeAll('');
      if (json) printJson({ emptied: buckets });
      else for (const bucket of buckets) console.log(`emptied ${bucket}`);
    });
