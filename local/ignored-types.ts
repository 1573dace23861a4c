/** Functions that the laptop run leaves out, by the role that the template gives them, each with its reason. */
export const IGNORED_FUNCTIONS = {
  /** The functions whose ARN is a custom resource's `ServiceToken`. */
  serviceToken:
    'CloudFormation calls it, when it makes or changes the custom resource; the laptop run does that work itself (`bucket-files.ts`)',
};

/**
 * CloudFormation resource types that the laptop run knows and leaves out, each with its reason. What they do is not
 * seen on a laptop. Their `Ref` is a name and their `Arn` is made up, because functions and mappings may name them.
 */
export const IGNORED_TYPES: Record<string, string> = {
  'AWS::S3::BucketPolicy': 'the emulators do not check permissions',
  'AWS::Logs::LogGroup': 'logs are files in the data folder, kept until the person removes them',
  'AWS::Logs::MetricFilter': 'a laptop has no metrics',
  'AWS::CloudWatch::Alarm': 'a laptop has no metrics, so nothing could ring',
  'AWS::CloudWatch::CompositeAlarm': 'a laptop has no metrics, so nothing could ring',
  'AWS::CloudWatch::Dashboard': 'a laptop has no metrics',
  'AWS::Budgets::Budget': 'a laptop costs nothing, so there is nothing to mail of',
  'AWS::ApiGateway::Account': 'it only lets API Gateway write its logs',
  'AWS::ApiGateway::Deployment': 'the gateway serves the template as it is now; there is no older deployment',
  'AWS::CloudFront::OriginAccessControl': 'the emulated S3 does not check who reads',
  'AWS::CDK::Metadata': 'it tells AWS which CDK made the template',
};
