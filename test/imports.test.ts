import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** The table of docs/architecture.md: who may import whom. The first matching row counts. */
const TABLE: { from: RegExp; own: RegExp; packages: RegExp }[] = [
  { from: /^lambdas\/core\//, own: /^lambdas\/core\//, packages: /^node:/ },
  { from: /^lambdas\/image\//, own: /^lambdas\/(core|image)\//, packages: /^(node:|sharp$)/ },
  {
    from: /^lambdas\/edge\/avatar\//,
    own: /^lambdas\/(core|edge)\//,
    packages: /^(node:|jdenticon$)/,
  },
  {
    // What only makes the OpenAPI document. Functions load `zod/mini`, which takes a third of the time.
    from: /^lambdas\/edge\/v1\/(openapi|schemas|webhook-schemas)\.ts$/,
    own: /^lambdas\/(core|edge)\//,
    packages: /^(node:|zod$)/,
  },
  {
    from: /^lambdas\/edge\//,
    own: /^lambdas\/(core|edge)\/|^lambdas\/env\.ts$/,
    packages: /^(node:|zod\/mini$|aws-lambda$)/,
  },
  { from: /^lambdas\/outbound\//, own: /^lambdas\/(core|outbound)\//, packages: /^(node:|ipaddr\.js$)/ },
  { from: /^lambdas\/identity\//, own: /^lambdas\/(core|identity)\//, packages: /^(node:|jose$)/ },
  { from: /^lambdas\/flow\//, own: /^lambdas\/(core|image|outbound|flow)\//, packages: /^node:/ },
  { from: /^lambdas\/store\//, own: /^lambdas\/(core|store)\//, packages: /^(node:|@aws-sdk\/|@smithy\/|zod\/mini$)/ },
  { from: /^lambdas\/[^/]+$/, own: /^lambdas\//, packages: /^(node:|@middy\/|@aws-lambda-powertools\/|aws-lambda$)/ },
  {
    from: /^infra\//,
    own: /^infra\/|^lambdas\/(env|metric-names|edge\/routes|edge\/gateway-responses|edge\/avatar\/gateway-responses|edge\/twitter\/rate-limits|edge\/read-service-limits|edge\/read-identity-provider|edge\/read-webhook-parts|edge\/v1\/openapi|core\/object-keys|core\/upload-policy|core\/webhook)\.ts$/,
    packages: /^(node:|aws-cdk-lib|constructs$|esbuild$|fflate$|vite$)/,
  },
  { from: /^local\//, own: /^local\/|^lambdas\/env\.ts$/, packages: /.*/ },
  {
    // It makes and reads pictures, and compares what is deployed with what this checkout would deploy.
    from: /^cli\/doctor\//,
    own: /^cli\/|^lambdas\/(flow|store|core)\/|^lambdas\/edge\/oauth\.ts$|^infra\/bundles\.ts$/,
    packages: /^(node:|sharp$)/,
  },
  {
    from: /^cli\//,
    own: /^cli\/|^lambdas\/(flow|store|core|outbound)\/|^lambdas\/(env|edge\/oauth|edge\/v1\/error-messages)\.ts$|^lambdas\/edge\/imports\//,
    packages: /^(node:|commander$)/,
  },
  { from: /^web\//, own: /^web\//, packages: /^(cropperjs|oauth4webapi)$/ },
  { from: /^bench\//, own: /.*/, packages: /.*/ },
];

/** `flow/` knows the stores by type only. */
const TYPE_ONLY = [{ from: /^lambdas\/flow\//, own: /^lambdas\/store\// }];

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['lambdas', 'infra', 'local', 'cli', 'web', 'bench'];
const IMPORT = /^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|import\('([^']+)'\)/gm;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules')),
);

const importsOf = (file: string) =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, type, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    return {
      isType: type !== undefined,
      target: name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name,
      isOwn: name.startsWith('.'),
    };
  });

describe('who may import whom', () => {
  test.each(files)('%s', (file) => {
    const row = TABLE.find(({ from }) => from.test(file));
    const wrong = importsOf(file).filter(({ isType, target, isOwn }) => {
      if (isOwn && isType && TYPE_ONLY.some((rule) => rule.from.test(file) && rule.own.test(target))) return false;
      return !(isOwn ? row?.own : row?.packages)?.test(target);
    });
    expect({ file, wrong }).toEqual({ file, wrong: [] });
  });

  test('none is a barrel or a grab-bag', () => {
    const names = files.map((file) => basename(file));
    expect(names.filter((name) => /^(index|utils?|helpers?|common)\.ts$/.test(name))).toEqual([]);
  });

  test('no circles', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).filter(({ isOwn }) => isOwn)] as const));
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const { target } of graph.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});
