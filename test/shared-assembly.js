import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One cloud assembly for a whole run of the tests: made by the first test that needs it (`laptop.ts`), removed here. */
export default function sharedAssembly() {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-assembly-'));
  process.env.HEADSHOT_TEST_ASSEMBLY = join(folder, 'cdk.out');
  // Node keeps what it has compiled: the command line, which tests call a hundred times, starts in half the time.
  process.env.NODE_COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/headshot/node');
  // The CDK's own check of a template takes three seconds each time, and only warns: `cdk-synth.slow.test.ts` listens.
  process.env.CDK_VALIDATION = 'false';
  globalThis.removeSharedAssembly = () => rmSync(folder, { recursive: true, force: true });
}
