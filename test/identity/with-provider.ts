import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectAssembly } from '../../local/kept-assembly.ts';
import type { Template } from '../../local/template.ts';
import type { OwnLaptopAsked } from '../laptop.ts';
import { testWorld, type World } from '../world.ts';
import { AUDIENCE } from './own-provider.ts';

/** Stands for the provider until its port is known, so that one assembly serves every run. */
const PLACEHOLDER = 'http://127.0.0.1:9';

/** For the provider of `own-provider.ts`. */
export const OWN_SETTINGS = { oidcAudience: AUDIENCE, oidcClientId: 'page', oidcAdminClaim: 'groups=photo-admins' };

interface More extends Pick<OwnLaptopAsked, 'concurrency'> {
  /** Changes the template. */
  change?: (template: Template) => void;
}

/** A world whose deployment takes a provider's tokens. */
export async function worldWith(
  { issuer }: { issuer: string },
  settings: Record<string, string> = OWN_SETTINGS,
  { change, ...options }: More = {},
): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'headshot-identity-'));
  try {
    const assembly = join(dir, 'cdk.out');
    await projectAssembly(assembly, { ...settings, oidcIssuer: PLACEHOLDER });
    for (const file of readdirSync(assembly, { recursive: true, encoding: 'utf8' })) {
      const path = join(assembly, file);
      if (!/(\.template\.json|index\.html)$/.test(file)) continue;
      const text = readFileSync(path, 'utf8').replaceAll(PLACEHOLDER, issuer);
      const template = change !== undefined && file === 'Headshot.template.json' ? JSON.parse(text) : undefined;
      if (template !== undefined) change?.(template);
      writeFileSync(path, template === undefined ? text : JSON.stringify(template));
    }
    return await testWorld({ assemblyDir: assembly, ...options });
  } finally {
    // By then the run has made copies of what it needs.
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  }
}
