/**
 * The CloudFormation resource types that the laptop run supports: what `Ref` and `Fn::GetAtt` give, and which property
 * may set the physical name. A type that is neither here nor in `ignored-types.ts` stops the start.
 */
interface ResourceType {
  /** The property that sets the physical name on AWS; without it the name comes from the logical id. */
  nameProperty?: string;
  /** Makes a name of the logical id by the service's rule. */
  name?: (logicalId: string) => string;
  ref: (place: ResourceLocation) => string;
  attributes: Record<string, (place: ResourceLocation) => string>;
}

/** Where a resource is: its physical name, and the emulators' addresses. */
interface ResourceLocation {
  name: string;
  endpoints: Endpoints;
}

export interface Endpoints {
  s3: string;
  sqs: string;
  sns: string;
  dynamodb: string;
  secretsmanager: string;
  cloudfront: string;
}

/** The account and region of the laptop, which are the emulators' too. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';

export const arn = (service: string, resource: string, region = REGION): string =>
  `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;

const ownName = ({ name }: ResourceLocation): string => name;
const apiId = (logicalId: string): string => logicalId.toLowerCase();
const unnamed: ResourceType = { ref: ownName, attributes: { Id: ownName } };

/** The CDK's `BucketDeployment`: an asset's files are put into a bucket when the stack is deployed. */
export const FILES_IN_BUCKET = 'Custom::CDKBucketDeployment';

export const RESOURCE_TYPES: Record<string, ResourceType> = {
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    // S3's rule: 3 to 63 lower-case letters, digits and hyphens. A logical id ends in its hash, so the end is kept.
    name: (logicalId) => logicalId.toLowerCase().slice(-63).padStart(3, '0'),
    ref: ownName,
    attributes: {
      Arn: ({ name }) => `arn:aws:s3:::${name}`,
      DomainName: ({ name }) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: ({ name }) => `${name}.s3.${REGION}.amazonaws.com`,
    },
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    name: (logicalId) => logicalId.slice(-80),
    ref: ({ name, endpoints }) => `${endpoints.sqs}/${ACCOUNT_ID}/${name}`,
    attributes: {
      Arn: ({ name }) => arn('sqs', name),
      QueueName: ownName,
      QueueUrl: ({ name, endpoints }) => `${endpoints.sqs}/${ACCOUNT_ID}/${name}`,
    },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    ref: ({ name }) => arn('sns', name),
    attributes: { TopicArn: ({ name }) => arn('sns', name), TopicName: ownName },
  },
  'AWS::SNS::Subscription': {
    ref: ({ name }) => arn('sns', name),
    attributes: { Arn: ({ name }) => arn('sns', name) },
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    ref: ownName,
    attributes: { Arn: ({ name }) => arn('dynamodb', `table/${name}`) },
  },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    ref: ({ name }) => arn('secretsmanager', `secret:${name}`),
    attributes: { Id: ({ name }) => arn('secretsmanager', `secret:${name}`) },
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    name: (logicalId) => logicalId.slice(-64),
    ref: ownName,
    attributes: { Arn: ({ name }) => arn('lambda', `function:${name}`) },
  },
  'AWS::Lambda::LayerVersion': {
    ref: ({ name }) => arn('lambda', `layer:${name}:1`),
    attributes: { LayerVersionArn: ({ name }) => arn('lambda', `layer:${name}:1`) },
  },
  'AWS::Lambda::EventSourceMapping': unnamed,
  'AWS::Lambda::Permission': unnamed,
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    name: (logicalId) => logicalId.slice(-64),
    ref: ownName,
    attributes: { Arn: ({ name }) => `arn:aws:iam::${ACCOUNT_ID}:role/${name}` },
  },
  'AWS::IAM::Policy': unnamed,
  'AWS::S3::BucketPolicy': unnamed,
  'AWS::SQS::QueuePolicy': unnamed,
  'AWS::SNS::TopicPolicy': unnamed,
  'AWS::SecretsManager::ResourcePolicy': unnamed,
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    ref: ownName,
    attributes: { Arn: ({ name }) => arn('events', `rule/${name}`) },
  },
  'AWS::ApiGateway::RestApi': {
    name: apiId,
    ref: ownName,
    attributes: { RootResourceId: ({ name }) => `${name}root`, RestApiId: ownName },
  },
  'AWS::ApiGateway::Resource': { ref: ownName, attributes: { ResourceId: ownName } },
  'AWS::ApiGateway::Method': unnamed,
  'AWS::ApiGateway::Stage': { nameProperty: 'StageName', ref: ownName, attributes: {} },
  'AWS::ApiGateway::GatewayResponse': unnamed,
  'AWS::CloudFront::Distribution': {
    name: (logicalId) => logicalId.toUpperCase(),
    ref: ownName,
    attributes: { Id: ownName, DomainName: ({ name }) => `${name.toLowerCase()}.cloudfront.net` },
  },
  'AWS::CloudFront::Function': {
    nameProperty: 'Name',
    ref: ({ name }) => arn('cloudfront', `function/${name}`, ''),
    attributes: {
      FunctionARN: ({ name }) => arn('cloudfront', `function/${name}`, ''),
      'FunctionMetadata.FunctionARN': ({ name }) => arn('cloudfront', `function/${name}`, ''),
    },
  },
  [FILES_IN_BUCKET]: unnamed,
  'AWS::CloudFront::ResponseHeadersPolicy': unnamed,
  'AWS::CloudFront::OriginRequestPolicy': unnamed,
  'AWS::CloudFront::CachePolicy': unnamed,
};
