/**
 * AWS's list prices in us-east-1, USD, as known in early 2026. Check them before you rely on what is computed from
 * them. Without free tiers and volume discounts. Storage by the month, the rest by the piece.
 */
export const PRICES = {
  knownAs: 'list prices us-east-1, early 2026',
  lambdaGbSecondX86: 0.000_016_666_7,
  lambdaGbSecondArm: 0.000_013_333_4,
  lambdaRequest: 0.2e-6,
  apiGatewayRestRequest: 3.5e-6,
  s3PutRequest: 5e-6,
  s3ListRequest: 5e-6,
  s3GetRequest: 0.4e-6,
  s3GbMonth: 0.023,
  /** On demand, up to 1 KB each. Conditional writes cost the same. */
  dynamoWriteUnit: 0.625e-6,
  /** Strongly consistent, up to 4 KB each. */
  dynamoReadUnit: 0.125e-6,
  dynamoGbMonth: 0.25,
  dynamoBackupGbMonth: 0.2,
  sqsRequest: 0.4e-6,
  snsPublish: 0.5e-6,
  cloudFrontHttpsRequest: 1e-6,
  cloudFrontFunctionInvocation: 0.1e-6,
  cloudFrontGbOut: 0.085,
  /** What viewers send to an origin: uploads. */
  cloudFrontGbToOrigin: 0.02,
  logsGbIngested: 0.5,
  logsGbMonth: 0.03,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  secretMonth: 0.4,
  secretRequest: 5e-6,
  /** X-Ray: traces recorded. */
  trace: 5e-6,
} as const;
