import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_DIR } from '../local/assembly.ts';
import { type Running, readRunning } from '../local/running-file.ts';

/**
 * A laptop run in another process, so that it can be killed; SIGTERM stops it in good order.
 * @throws Error when it wrote no `running.json`
 */
export async function killableLaptop(
  dataDir: string,
  assemblyDir: string,
): Promise<{ child: ChildProcess; running: Running }> {
  const script = `
    import { startLaptop } from '${PROJECT_DIR}/local/laptop-run.ts';
    const laptop = await startLaptop({ ...${JSON.stringify({ dataDir, port: 0, assemblyDir, verbose: false })}, show() {} });
    process.on('SIGTERM', () => laptop.stop().then(() => process.exit(0)));
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const running = readRunning(dataDir);
  if (!running) throw new Error('the run wrote no running.json');
  return { child, running };
}
