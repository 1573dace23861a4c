import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { ACKNOWLEDGED } from '../infra/acknowledged-findings.ts';
import { onThisMachine } from '../on-this-machine.ts';
import { buildPackage, node22, runApp, type Synthesized, strangerApp, synthesized } from './stranger-app.ts';

const run = promisify(execFile);
const NODE_24 = process.execPath;
const oldest = node22();
const nodes = [NODE_24, ...(oldest === undefined ? [] : [oldest])];

let tarball: string;
let printed: string;
const folders: string[] = [];
const app = async (from: Record<string, string> | string) => {
  const folder = await strangerApp(tarball, from);
  folders.push(folder);
  return folder;
};

beforeAll(async () => {
  ({ tarball, printed } = await buildPackage());
}, 180_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The stack class of each example, where it stands, and the id of its Headshot. */
const EXAMPLES = [
  {
    name: 'own-domain',
    app: 'app.js',
    module: './photos-stack.js',
    stack: 'PhotosStack',
    headshot: 'Headshot',
    props: {
      zoneName: 'example.com',
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef',
    },
  },
  {
    name: 'photo-events',
    app: 'app.ts',
    module: './team-stack.ts',
    stack: 'TeamStack',
    headshot: 'Photos',
    props: {},
  },
] as const;
type Example = (typeof EXAMPLES)[number];

/** A program that makes the example's stack, and what `more` says of `app` and `stack`. */
const program = ({ module, stack, props }: Example, more: string) => `
  import { App } from 'aws-cdk-lib';
  import { Headshot } from 'headshot-cdk';
  import { ${stack} } from '${module}';
  const app = new App();
  const stack = new ${stack}(app, 'Theirs', ${JSON.stringify(props)});
  ${more}`;

/** What cdk-nag finds in the app, as `[rule, path]`. */
const FINDINGS = 'findings.json';
const CHECKED = `
  import { writeFileSync } from 'node:fs';
  import { AwsSolutionsChecks } from 'cdk-nag';`;
const WRITE_FINDINGS = `
  app.synth();
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const found = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => [ruleName, constructPath]));
  writeFileSync('${FINDINGS}', JSON.stringify(found));`;

const resources = ({ template }: Synthesized) => Object.entries(template.Resources);
const ofType = (one: Synthesized, type: string) => resources(one).filter(([, { Type }]) => Type === type);

test('the build says how large the tarball is, and it is at most 30 MB', () => {
  expect(printed.trim()).toBe(
    `dist/headshot-cdk-0.1.0.tgz: ${(statSync(tarball).size / 1e6).toFixed(1)} MB of at most 30`,
  );
  expect(statSync(tarball).size).toBeLessThanOrEqual(30_000_000);
});

describe('an empty app', () => {
  const STACK = "const app = new App(); new Headshot(new Stack(app, 'Mine'), 'Photos'); app.synth();";
  const IMPORTS =
    "import { App, Stack } from 'aws-cdk-lib';\nimport { Headshot, type HeadshotProps } from 'headshot-cdk';\n";
  const TYPED = `${IMPORTS}
const props: HeadshotProps = { retentionDays: 30, dialects: ['slack'], production: false };
const app = new App();
const photos = new Headshot(new Stack(app, 'Mine'), 'Photos', props);
// @ts-expect-error a number
new Headshot(photos, 'Wrong', { retentionDays: '30' });
// @ts-expect-error misspelt
const misspelt: HeadshotProps = { retentoinDays: 30 };
const url: string = photos.url;
// @ts-expect-error not for strangers
photos.parts;
console.log(url, misspelt);
`;
  let folder: string;
  beforeAll(async () => {
    folder = await app({
      'common.cjs': `const { App, Stack } = require('aws-cdk-lib');\nconst { Headshot } = require('headshot-cdk');\n${STACK}`,
      'module.mjs': `${IMPORTS.replace(', type HeadshotProps', '')}${STACK}`,
      'typed.cts': `${IMPORTS}export const mine = new Stack(new App(), 'Mine');\nnew Headshot(mine, 'Photos');\nmine.node.root.node.tryGetContext('x');\n(mine.node.root as App).synth();\n`,
      'typed.mts': TYPED,
    });
  }, 120_000);

  test('in JavaScript, by require and by import, on Node 22 and 24: one template', async () => {
    expect(nodes.length).toBe(process.platform === 'linux' ? 2 : 1);
    const templates: unknown[] = [];
    for (const node of nodes)
      for (const file of ['common.cjs', 'module.mjs']) {
        const { Mine } = await synthesized(node, folder, file);
        templates.push(Mine?.template);
      }
    expect(Object.keys(Object(templates[0]).Resources).length).toBeGreaterThan(150);
    for (const template of templates) expect(template).toEqual(templates[0]);
  }, 120_000);

  test('in TypeScript, as CommonJS and as a module: its types are known, and what is wrong does not compile', async () => {
    const compiler = join(PROJECT, 'node_modules/.bin/tsc');
    const flags = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--skipLibCheck'];
    await run(compiler, [...flags, '--outDir', 'built', 'typed.cts', 'typed.mts'], { cwd: folder });
    expect(readFileSync(join(folder, 'built/typed.cjs'), 'utf8')).toContain('require("headshot-cdk")');
    for (const node of nodes) expect(await synthesized(node, folder, 'built/typed.cjs')).toHaveProperty('Mine');
  }, 120_000);

  test('every link of its README and its pages leads into the package', () => {
    const installed = join(folder, 'node_modules/headshot-cdk');
    const pages = readdirSync(join(installed, 'docs')).filter((name) => name.endsWith('.md'));
    const links = ['README.md', ...pages.map((name) => `docs/${name}`)].flatMap((page) =>
      [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\(([^)#]+)/g)].map(([, to = '']) => ({ page, to })),
    );
    expect(links.length).toBeGreaterThan(40);
    // Pictures are not brought.
    const isElsewhere = (to: string) => /^https?:|\.webp$/.test(to);
    const lost = links.filter(({ page, to }) => !isElsewhere(to) && !existsSync(join(installed, dirname(page), to)));
    expect(lost).toEqual([]);
  });

  test('a wrong prop says what is allowed', async () => {
    writeFileSync(
      join(folder, 'wrong.cjs'),
      `const { Stack } = require('aws-cdk-lib'); const { Headshot } = require('headshot-cdk');
       try { new Headshot(new Stack(), 'Photos', { retentionDays: 3 }); } catch ({ message }) { console.log(message); }`,
    );
    expect(await runApp(NODE_24, folder, 'wrong.cjs')).toMatch(
      /retentionDays is 3; it must be a whole number of at least 15/,
    );
  });

  test('both processors have their layer', async () => {
    writeFileSync(
      join(folder, 'arm.cjs'),
      `const { App, Stack } = require('aws-cdk-lib'); const { Headshot } = require('headshot-cdk'); const app = new App();
       for (const architecture of ['x86_64', 'arm64']) new Headshot(new Stack(app, architecture.replace('_', '')), 'Photos', { architecture }); app.synth();`,
    );
    const stacks = await synthesized(NODE_24, folder, 'arm.cjs');
    const layers = Object.values(stacks).flatMap((one) => ofType(one, 'AWS::Lambda::LayerVersion'));
    const ours = layers
      .map(([, { Properties = {} }]) => Properties)
      .filter(({ Description }) => /sharp/.test(String(Description)));
    expect(ours.map(({ CompatibleArchitectures }) => CompatibleArchitectures)).toEqual([['arm64'], ['x86_64']]);
    const keys = ours.map(({ Content }) => Object(Content).S3Key);
    expect(new Set(keys).size).toBe(2);
  });
});

/** A template of each example, with a second Headshot beside its own. */
const withSecond: string[] = [];

describe.each(EXAMPLES)('examples/$name', (example) => {
  let folder: string;
  let theirs: Synthesized;
  let twice: Synthesized;
  const only = async (file: string): Promise<Synthesized> => {
    const { Theirs } = await synthesized(NODE_24, folder, file);
    if (Theirs === undefined) throw new Error(`${file} makes no stack Theirs`);
    return Theirs;
  };
  beforeAll(async () => {
    folder = await app(`examples/${example.name}`);
    writeFileSync(join(folder, 'theirs.mjs'), CHECKED + program(example, WRITE_FINDINGS));
    writeFileSync(join(folder, 'twice.mjs'), program(example, "new Headshot(stack, 'Second'); app.synth();"));
    theirs = await only('theirs.mjs');
    twice = await only('twice.mjs');
    withSecond.push(twice.path);
  }, 120_000);

  test('is synthesized as it stands, the same each time', async () => {
    const [one, other] = [
      await synthesized(NODE_24, folder, example.app),
      await synthesized(NODE_24, folder, example.app),
    ];
    expect(Object.values(one)).toHaveLength(1);
    expect(Object.values(one).map(({ template }) => template)).toEqual(
      Object.values(other).map(({ template }) => template),
    );
  }, 60_000);

  test('a second one in its stack has names of its own, exports nothing, and leaves the first as it was', () => {
    const names = resources(twice).flatMap(([, { Type, Properties = {} }]) => namesIn(Type, Properties));
    expect(names.length).toBeGreaterThan(2 * 10);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(Object.values(twice.template.Outputs ?? {}).filter(({ Export }) => Export !== undefined)).toEqual([]);
    expect(Object.keys(twice.template.Resources)).toEqual(
      expect.arrayContaining(Object.keys(theirs.template.Resources)),
    );
    expect(ofType(twice, 'AWS::ApiGateway::Account')).toHaveLength(1);
    expect(ofType(twice, 'AWS::CloudWatch::Dashboard')).toHaveLength(2);
    expect(resources(twice).length).toBeLessThan(500);
  });

  test('cdk-nag finds in it what is acknowledged with a reason, and nothing else', () => {
    const found: [string, string][] = JSON.parse(readFileSync(join(folder, FINDINGS), 'utf8'));
    expect(found.length).toBeGreaterThan(20);
    const acknowledged = new Set(ACKNOWLEDGED.flatMap(({ rule, where }) => where.map((one) => `${rule} ${one}`)));
    const others = found.flatMap(([rule, path]) => {
      const [, top, below] = path.split('/');
      const named = rule.replaceAll(
        new RegExp(`<(?:${example.headshot})?([A-Za-z]+)[0-9A-F]{8}\\.Arn>`, 'g'),
        '<$1.Arn>',
      );
      const finding = `${named} ${top === example.headshot ? below : top}`;
      return acknowledged.has(finding) ? [] : [finding];
    });
    expect(others).toEqual([]);
  });
});

const linter = onThisMachine('cfn-lint');
(linter === undefined ? test.skip : test)(
  `cfn-lint finds nothing in the examples, with a second one beside (${linter ?? 'not run: it is not on this machine'})`,
  async () => {
    expect(withSecond).toHaveLength(EXAMPLES.length);
    // W3005: the CDK says in DependsOn what a reference says already.
    const { stdout } = await run(linter ?? '', ['--ignore-checks', 'W3005', '--', ...withSecond]);
    expect(stdout).toBe('');
  },
  180_000,
);

/** Names that are of what they are in: of an API's stage, of a hosted zone's records. */
const INNER = ['AWS::ApiGateway::Stage', 'AWS::Route53::RecordSet'];

/** Every name that a template gives, with its type: what CloudFormation does not make up by itself. */
function namesIn(type: string, properties: object): string[] {
  if (INNER.includes(type)) return [];
  const isName = (key: string) => ['Name', 'BudgetName', `${type.split('::')[2]}Name`].includes(key);
  return Object.entries(properties).flatMap(([key, value]) => {
    if (isName(key)) return [`${type} ${JSON.stringify(value)}`];
    return /Config$|^Budget$/.test(key) ? namesIn(type, Object(value)) : [];
  });
}
