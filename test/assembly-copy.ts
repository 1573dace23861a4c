import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../local/assembly.ts';
import { projectAssembly } from '../local/kept-assembly.ts';
import type { Template } from '../local/template.ts';
import { sharedAssembly } from './laptop.ts';
import { copyOf } from './template-copy.ts';

/**
 * The project's cloud assembly with a changed template, in a folder of its own. Call `remove` at the end.
 * @param settings as in `-c name=value`
 */
export async function assemblyWith(
  change: (template: Template) => void,
  settings?: Record<string, string>,
): Promise<{ dir: string; remove: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'headshot-assembly-'));
  const shared = settings === undefined ? await sharedAssembly() : undefined;
  if (shared !== undefined) cpSync(shared, dir, { recursive: true });
  else await projectAssembly(dir, settings);
  const file = join(dir, `${readAssembly(dir).stackName}.template.json`);
  const whole: object = JSON.parse(readFileSync(file, 'utf8'));
  const changed = copyOf(whole);
  change(changed);
  writeFileSync(file, JSON.stringify({ ...whole, Resources: changed.Resources, Outputs: changed.Outputs }));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
