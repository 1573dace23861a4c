import * as z from 'zod';
import { IGNORED_TYPES } from './ignored-types.ts';
import { NO_VALUE, resolveValue, type Scope } from './intrinsics.ts';
import { ACCOUNT_ID, arn, type Endpoints, REGION, RESOURCE_TYPES } from './resource-types.ts';
import type { Template } from './template.ts';

/** A template whose references are resolved. */
export interface Stack {
  /** The resources of a type, with every property resolved, in the template's order. */
  ofType: <S extends z.ZodType>(
    type: string,
    schema: S,
  ) => { logicalId: string; name: string; properties: z.output<S> }[];
  /** The value of `Ref` for a resource. */
  ref: (logicalId: string) => string;
  attribute: (logicalId: string, attribute: string) => string;
  outputs: () => Record<string, string>;
}

/**
 * Opens the template with the laptop's addresses.
 * @param secret the value of a secret by id or ARN (see `secret-values.ts`)
 * @throws Error with the type and logical id of a resource that the laptop run does not know
 */
export function openStack(
  template: Template,
  stackName: string,
  endpoints: Endpoints,
  secret: (id: string) => string,
): Stack {
  refuseUnknownTypes(template);

  const nameOf = (logicalId: string): string => {
    const resource = template.Resources[logicalId];
    const type = resource && RESOURCE_TYPES[resource.Type];
    const given = type?.nameProperty === undefined ? undefined : resource?.Properties[type.nameProperty];
    if (given !== undefined) return z.string().parse(resolveValue(given, scope));
    return type?.name?.(logicalId) ?? logicalId;
  };
  const scope: Scope = {
    ref(name) {
      if (name === 'AWS::NoValue') return NO_VALUE;
      const pseudo = pseudoParameters(stackName)[name];
      if (pseudo !== undefined) return pseudo;
      const resource = template.Resources[name];
      if (!resource) {
        const standard = template.Parameters[name]?.Default;
        if (standard === undefined) throw new Error(`Ref ${name}: the template has no such resource or parameter`);
        return standard;
      }
      return RESOURCE_TYPES[resource.Type]?.ref({ name: nameOf(name), endpoints }) ?? name;
    },
    attribute(logicalId, attribute) {
      const resource = template.Resources[logicalId];
      if (!resource) throw new Error(`Fn::GetAtt ${logicalId}.${attribute}: the template has no such resource`);
      if (resource.Type in IGNORED_TYPES) return attribute === 'Arn' ? arn('ignored', logicalId) : logicalId;
      const value = RESOURCE_TYPES[resource.Type]?.attributes[attribute]?.({ name: nameOf(logicalId), endpoints });
      if (value === undefined) {
        throw new Error(
          `Fn::GetAtt ${logicalId}.${attribute}: the laptop run gives ${resource.Type} no such attribute`,
        );
      }
      return value;
    },
    secret(id, jsonKey) {
      const whole = secret(id);
      return jsonKey === undefined ? whole : (z.record(z.string(), z.string()).parse(JSON.parse(whole))[jsonKey] ?? '');
    },
  };

  // Resolves all of them now, even those that are not read: a reference that leads nowhere must stop the start.
  const resolved = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type in RESOURCE_TYPES)
    .map(([logicalId, { Type, Properties }]) => ({
      logicalId,
      type: Type,
      properties: within(logicalId, () => resolveValue(Properties, scope)),
    }));

  // Without custom resources' own functions: `IGNORED_FUNCTIONS` says why.
  const serviceTokens = new Set<unknown>(
    resolved.flatMap(
      ({ properties }) => z.object({ ServiceToken: z.string() }).safeParse(properties).data?.ServiceToken ?? [],
    ),
  );
  const stoodUp = resolved.filter(
    ({ type, logicalId }) => type !== 'AWS::Lambda::Function' || !serviceTokens.has(scope.attribute(logicalId, 'Arn')),
  );

  return {
    ofType: (wanted, schema) =>
      stoodUp
        .filter(({ type }) => type === wanted)
        .map(({ logicalId, properties }) => ({
          logicalId,
          name: nameOf(logicalId),
          properties: within(logicalId, () => schema.parse(properties)),
        })),
    ref: (logicalId) => z.string().parse(scope.ref(logicalId)),
    attribute: (logicalId, attribute) => z.string().parse(scope.attribute(logicalId, attribute)),
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs).map(([id, { Value }]) => [
          id,
          within(`output ${id}`, () => z.string().parse(resolveValue(Value, scope))),
        ]),
      ),
  };
}

function refuseUnknownTypes(template: Template): void {
  const unknown = Object.entries(template.Resources)
    .filter(([, { Type }]) => !(Type in RESOURCE_TYPES) && !(Type in IGNORED_TYPES))
    .map(([logicalId, { Type }]) => `${logicalId} (${Type})`);
  if (unknown.length > 0) throw new Error(`the laptop run does not know these resources: ${unknown.join(', ')}`);
}

const pseudoParameters = (stackName: string): Record<string, string> => ({
  'AWS::AccountId': ACCOUNT_ID,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stackName,
  'AWS::StackId': arn('cloudformation', `stack/${stackName}/laptop`),
});

/** Names the resource in an error. */
function within<T>(logicalId: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Error(
      `${logicalId}: ${cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message}`,
      { cause },
    );
  }
}
