import { Duration, Stack } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { type IMetric, MathExpression, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, type MetricName } from '../lambdas/metric-names.ts';
import { administer } from './administer.ts';
import type { Bundles } from './bundles.ts';
import type { HeadshotProps } from './headshot-props.ts';
import { deploySettings } from './read-settings.ts';
import { type ServiceParts, service } from './service.ts';
import { serviceName } from './service-name.ts';
import { SettingError } from './setting-error.ts';
import { shippedBundles } from './shipped-bundles.ts';

/** The records, a table for each kind. None has a password or a token; `users` has names. */
export interface HeadshotTables {
  readonly users: ITable;
  readonly teams: ITable;
  readonly credentials: ITable;
  readonly uploads: ITable;
  readonly limits: ITable;
  readonly batches: ITable;
}

/** Options of a metric that counts uploads by source. */
export interface UploadMetricOptions extends MetricOptions {
  /**
   * Count only one source: Slack's API, Twitter's, our own, or the imports bucket.
   *
   * @default - all of them together
   */
  readonly source?: 'slack' | 'twitter' | 'v1' | 'import';
}

/**
 * A profile-photo service with the photo APIs of Slack and Twitter and one of its own: HTTPS on its own host,
 * functions, queues, buckets, tables, alarms and a dashboard. The data is deleted with the stack, unless `production`
 * is set.
 */
export class Headshot extends Construct {
  /** The service's URL without a trailing slash: `https://` and `domainName`, or CloudFront's own name. */
  readonly url: string;
  /** The CDN: the target of a DNS record for `domainName`. */
  readonly distribution: Distribution;
  /** Files put here under `imports/` or `manifests/` become photos. */
  readonly importsBucket: IBucket;
  /**
   * Every change of a photo, as JSON. `type` is `photo.published`, `photo.restored`, `photo.deleted` or `user.erased`;
   * or, for acknowledged uploads that will not be shown, `upload.refused` or `upload.failed`.
   */
  readonly photoEvents: ITopic;
  /** Every alarm. */
  readonly alarms: ITopic;
  /** The records. */
  readonly tables: HeadshotTables;

  /** @internal */
  private readonly parts: ServiceParts;

  /** @throws Error if a prop is refused; it says what is allowed */
  constructor(scope: Construct, id: string, props?: HeadshotProps);
  /**
   * @param bundles the deployed code, if it is not the package's own
   * @internal
   */
  constructor(scope: Construct, id: string, props: HeadshotProps, bundles: Bundles);
  constructor(scope: Construct, id: string, props: HeadshotProps = {}, bundles?: Bundles) {
    super(scope, id);
    refuseLongPath(this);
    const settings = deploySettings({ ...props });
    this.parts = service(this, settings, bundles ?? shippedBundles(settings.architecture));
    const { distribution, buckets, photoEvents, alarms, tables } = this.parts;
    this.url = `https://${settings.domainName ?? distribution.distributionDomainName}`;
    this.distribution = distribution;
    this.importsBucket = buckets.imports;
    this.photoEvents = photoEvents;
    this.alarms = alarms;
    this.tables = tables;
  }

  /** Allows to put files to import: into the two folders that are read, and nowhere else. */
  grantImport(grantee: IGrantable): Grant {
    return Grant.addToPrincipalOrResource({
      grantee,
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resourceArns: ['imports/*', 'manifests/*'].map((keys) => this.importsBucket.arnForObjects(keys)),
      resource: this.importsBucket,
    });
  }

  /**
   * Allows a principal of this account to use Headshot's CLI (`headshot --stack`): create users and show their tokens,
   * import, erase, rotate the master secret, empty the buckets. It may then act as every user.
   */
  grantAdmin(grantee: IGrantable): Grant {
    return administer(grantee, this, this.parts);
  }

  /** Uploads acknowledged. By default their sum over five minutes. */
  metricAccepted(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Accepted', options);
  }

  /** Photos shown. By default their sum over five minutes. */
  metricPublished(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Published', options);
  }

  /** Uploads refused, which is for their callers to correct. By default their sum over five minutes. */
  metricRefused(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Refused', options);
  }

  /**
   * Uploads acknowledged and then given up, because the user or file was gone. By default their sum over five minutes.
   */
  metricFailed(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Failed', options);
  }

  /** Faults of the service itself. By default their sum over five minutes. */
  metricFaults(options?: MetricOptions): Metric {
    return this.metric('Fault', {}, options);
  }

  private uploadMetric(name: MetricName, { source, ...options }: UploadMetricOptions = {}): IMetric {
    if (source !== undefined) return this.metric(name, { source }, options);
    const { label = name, period = Duration.minutes(5) } = options;
    const each = SOURCES.map((one) => [one, this.metric(name, { source: one }, { ...options, period })]);
    return new MathExpression({
      expression: `SUM([${SOURCES}])`,
      usingMetrics: Object.fromEntries(each),
      label,
      period,
    });
  }

  private metric(metricName: MetricName, dimensions: { source?: string }, options?: MetricOptions): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: serviceName(this), ...dimensions },
      statistic: Stats.SUM,
      ...options,
    }).attachTo(this);
  }
}

const SOURCES = ['slack', 'twitter', 'v1', 'import'] as const satisfies UploadMetricOptions['source'][];

/** CloudFormation's limit for a logical id, in characters. */
const MAX_LOGICAL_ID = 255;
/**
 * The longest that the CDK adds to a path here: an API's deployment, a hash of the path, and one of what is deployed.
 */
const LONGEST_BELOW = 'ApiTwitterDeployment'.length + 8 + 32;

/** @throws SettingError if the ids above are so long that CloudFormation would refuse the template */
function refuseLongPath({ node }: Construct): void {
  const above = node.scopes.slice(node.scopes.findLastIndex((one) => Stack.isStack(one)) + 1);
  const letters = above.map((one) => one.node.id.replaceAll(/[^A-Za-z0-9]/g, '')).join('').length;
  const most = MAX_LOGICAL_ID - LONGEST_BELOW;
  if (letters > most)
    throw new SettingError(
      `the path ${node.path} has ${letters} letters and digits below its stack; it may have ${most}, or CloudFormation takes no ids made of it`,
    );
}
