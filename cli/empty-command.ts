import { Command } from 'commander';
import { s3Client } from '../lambdas/store/aws-clients.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { target } from './choose-target.ts';
import { type PrintOptions, print } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot --stack NAME empty --yes`: the step before `cdk destroy`, because S3 deletes empty buckets only. */
export const emptyCommand = (): Command =>
  new Command('empty')
    .description("Delete all objects in a deployed stack's buckets, so that `npx cdk destroy` can delete the stack.")
    .summary("Empty a stack's buckets, before `npx cdk destroy`.")
    .option('--yes', 'confirm: nothing brings the photos back')
    .action(async (given: { yes?: boolean } & PrintOptions) => {
      const { outputs, aws_endpoints } = target();
      if (aws_endpoints !== undefined)
        throw new UserError('only a deployed stack can be emptied; name it with --stack NAME');
      if (outputs.Production !== 'false') {
        throw new UserError('this stack keeps its data (production=true); to empty it, deploy it without that first');
      }
      const buckets = Object.entries(outputs).flatMap(([name, bucket]) => (name.startsWith('Bucket') ? [bucket] : []));
      if (!given.yes)
        throw new UserError(`this deletes everything in ${buckets.join(', ')} for good; confirm with --yes`);
      const s3 = s3Client();
      for (const bucket of buckets) await photoStore(s3, bucket).removeAll('');
      print({ emptied: buckets }, given, buckets.map((bucket) => `emptied ${bucket}`).join('\n'));
    });
