import { type App, Stack } from 'aws-cdk-lib';
import { DIALECTS } from '../lambdas/edge/routes.ts';
import { accessLogs } from './access-logs.ts';
import { alarms } from './alarms.ts';
import { apis } from './apis.ts';
import { notifyOfImports, s3Buckets } from './buckets.ts';
import { budget } from './budget.ts';
import type { Bundles } from './bundles.ts';
import { dashboard } from './dashboard.ts';
import { deploySettings } from './deploy-settings.ts';
import { cloudFrontDistribution } from './distribution.ts';
import { firewall } from './firewall.ts';
import { onChange, onImport, onJob, onRead } from './functions.ts';
import { generatedSecrets } from './generated-secrets.ts';
import { outputs } from './outputs.ts';
import { pageFiles } from './page-files.ts';
import { photoEvents } from './photo-events.ts';
import { queues } from './queues.ts';
import { applyRemovalPolicy } from './removal-policy.ts';
import { sharpLayer } from './sharp-layer.ts';
import { onSweep } from './sweep-function.ts';
import { dynamoTables } from './tables.ts';

/**
 * The whole service as one stack, in the order a photo travels. Each part is handed exactly what it may touch.
 * Account and region are not named, so that the template is the same for everyone.
 * @throws SettingError when a setting is refused (`deploy-settings.ts`).
 */
export function service(app: App, bundles: Bundles): Stack {
  const settings = deploySettings(app);
  const stack = new Stack(app, settings.stackName, {
    description: 'Headshot: a profile-photo service',
    terminationProtection: settings.production,
  });

  const buckets = s3Buckets(stack, settings);
  const queue = queues(stack);
  const tables = dynamoTables(stack);
  const topic = photoEvents(stack);
  const secrets = generatedSecrets(stack);
  notifyOfImports(buckets.imports, queue.intake);

  const layer = sharpLayer(stack, bundles.sharpLayer, settings);
  const change = onChange(stack, {
    code: bundles.change,
    layer,
    settings,
    raw: buckets.raw,
    photos: buckets.photos,
    tables,
    jobs: queue.jobs,
    sweeps: queue.sweeps,
    topic,
    secrets,
  });
  const read = onRead(stack, { code: bundles.read, settings, tables, secrets });
  onJob(stack, {
    code: bundles.job,
    layer,
    settings,
    raw: buckets.raw,
    photos: buckets.photos,
    tables,
    topic,
    jobs: queue.jobs,
    bulk: queue.bulk,
  });
  onImport(stack, {
    code: bundles.import,
    layer,
    settings,
    imports: buckets.imports,
    raw: buckets.raw,
    tables,
    intake: queue.intake,
    bulk: queue.bulk,
  });

  const dialects = DIALECTS.filter((dialect) => dialect === 'v1' || settings.dialects.split(',').includes(dialect));
  const dialectApis = apis(stack, dialects, { change, read }, settings);
  if (settings.accessLogs) accessLogs(stack, dialectApis, settings);
  if (settings.waf) firewall(stack, dialectApis, settings);
  const distribution = cloudFrontDistribution(stack, {
    edgeScript: bundles.edgeScript,
    apis: dialectApis,
    origin: secrets.origin,
    photos: buckets.photos,
    site: buckets.site,
    settings,
  });

  onSweep(stack, {
    code: bundles.sweep,
    settings,
    raw: buckets.raw,
    photos: buckets.photos,
    imports: buckets.imports,
    tables,
    topic,
    jobs: queue.jobs,
    sweeps: queue.sweeps,
    distribution,
  });

  pageFiles(stack, bundles.page, buckets.site, settings);
  const alarmTopic = alarms(stack, { queues: queue, apis: dialectApis, settings });
  budget(stack, settings);
  const board = dashboard(stack, { queues: queue, apis: dialectApis, buckets, distribution, settings });
  outputs(stack, {
    distribution,
    buckets,
    queue,
    tables,
    topic,
    secrets,
    settings,
    alarmTopic: alarmTopic,
    dashboard: board,
  });
  applyRemovalPolicy(stack, settings, secrets.origin);
  return stack;
}
