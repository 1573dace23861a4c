import type { Template } from './template.ts';

/**
 * Resource types whose names are unique in an account, over all regions: a second stack with the same name is refused
 * (CloudFront's API: `FunctionAlreadyExists`, `CachePolicyAlreadyExists` and their like; IAM's guide, "IAM
 * identifiers"; CloudWatch's PutDashboard: "All dashboards in your account are global, not region-specific"; Budgets'
 * API: "unique within an account"). A bucket's name is unique among everybody's.
 */
const NAME_OF: Record<string, (properties: Record<string, unknown>) => unknown> = {
  'AWS::Budgets::Budget': ({ Budget }) => (Budget as { BudgetName?: unknown } | undefined)?.BudgetName,
  'AWS::CloudFront::CachePolicy': inConfig('CachePolicyConfig'),
  'AWS::CloudFront::Function': ({ Name }) => Name,
  'AWS::CloudFront::KeyGroup': inConfig('KeyGroupConfig'),
  'AWS::CloudFront::KeyValueStore': ({ Name }) => Name,
  'AWS::CloudFront::OriginAccessControl': inConfig('OriginAccessControlConfig'),
  'AWS::CloudFront::OriginRequestPolicy': inConfig('OriginRequestPolicyConfig'),
  'AWS::CloudFront::PublicKey': inConfig('PublicKeyConfig'),
  'AWS::CloudFront::RealtimeLogConfig': ({ Name }) => Name,
  'AWS::CloudFront::ResponseHeadersPolicy': inConfig('ResponseHeadersPolicyConfig'),
  'AWS::CloudWatch::Dashboard': ({ DashboardName }) => DashboardName,
  'AWS::IAM::Group': ({ GroupName }) => GroupName,
  'AWS::IAM::InstanceProfile': ({ InstanceProfileName }) => InstanceProfileName,
  'AWS::IAM::ManagedPolicy': ({ ManagedPolicyName }) => ManagedPolicyName,
  'AWS::IAM::Role': ({ RoleName }) => RoleName,
  'AWS::IAM::User': ({ UserName }) => UserName,
  'AWS::S3::Bucket': ({ BucketName }) => BucketName,
};

/**
 * Names that would keep the same stack out of a second region, or a second stack out of this one: account-wide names
 * without the region or the stack's name. A resource without a name gets a unique one from CloudFormation.
 * @returns a line for each, for people
 */
export function accountWideNames({ Resources }: Template, stackName: string): string[] {
  return Object.entries(Resources).flatMap(([logicalId, { Type, Properties }]) => {
    const name = NAME_OF[Type]?.(Properties);
    if (name === undefined) return [];
    const text = JSON.stringify(name);
    const lacking = [
      ...(/AWS::(Region|StackId)\b/.test(text) ? [] : ['its region']),
      ...(isOfStack(text, stackName) ? [] : ["the stack's name"]),
    ];
    return lacking.length === 0
      ? []
      : [`${logicalId} (${Type}) has a name of the whole account without ${lacking.join(' and ')}`];
  });
}

/** The CDK shortens a long name in the middle and appends a hash, so its beginning stays. */
const BEGINNING = 16;

const isOfStack = (name: string, stackName: string): boolean =>
  /AWS::Stack(Name|Id)\b/.test(name) || name.toLowerCase().includes(stackName.slice(0, BEGINNING).toLowerCase());

function inConfig(config: string): (properties: Record<string, unknown>) => unknown {
  return (properties) => (properties[config] as { Name?: unknown } | undefined)?.Name;
}
