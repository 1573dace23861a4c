/**
 * CloudFormation's intrinsic functions, as far as the CDK writes them into this project's template. An unknown one
 * stops the start with its name: to guess would hide a difference from AWS.
 */
export interface Scope {
  /** The value of `Ref`: of a resource, a parameter or a pseudo parameter. Throws when there is none. */
  ref: (name: string) => unknown;
  /** The value of `Fn::GetAtt`. Throws when there is none. */
  attribute: (logicalId: string, attribute: string) => unknown;
  /** The value of a dynamic reference to Secrets Manager. */
  secret: (id: string, jsonKey: string | undefined) => string;
}

/** A value with every intrinsic function and dynamic reference in it replaced. */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return resolveDynamic(value, scope);
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw new Error(`intrinsic function ${name} is not known to the laptop run`);
    const result = intrinsic(argument, scope);
    // A {{resolve:…}} may only be complete after a join.
    return typeof result === 'string' ? resolveDynamic(result, scope) : result;
  }
  return resolveEntries(value, scope);
}

/** What `AWS::NoValue` stands for: the property or list item is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

const resolveEntries = (value: Record<string, unknown>, scope: Scope): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolveValue(item, scope)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );

const INTRINSICS: Record<string, (argument: unknown, scope: Scope) => unknown> = {
  Ref: (argument, scope) => scope.ref(text(argument, 'Ref')),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...path] = Array.isArray(argument) ? argument : text(argument, 'Fn::GetAtt').split('.');
    return scope.attribute(text(logicalId, 'Fn::GetAtt'), path.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(argument, 'Fn::Join');
    return list(resolveValue(items, scope), 'Fn::Join')
      .map((item) => text(item, 'Fn::Join'))
      .join(text(separator, 'Fn::Join'));
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = list(argument, 'Fn::Split');
    return text(resolveValue(source, scope), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, 'Fn::Select');
    const found = list(resolveValue(items, scope), 'Fn::Select')[Number(index)];
    if (found === undefined) throw new Error(`Fn::Select has no item ${String(index)}`);
    return found;
  },
  'Fn::Sub': (argument, scope) => {
    const [pattern, values] = Array.isArray(argument) ? argument : [argument, {}];
    const given = isRecord(values) ? values : {};
    return text(pattern, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in given) return text(resolveValue(given[name], scope), 'Fn::Sub');
      const [logicalId = '', ...path] = name.split('.');
      return text(path.length > 0 ? scope.attribute(logicalId, path.join('.')) : scope.ref(name), 'Fn::Sub');
    });
  },
};

/**
 * `{{resolve:secretsmanager:<id or arn>:SecretString[:<json key>[:<stage>[:<version>]]]}}`; only the current version is
 * supported.
 */
const DYNAMIC =
  /\{\{resolve:([a-z-]+):((?:arn:[^:}]+:[^:}]+:[^:}]*:[^:}]*:secret:)?[^:}]+)(?::SecretString(?::([^:}]*))?)?[^}]*\}\}/g;

const resolveDynamic = (value: string, scope: Scope): string =>
  value.replaceAll(DYNAMIC, (whole, service: string, id: string, jsonKey: string | undefined) => {
    if (service !== 'secretsmanager') throw new Error(`dynamic reference ${whole} is not known to the laptop run`);
    return scope.secret(id, jsonKey === '' ? undefined : jsonKey);
  });

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} needs text and got ${JSON.stringify(value)}`);
}

function list(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} needs a list and got ${JSON.stringify(value)}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
