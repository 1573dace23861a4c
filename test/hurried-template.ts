import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

/**
 * Changes an assembly's template so that a test need not wait a minute for a message that a dead worker held: its queues hide
 * messages for `visibilitySeconds`, and its functions may work for no longer (Lambda refuses the event source otherwise).
 * @param hidden the seconds of the queues that are hurried, as a pattern; the others stay
 * @param tries where given, a message goes to its dead-letter queue after so many
 */
export function hurryTemplate(
  assemblyDir: string,
  { visibilitySeconds, hidden, tries }: { visibilitySeconds: number; hidden: string; tries?: number },
): void {
  const path = join(assemblyDir, 'Headshot.template.json');
  let template = readFileSync(path, 'utf8');
  const replace = (pattern: string, property: string, value: number) => {
    const changed = template.replaceAll(new RegExp(`"${property}": (?:${pattern})\\b`, 'g'), `"${property}": ${value}`);
    // A template that says it otherwise would make a slow test, and not a failing one.
    expect(changed).not.toBe(template);
    template = changed;
  };
  replace(hidden, 'VisibilityTimeout', visibilitySeconds);
  replace('\\d{2,}', 'Timeout', visibilitySeconds);
  if (tries !== undefined) replace('6', 'maxReceiveCount', tries);
  writeFileSync(path, template);
}
