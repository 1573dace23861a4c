import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What the test files of a run share: one cloud assembly, made by the first that needs it, and laptop runs to borrow
 * (`laptop.ts`).
 */
export default async function beforeTests() {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-assembly-'));
  process.env.HEADSHOT_TEST_ASSEMBLY = join(folder, 'cdk.out');
  // Node keeps what it has compiled. The command line, which tests call a hundred times, then starts in half the time.
  process.env.NODE_COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/headshot/node');
  // The CDK's own check of a template takes three seconds each time and only warns.
  process.env.CDK_VALIDATION = 'false';
  const lender = spawn(process.execPath, [join(import.meta.dirname, 'laptop-lender.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [address] = await once(lender.stdout, 'data');
  process.env.HEADSHOT_TEST_LAPTOPS = String(address).trim();

  globalThis.afterTests = async () => {
    const ended = once(lender, 'exit');
    lender.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}
