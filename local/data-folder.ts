import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that the person can put right. It is shown as one line, without a stack. */
export class StartRefused extends Error {}

/**
 * Locks the data folder for this process, so that no two runs write the same files. A lock whose process is gone (kill
 * -9, a power cut) is taken over.
 * @returns what releases it
 * @throws StartRefused when another run has it, or the folder cannot be written
 */
export function lockDataFolder(dir: string): () => void {
  const lock = join(dir, 'lock');
  const mine = join(dir, `lock.${process.pid}`);
  const content = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(mine, content, { mode: 0o600 });
  } catch (error) {
    throw new StartRefused(`the data folder ${dir} cannot be written: ${(error as Error).message}`);
  }
  try {
    for (let tries = 0; tries < 5; tries += 1) {
      if (tryLink(mine, lock)) return () => release(lock, content);
      const lockText = read(lock);
      if (lockText === undefined) continue;
      const holder = liveHolder(lockText);
      if (holder !== undefined) throw new StartRefused(`another run (process ${holder}) uses the data folder ${dir}`);
      takeAway(lock, lockText);
    }
    throw new StartRefused(`another run is just taking the data folder ${dir}`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A link appears whole or not at all, so nobody ever reads half a lock. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the stale lock aside. If somebody else was quicker, what was moved is their fresh one, and goes back. */
function takeAway(lock: string, stale: string): void {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function release(lock: string, content: string): void {
  if (read(lock) === content) rmSync(lock, { force: true });
}

/** The process that wrote the lock, if it still runs. Another process may have its number by now. */
function liveHolder(lockText: string): number | undefined {
  try {
    const { pid, started } = JSON.parse(lockText) as { pid: number; started: string };
    process.kill(pid, 0);
    return startOf(pid) === started ? pid : undefined;
  } catch (error) {
    // EPERM: it runs, as somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 0 : undefined;
  }
}

/** When a process started, in clock ticks after boot. Only Linux says so; elsewhere the number alone decides. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
