import * as z from 'zod';

/**
 * IAM's policy language, as far as the template uses it (IAM's guide, "IAM JSON policy elements"). An unknown element,
 * operator or condition key stops the start with its name: to ignore it would allow, or refuse, what AWS does not.
 */
export interface Statement {
  isAllow: boolean;
  /** In a resource's policy: to whom it applies. Undefined in a role's, which applies to the role. */
  principals?: Principals;
  matchesAction: (action: string) => boolean;
  matchesResource: (arn: string) => boolean;
  holds: (context: Context) => boolean;
}

type Principals = { kind: 'everybody' } | { kind: 'these'; names: string[] };

/** What conditions may ask about: known keys only, in lower case. */
export type Context = Partial<Record<(typeof KEYS)[number], string>>;
const KEYS = ['aws:securetransport', 'aws:sourcearn', 'aws:sourceaccount'] as const;

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => (typeof one === 'string' ? [one] : one));
const principalSchema = z.union([z.literal('*'), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })]);
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principalSchema.optional(),
  Action: texts,
  Resource: texts,
  Condition: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])))
    .optional(),
});
const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  // A single one counts as a list of one.
  Statement: z.preprocess((one) => (Array.isArray(one) ? one : [one]), z.array(statementSchema)),
});

/**
 * @param owner the resource with the policy, for the error
 * @throws Error that names the owner and the unknown element
 */
export function readPolicy(document: unknown, owner: string): Statement[] {
  const read = documentSchema.safeParse(document);
  if (!read.success)
    throw new Error(
      `${owner}: a policy that the laptop run cannot hold calls against:\n${z.prettifyError(read.error)}`,
    );
  return read.data.Statement.map((statement) => ({
    isAllow: statement.Effect === 'Allow',
    ...(statement.Principal !== undefined && { principals: principalsOf(statement.Principal) }),
    matchesAction: matching(statement.Action, owner, 'i'),
    matchesResource: matching(statement.Resource, owner),
    holds: conditions(statement.Condition ?? {}, owner),
  }));
}

function principalsOf(given: z.output<typeof principalSchema>): Principals {
  if (given === '*') return { kind: 'everybody' };
  const names = [...(given.AWS ?? []), ...(given.Service ?? [])];
  return names.includes('*') ? { kind: 'everybody' } : { kind: 'these', names };
}

/** `*` stands for any characters, `?` for one. */
function matching(patterns: string[], owner: string, flags = ''): (text: string) => boolean {
  const variable = patterns.find((pattern) => pattern.includes('${'));
  if (variable !== undefined) throw new Error(`${owner}: the laptop run knows no policy variables, as in ${variable}`);
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, `s${flags}`);
  });
  return (text) => expressions.some((expression) => expression.test(text));
}

/** Every operator and every key of a condition must match, with one of the key's values. */
function conditions(given: Record<string, Record<string, unknown>>, owner: string): Statement['holds'] {
  const parts = Object.entries(given).flatMap(([operator, keys]) => {
    const test = OPERATORS[operator];
    if (!test) throw new Error(`${owner}: the laptop run does not know the condition operator ${operator}`);
    return Object.entries(keys).map(([name, value]) => {
      const key = KEYS.find((known) => known === name.toLowerCase());
      if (key === undefined) throw new Error(`${owner}: the laptop run does not know the condition key ${name}`);
      const holds = test((Array.isArray(value) ? value : [value]).map(String), owner);
      return (context: Context) => context[key] !== undefined && holds(context[key]);
    });
  });
  return (context) => parts.every((part) => part(context));
}

type Operator = (values: string[], owner: string) => (found: string) => boolean;

const isOneOf: Operator = (values) => (found) => values.includes(found);

const OPERATORS: Record<string, Operator> = {
  Bool: isOneOf,
  StringEquals: isOneOf,
  StringLike: matching,
  // Both accept wildcards (IAM's guide, "Amazon Resource Name (ARN) condition operators").
  ArnEquals: matching,
  ArnLike: matching,
};
