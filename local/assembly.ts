import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { type Template, templateSchema } from './template.ts';

/** What `cdk synth` writes: one stack's template, and the folders of its assets. */
export interface Assembly {
  template: Template;
  stackName: string;
  /** The folder of a packaged asset, by the object key that the template names (`S3Key`). */
  assetDir: (objectKey: string) => string;
}

export const PROJECT_DIR = resolve(import.meta.dirname, '..');

/**
 * Runs the CDK app into `dir`.
 * @param settings as in `-c name=value`; cdk.json has the others
 * @throws Error with the app's own words when it fails
 */
export async function synthesize(dir: string, settings: Record<string, string> = {}): Promise<void> {
  const app = spawn(process.execPath, ['infra/app.ts'], {
    cwd: PROJECT_DIR,
    // Of this process's environment only where programs and homes are: everything that an assembly is made from must be
    // known (`assembly-inputs.ts`).
    env: {
      ...pick(process.env, ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE']),
      CDK_OUTDIR: dir,
      CDK_CONTEXT_JSON: JSON.stringify(settings),
      // The CDK's own check of the template only warns, which nobody would see here, and takes three of four seconds.
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  app.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  app.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((done, fail) => app.once('error', fail).once('close', done));
  if (code !== 0)
    throw new Error(`infra/app.ts failed (exit ${code}):\n${Buffer.concat(output).toString('utf8').trim()}`);
}

/** @throws Error when the folder does not hold exactly one stack */
export function readAssembly(dir: string): Assembly {
  const names = readdirSync(dir).filter((name) => name.endsWith('.template.json'));
  const [name] = names;
  if (name === undefined || names.length > 1) throw new Error(`${dir} holds ${names.length} templates instead of one`);
  const stackName = name.slice(0, -'.template.json'.length);
  const template = templateSchema.parse(readJson(join(dir, name)));
  const { files } = assetsSchema.parse(readJson(join(dir, `${stackName}.assets.json`)));
  const dirs = new Map(
    Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, resolve(dir, source.path)] as const),
    ),
  );
  return {
    template,
    stackName,
    assetDir(objectKey) {
      const found = dirs.get(objectKey);
      if (found === undefined) throw new Error(`${stackName}.assets.json names no asset ${objectKey}`);
      return found;
    },
  };
}

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const pick = (all: NodeJS.ProcessEnv, names: string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(names.map((name) => [name, all[name]]));

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
