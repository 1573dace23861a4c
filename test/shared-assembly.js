import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One cloud assembly for a whole run of the tests: made by the first test that needs it (`laptop.ts`), removed here. */
export default function sharedAssembly() {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-assembly-'));
  process.env.HEADSHOT_TEST_ASSEMBLY = join(folder, 'cdk.out');
  globalThis.removeSharedAssembly = () => rmSync(folder, { recursive: true, force: true });
}
