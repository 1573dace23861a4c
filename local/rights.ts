import * as z from 'zod';
import { type Context, readPolicy, type Statement } from './policy-document.ts';
import { ACCOUNT_ID } from './resource-types.ts';
import type { Stack } from './stack.ts';

/** An action on a resource, in IAM's names. */
export interface Permission {
  action: string;
  /** An ARN, or `*` for actions without a resource. */
  resource: string;
}

/** Who asks: a function by its role, or an AWS service by its name. */
export interface Principal {
  /** A role's ARN, or a service's name such as `sns.amazonaws.com`. */
  name: string;
  /** The role's own policies; a service has none. */
  statements: Statement[];
  context: Context;
}

/** The permissions that a template grants. */
export interface Rights {
  /** @throws Error when the template has no such role, or grants it something that is not known here */
  ofRole: (roleArn: string) => Principal;
  ofService: (service: string, sourceArn: string) => Principal;
  /** Why a permission is not granted, in the words with which services end a refusal; undefined when it is granted. */
  refusal: (principal: Principal, permission: Permission) => string | undefined;
}

/**
 * Reads every policy of the template that decides what functions and AWS's own services may do: of roles, buckets,
 * queues, topics and functions.
 * @throws Error that names a policy with an unknown element (`policy-document.ts`)
 */
export function readRights(stack: Stack): Rights {
  const policies = stack.ofType('AWS::IAM::Policy', attachedSchema);
  const roles = stack.ofType('AWS::IAM::Role', roleSchema).map(({ logicalId, name, properties }) => ({
    arn: stack.attribute(logicalId, 'Arn'),
    isLambdas: isLambdas(readTrust(properties.AssumeRolePolicyDocument)),
    unknown: properties.ManagedPolicyArns ?? (properties.PermissionsBoundary && ['a permissions boundary']),
    logicalId,
    statements: () => [
      ...(properties.Policies ?? []).flatMap(({ PolicyDocument }) => readPolicy(PolicyDocument, logicalId)),
      ...policies
        .filter((policy) => policy.properties.Roles.includes(name))
        .flatMap((policy) => readPolicy(policy.properties.PolicyDocument, policy.logicalId)),
    ],
  }));
  const ofResources = [
    ...RESOURCE_POLICIES.flatMap((type) => stack.ofType(type, documentSchema)).flatMap(({ logicalId, properties }) =>
      readPolicy(properties.PolicyDocument, logicalId),
    ),
    ...permissions(stack),
  ];

  return {
    ofRole(roleArn) {
      const role = roles.find(({ arn }) => arn === roleArn);
      if (!role) throw new Error(`the template has no role ${roleArn}`);
      if (!role.isLambdas)
        throw new Error(`${role.logicalId}: the role defined for the function cannot be assumed by Lambda`);
      if (role.unknown)
        throw new Error(`${role.logicalId}: the laptop run cannot hold calls against ${role.unknown.join(', ')}`);
      return { name: roleArn, statements: role.statements(), context: { 'aws:securetransport': 'true' } };
    },
    ofService: (service, sourceArn) => ({
      name: service,
      statements: [],
      context: { 'aws:securetransport': 'true', 'aws:sourcearn': sourceArn, 'aws:sourceaccount': ACCOUNT_ID },
    }),
    refusal(principal, { action, resource }) {
      const matching = (statements: Statement[]) =>
        statements.filter(
          ({ matchesAction, matchesResource, holds }) =>
            matchesAction(action) && matchesResource(resource) && holds(principal.context),
        );
      const own = matching(principal.statements);
      const others = matching(ofResources.filter((statement) => isAbout(statement, principal.name)));
      // IAM's guide, "Policy evaluation logic": a denial counts before everything, and in one account either policy may
      // allow.
      if (own.some(({ isAllow }) => !isAllow)) return 'with an explicit deny in an identity-based policy';
      if (others.some(({ isAllow }) => !isAllow)) return 'with an explicit deny in a resource-based policy';
      if (own.length > 0 || others.length > 0) return undefined;
      return principal.name.startsWith('arn:')
        ? `because no identity-based policy allows the ${action} action`
        : `because no resource-based policy allows the ${action} action`;
    },
  };
}

const RESOURCE_POLICIES = [
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SecretsManager::ResourcePolicy',
];

const documentSchema = z.object({ PolicyDocument: z.unknown() });
const attachedSchema = z.object({ PolicyDocument: z.unknown(), Roles: z.array(z.string()) });
const roleSchema = z.object({
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).optional(),
  // AWS's own policies are not in the template, so a role that has some is not known here.
  ManagedPolicyArns: z.array(z.string()).min(1).optional(),
  PermissionsBoundary: z.string().optional(),
});

const trustSchema = z.object({
  Statement: z.array(z.object({ Effect: z.string(), Principal: z.object({ Service: z.unknown() }).partial() })),
});

const readTrust = (document: unknown) => trustSchema.parse(document).Statement;

const isLambdas = (trust: ReturnType<typeof readTrust>): boolean =>
  trust.some(
    ({ Effect, Principal: { Service } }) => Effect === 'Allow' && [Service].flat().includes('lambda.amazonaws.com'),
  );

const isAbout = ({ principals }: Statement, principal: string): boolean =>
  principals?.kind === 'everybody' || (principals?.kind === 'these' && principals.names.includes(principal));

const permissionSchema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** `AWS::Lambda::Permission`, which Lambda keeps as the function's policy. */
function permissions(stack: Stack): Statement[] {
  const functions = stack.ofType('AWS::Lambda::Function', z.object({}));
  return stack.ofType('AWS::Lambda::Permission', permissionSchema).flatMap(({ logicalId, properties }) => {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
    const found = functions.find(
      (one) => one.name === FunctionName || stack.attribute(one.logicalId, 'Arn') === FunctionName,
    );
    if (!found) return [];
    const document = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action,
        Resource: stack.attribute(found.logicalId, 'Arn'),
        Principal: Principal === '*' ? '*' : { Service: Principal },
        Condition: {
          ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
          ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
        },
      },
    };
    return readPolicy(document, logicalId);
  });
}
