import { listAt, referredId, resourcesOfType, valueAt } from './resources-of-type.ts';
import type { Template } from './template.ts';

/** Limits of CloudFormation ("Understand CloudFormation quotas"), IAM ("IAM and AWS STS quotas") and API Gateway. */
const MAX_RESOURCES = 500;
const MAX_OUTPUTS = 200;
const MAX_TEMPLATE_BYTES = 1024 * 1024;
const MAX_INLINE_POLICY_CHARACTERS = 10_240;
const MAX_INTEGRATION_MS = 29_000;
const MAX_API_RESOURCES = 300;
/** The longest ARN that a reference becomes. */
const ARN_CHARACTERS = 160;

/** What CloudFormation, IAM, S3 and API Gateway would refuse for its size, or because two things conflict. */
export function stackLimits(template: Template): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(template));
  return [
    ...tooMany('the template', 'resources', Object.keys(template.Resources).length, MAX_RESOURCES),
    ...tooMany('the template', 'outputs', Object.keys(template.Outputs).length, MAX_OUTPUTS),
    ...tooMany('the template', 'bytes', bytes, MAX_TEMPLATE_BYTES),
    ...inlinePolicies(template),
    ...overlappingNotifications(template),
    ...apis(template),
  ];
}

/** All inline policies of a role together, without spaces. */
function inlinePolicies(template: Template): string[] {
  const lengths = new Map<string, number>();
  for (const { properties } of resourcesOfType(template, 'AWS::IAM::Policy')) {
    const text = JSON.stringify(properties.PolicyDocument, (_, value: unknown) =>
      referredId(value) === undefined ? value : '-'.repeat(ARN_CHARACTERS),
    );
    for (const role of listAt(properties, 'Roles').map(referredId)) {
      if (role !== undefined) lengths.set(role, (lengths.get(role) ?? 0) + text.replaceAll(' ', '').length);
    }
  }
  return [...lengths].flatMap(([role, length]) =>
    tooMany(role, 'characters of inline policies', length, MAX_INLINE_POLICY_CHARACTERS),
  );
}

/**
 * S3 refuses two notifications of one event that could match the same key (its guide, "Event notifications with object
 * key name filtering").
 */
function overlappingNotifications(template: Template): string[] {
  return resourcesOfType(template, 'AWS::S3::Bucket').flatMap(({ id, properties }) => {
    const all = listAt(properties, 'NotificationConfiguration', 'QueueConfigurations').map((one) => {
      const rules = listAt(one, 'Filter', 'S3Key', 'Rules');
      const part = (name: string) =>
        String(
          valueAt(
            rules.find((rule) => valueAt(rule, 'Name') === name),
            'Value',
          ) ?? '',
        );
      return { event: String(valueAt(one, 'Event')), prefix: part('prefix'), suffix: part('suffix') };
    });
    const meets = (one: string, other: string, test: 'startsWith' | 'endsWith') => one[test](other) || other[test](one);
    const clashes = all.filter((one, index) =>
      all.some(
        (other, at) =>
          at < index &&
          one.event === other.event &&
          meets(one.prefix, other.prefix, 'startsWith') &&
          meets(one.suffix, other.suffix, 'endsWith'),
      ),
    );
    return clashes.map(
      ({ event, prefix, suffix }) => `${id}: two notifications of ${event} overlap at ${prefix}*${suffix}`,
    );
  });
}

function apis(template: Template): string[] {
  const resources = resourcesOfType(template, 'AWS::ApiGateway::Resource').map(({ properties }) =>
    referredId(properties.RestApiId),
  );
  return [
    ...resourcesOfType(template, 'AWS::ApiGateway::Method').flatMap(({ id, properties }) =>
      tooMany(
        id,
        'milliseconds for an integration',
        Number(valueAt(properties, 'Integration', 'TimeoutInMillis') ?? 0),
        MAX_INTEGRATION_MS,
      ),
    ),
    ...[...new Set(resources)].flatMap((api) =>
      tooMany(String(api), 'resources', resources.filter((one) => one === api).length, MAX_API_RESOURCES),
    ),
  ];
}

const tooMany = (whose: string, what: string, count: number, most: number): string[] =>
  count > most ? [`${whose}: ${count} ${what}, of ${most} at the most`] : [];
