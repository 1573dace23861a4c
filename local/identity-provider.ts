import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from './assembly.ts';
import { StartRefused } from './data-folder.ts';
import { LAPTOP_ADMIN_CLAIM, LAPTOP_AUDIENCE, LAPTOP_CLIENT_ID } from './identity-provider/people.ts';

const FOLDER = join(PROJECT_DIR, 'local/identity-provider');

/** How long access tokens are valid. */
const TOKEN_SECONDS = 300;

export interface LaptopIdentityProvider {
  issuer: string;
  /** The settings of a deployment that takes its tokens. */
  settings: Record<string, string>;
  /** Lets the page at this address send people here. */
  serve: (page: string) => Promise<void>;
  close: () => void;
}

/**
 * Starts the laptop's identity provider. Installs it first where it is missing, or not of its lock file's version.
 * @param port 0 for any free one
 * @throws StartRefused when the port is taken
 */
export async function startIdentityProvider(
  port: number,
  { tokenSeconds = TOKEN_SECONDS }: { tokenSeconds?: number } = {},
): Promise<LaptopIdentityProvider> {
  install();
  const child = fork(join(FOLDER, 'serve.ts'), [String(port), String(tokenSeconds)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // It prints advice for those who run it as a service.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const { issuer } = await said(child, 'issuer').catch((error: Error) => {
    throw new StartRefused(`the identity provider cannot start on port ${port}: ${error.message}`);
  });
  return {
    issuer,
    settings: {
      oidcIssuer: issuer,
      oidcAudience: LAPTOP_AUDIENCE,
      oidcClientId: LAPTOP_CLIENT_ID,
      oidcAdminClaim: LAPTOP_ADMIN_CLAIM,
    },
    async serve(page) {
      const ready = said(child, 'ready');
      child.send(page);
      await ready;
    },
    close: () => void child.kill(),
  };
}

/** The next message with this property. @throws Error with the child's own words, or when it ends without any */
const said = <K extends string>(child: ChildProcess, word: K): Promise<Record<K, string>> =>
  new Promise((done, fail) => {
    const onEnd = () => fail(new Error('it ended'));
    child.once('exit', onEnd);
    child.once('message', (message: Record<string, string>) => {
      child.off('exit', onEnd);
      if (message[word] === undefined) fail(new Error(message.failed));
      else done(message as Record<K, string>);
    });
  });

const versionIn = (lock: string): unknown =>
  existsSync(lock) && JSON.parse(readFileSync(lock, 'utf8')).packages['node_modules/oidc-provider'].version;

function install(): void {
  const installed = versionIn(join(FOLDER, 'node_modules/.package-lock.json'));
  if (installed === versionIn(join(FOLDER, 'package-lock.json'))) return;
  console.error('installing the identity provider into local/identity-provider/node_modules: 40 packages, 3 MB');
  execFileSync('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
