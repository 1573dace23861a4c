import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';
import { functionsOf } from './lambda-function.ts';
import { PRICES } from './prices.ts';

interface CostsProps {
  apis: RestApi[];
  distribution: Distribution;
  published: MathExpression;
  settings: DeploySettings;
}

const DAY = Duration.days(1);

/** What grows with use and can be computed from metrics, in dollars a day. `published` counts photos. */
export function costs(scope: Construct, { apis, distribution, published, settings }: CostsProps): MathExpression[] {
  const gbSecond = settings.architecture === 'arm64' ? PRICES.lambdaGbSecondArm : PRICES.lambdaGbSecondX86;
  const daily = { period: DAY, statistic: Stats.SUM };
  const compute = functionsOf(scope).map((one, index) => {
    const gb = memoryMbOf(one) / 1024;
    return {
      metric: one.metricDuration(daily),
      requests: one.metricInvocations(daily),
      term: `d${index} / 1000 * ${plain(gb * gbSecond)} + i${index} * ${plain(PRICES.lambdaRequest)}`,
    };
  });
  const lambda = new MathExpression({
    label: 'Lambda',
    expression: compute.map(({ term }) => term).join(' + '),
    usingMetrics: Object.fromEntries(
      compute.flatMap(({ metric, requests }, index) => [
        [`d${index}`, metric],
        [`i${index}`, requests],
      ]),
    ),
    period: DAY,
  });
  const gateway = new MathExpression({
    label: 'API Gateway',
    expression: `(${apis.map((_, index) => `c${index}`).join(' + ')}) * ${PRICES.apiGatewayRestRequest}`,
    usingMetrics: Object.fromEntries(apis.map((rest, index) => [`c${index}`, rest.metricCount(daily)])),
    period: DAY,
  });
  const puts = new MathExpression({
    label: 'S3 puts',
    expression: `${published.expression} * ${putsAPhoto(settings) * PRICES.s3PutRequest}`,
    usingMetrics: {},
    period: DAY,
  });
  const cdn = new MathExpression({
    label: 'CloudFront',
    expression: `r * ${PRICES.cloudFrontHttpsRequest + PRICES.cloudFrontFunctionInvocation} + b / 1000000000 * ${PRICES.cloudFrontGbOut}`,
    usingMetrics: {
      r: cdnMetric(distribution, 'Requests', DAY),
      b: cdnMetric(distribution, 'BytesDownloaded', DAY),
    },
    period: DAY,
  });
  return [lambda, gateway, puts, cdn];
}

/** The objects of a square photo of 1024 pixels, and its raw file (test/image/render-plan.test.ts counts them). */
const PUTS_A_PHOTO = { slack: 8, twitter: 6, both: 10 };

const putsAPhoto = ({ dialects: [first, ...rest] }: DeploySettings): number =>
  PUTS_A_PHOTO[rest.length > 0 ? 'both' : first];

/** CloudFront's metrics are in us-east-1, wherever the stack is. */
export const cdnMetric = (distribution: Distribution, metricName: string, period: Duration) =>
  new Metric({
    namespace: 'AWS/CloudFront',
    metricName,
    dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
    region: 'us-east-1',
    statistic: Stats.SUM,
    period,
    label: metricName,
  });

function memoryMbOf({ node }: Lambda): number {
  const one = node.defaultChild;
  if (!(one instanceof CfnFunction) || one.memorySize === undefined) throw new Error(`${node.id} has no memory size`);
  return one.memorySize;
}

/** CloudWatch reads the `e` in 2e-7 as a metric's name. */
const plain = (number: number): string => number.toFixed(12);
