import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DIALECTS } from '../lambdas/edge/routes.ts';
import { accessLogs } from './access-logs.ts';
import { alarms } from './alarms.ts';
import { apis } from './apis.ts';
import { avatars } from './avatars.ts';
import { type Buckets, notifyOfArrivals, s3Buckets } from './buckets.ts';
import { budget } from './budget.ts';
import type { Bundles } from './bundles.ts';
import { dashboard } from './dashboard.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { cloudFrontDistribution } from './distribution.ts';
import { firewall } from './firewall.ts';
import { onChange, onImport, onJob, onRead } from './functions.ts';
import { type GeneratedSecrets, generatedSecrets } from './generated-secrets.ts';
import { sharpLayer } from './lambda-function.ts';
import { outputs } from './outputs.ts';
import { pageFiles } from './page-files.ts';
import { type AllQueues, queues } from './queues.ts';
import { applyRemovalPolicy } from './removal-policy.ts';
import { onSweep } from './sweep-function.ts';
import { dynamoTables, type Tables } from './tables.ts';
import { webhookParts } from './webhook-parts.ts';
import { webhooks } from './webhooks.ts';

/** The parts of the service. */
export interface ServiceParts {
  distribution: Distribution;
  buckets: Buckets;
  queues: AllQueues;
  tables: Tables;
  /** Absent without webhooks. */
  webhooks: Table | undefined;
  photoEvents: Topic;
  alarms: Topic;
  secrets: GeneratedSecrets;
}

/**
 * The whole service below `scope`, in the order in which a photo travels. Each part gets exactly what it may use.
 * Account and region are not named, so that the template is the same for everybody.
 */
export function service(scope: Construct, settings: DeploySettings, bundles: Bundles): ServiceParts {
  const buckets = s3Buckets(scope, settings);
  const queue = queues(scope);
  const tables = dynamoTables(scope);
  const topic = photoEvents(scope);
  const secrets = generatedSecrets(scope);
  const hooks = settings.webhooks ? webhookParts(scope) : undefined;
  notifyOfArrivals(buckets.imports, queue.intake);

  const layer = sharpLayer(scope, bundles.sharpLayer, settings);
  const change = onChange(scope, {
    code: bundles.change,
    layer,
    settings,
    raw: buckets.raw,
    photos: buckets.photos,
    imports: buckets.imports,
    tables,
    jobs: queue.jobs,
    sweeps: queue.sweeps,
    topic,
    secrets,
    webhooks: hooks,
  });
  const read = onRead(scope, { code: bundles.read, settings, tables, secrets });
  onJob(scope, {
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
  onImport(scope, {
    code: bundles.import,
    layer,
    settings,
    imports: buckets.imports,
    raw: buckets.raw,
    tables,
    intake: queue.intake,
    jobs: queue.jobs,
    bulk: queue.bulk,
  });

  const dialects = DIALECTS.filter((dialect) => dialect === 'v1' || settings.dialects.includes(dialect));
  const dialectApis = apis(scope, dialects, { change, read }, settings);
  if (settings.accessLogs) accessLogs(scope, dialectApis, settings);
  if (settings.waf) firewall(scope, dialectApis, settings);
  const avatarApi = settings.avatars
    ? avatars(scope, { code: bundles.avatar, settings, photos: buckets.photos, tables })
    : undefined;
  const everyApi = [...dialectApis.map(({ rest }) => rest), ...(avatarApi === undefined ? [] : [avatarApi])];
  const distribution = cloudFrontDistribution(scope, {
    edgeScript: bundles.edgeScript,
    apis: dialectApis,
    avatarApi,
    origin: secrets.origin,
    photos: buckets.photos,
    site: buckets.site,
    imports: buckets.imports,
    settings,
  });

  onSweep(scope, {
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

  const url = `https://${settings.domainName ?? distribution.distributionDomainName}`;
  if (hooks) webhooks(scope, { code: bundles.hook, settings, parts: hooks, topic, secrets, publicUrl: url });
  const allQueues = { ...queue, ...hooks?.queues };

  pageFiles(scope, bundles.page, buckets.site, settings);
  const alarmTopic = alarms(scope, { queues: allQueues, apis: everyApi, settings });
  budget(scope, settings);
  const board = dashboard(scope, { queues: allQueues, apis: everyApi, buckets, distribution, settings });
  outputs(scope, {
    distribution,
    buckets,
    queue: allQueues,
    tables,
    webhooks: hooks?.table,
    topic,
    secrets,
    settings,
    alarmTopic: alarmTopic,
    url,
    dashboard: board,
  });
  applyRemovalPolicy(scope, settings, secrets.origin);
  return {
    distribution,
    buckets,
    queues: allQueues,
    tables,
    webhooks: hooks?.table,
    photoEvents: topic,
    alarms: alarmTopic,
    secrets,
  };
}

/** The topic of changes to users' photos. TLS only, encrypted with the account's SNS key. */
function photoEvents(scope: Construct): Topic {
  return new Topic(scope, 'PhotoEvents', {
    enforceSSL: true,
    masterKey: Alias.fromAliasName(scope, 'SnsKey', 'alias/aws/sns'),
  });
}
