import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

/**
 * Shortens an assembly's visibility timeouts, so that a test need not wait a minute for the message of a worker that
 * died. Its queues hide messages for `visibilitySeconds`, and its functions time out after as long (Lambda refuses the
 * event source otherwise).
 * @param hidden a pattern of the visibility timeouts, in seconds, to shorten; other queues stay
 * @param tries when given, a message goes to its dead-letter queue after so many receives
 */
export function hurryTemplate(
  assemblyDir: string,
  { visibilitySeconds, hidden, tries }: { visibilitySeconds: number; hidden: string; tries?: number },
): void {
  const path = join(assemblyDir, 'Headshot.template.json');
  let template = readFileSync(path, 'utf8');
  const replace = (pattern: string, property: string, value: number) => {
    const changed = template.replaceAll(new RegExp(`"${property}": (?:${pattern})\\b`, 'g'), `"${property}": ${value}`);
    // Without this check a template that spells it otherwise would make the tests slow, not fail.
    expect(changed).not.toBe(template);
    template = changed;
  };
  replace(hidden, 'VisibilityTimeout', visibilitySeconds);
  replace('\\d{2,}', 'Timeout', visibilitySeconds);
  if (tries !== undefined) replace('6', 'maxReceiveCount', tries);
  writeFileSync(path, template);
}
