import { type Template, templateSchema } from '../local/template.ts';

/** A copy of a template, in which a test may break something. */
export const copyOf = (template: unknown): Template => templateSchema.parse(structuredClone(template));

/** The logical id of a resource, by its beginning. */
export function logicalIdOf({ Resources }: Template, id: string): string {
  const found = Object.keys(Resources).find((logicalId) => logicalId.replace(/[0-9A-F]{8}$/, '') === id);
  if (found === undefined) throw new Error(`the template has no ${id}`);
  return found;
}

/** The properties of a resource, by the beginning of its logical id. */
export const propertiesOf = (template: Template, id: string): Record<string, unknown> =>
  template.Resources[logicalIdOf(template, id)]?.Properties ?? {};

/**
 * Takes a permission away from a role.
 * @param on the resource: the beginning of its logical id, and for objects the path: `Raw/raw/*`
 * @throws Error when the role has no such permission
 */
export function takeRight(template: Template, role: string, action: string, on: string): void {
  const document = propertiesOf(template, `${role}DefaultPolicy`).PolicyDocument as { Statement: PolicyStatement[] };
  const [id = '', ...path] = on.split('/');
  const isOn = (resource: unknown) => {
    const text = JSON.stringify(resource);
    return (
      text.includes(`"${logicalIdOf(template, id)}"`) && text.includes(path.length > 0 ? `/${path.join('/')}"` : '')
    );
  };
  const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
  let taken = 0;
  document.Statement = document.Statement.flatMap((statement) => {
    const resources = list(statement.Resource);
    if (!list(statement.Action).includes(action) || !resources.some(isOn)) return [statement];
    taken++;
    const other = { ...statement, Action: list(statement.Action).filter((one) => one !== action) };
    const elsewhere = { ...statement, Action: action, Resource: resources.filter((one) => !isOn(one)) };
    return [...(other.Action.length > 0 ? [other] : []), ...(elsewhere.Resource.length > 0 ? [elsewhere] : [])];
  });
  if (taken === 0) throw new Error(`${role} has no ${action} on ${on}`);
}

interface PolicyStatement {
  Effect: string;
  Action: string | string[];
  Resource: unknown | unknown[];
}
