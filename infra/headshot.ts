import { Duration } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { type IMetric, MathExpression, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, type MetricName } from '../lambdas/metric-names.ts';
import type { Bundles } from './bundles.ts';
import { deploySettings, type SETTINGS } from './deploy-settings.ts';
import { service } from './service.ts';
import { serviceName } from './service-name.ts';
import type { Tables } from './tables.ts';

/** The settings of docs/deploy.md by their names and types, but for `stackName`: the stack is somebody else's here. */
export type HeadshotProps = {
  readonly [K in Exclude<keyof typeof SETTINGS, 'stackName'>]?: ReturnType<(typeof SETTINGS)[K]['read']>;
};

/** How an upload came in. */
export type UploadSource = 'slack' | 'twitter' | 'v1' | 'import';

/** Options of a metric that is counted for each source. */
export interface UploadMetricOptions extends MetricOptions {
  /** @default all sources together */
  readonly source?: UploadSource;
}

/**
 * A profile-photo service that speaks Slack's and Twitter's API for photos: a host of its own with HTTPS, its functions, queues,
 * buckets, tables, alarms and a dashboard. Whatever holds data goes when it is deleted, unless `production` is set.
 */
export class Headshot extends Construct {
  /** Where it is served, without a slash at the end: `https://` and `domainName`, or CloudFront's own name. */
  readonly url: string;
  /** The CDN in front. A DNS record of one's own domain points at it. */
  readonly distribution: Distribution;
  /** Files put here under `imports/` or `manifests/` become photos (docs/imports.md). */
  readonly importsBucket: IBucket;
  /** Tells of every photo that changed: `photo.published`, `photo.deleted`, `user.erased` (docs/api.md). */
  readonly photoEvents: ITopic;
  /** Tells of every alarm. */
  readonly alarms: ITopic;
  /** The records. They hold names of people: whoever reads them knows who has a photo. */
  readonly tables: Tables;

  /**
   * @param bundles what is deployed as code (`bundles.ts`)
   * @throws SettingError when a prop is refused; it says what is allowed
   */
  constructor(scope: Construct, id: string, props: HeadshotProps, bundles: Bundles) {
    super(scope, id);
    const settings = deploySettings({ ...props });
    const { distribution, buckets, photoEvents, alarms, tables } = service(this, settings, bundles);
    this.url = `https://${settings.domainName ?? distribution.distributionDomainName}`;
    this.distribution = distribution;
    this.importsBucket = buckets.imports;
    this.photoEvents = photoEvents;
    this.alarms = alarms;
    this.tables = tables;
  }

  /** Lets somebody put files to be imported: into the two folders that are looked at, and nothing else. */
  grantImport(grantee: IGrantable): Grant {
    return Grant.addToPrincipalOrResource({
      grantee,
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resourceArns: ['imports/*', 'manifests/*'].map((keys) => this.importsBucket.arnForObjects(keys)),
      resource: this.importsBucket,
    });
  }

  /** Uploads acknowledged. @default - their sum over five minutes */
  metricAccepted(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Accepted', options);
  }

  /** Photos shown. @default - their sum over five minutes */
  metricPublished(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Published', options);
  }

  /** Uploads turned down: the callers' fault. @default - their sum over five minutes */
  metricRefused(options?: UploadMetricOptions): IMetric {
    return this.uploadMetric('Refused', options);
  }

  /** Faults of the service itself. @default - their sum over five minutes */
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

  private metric(metricName: MetricName, dimensions: { source?: UploadSource }, options?: MetricOptions): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: serviceName(this), ...dimensions },
      statistic: Stats.SUM,
      ...options,
    }).attachTo(this);
  }
}

const SOURCES: UploadSource[] = ['slack', 'twitter', 'v1', 'import'];
