import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type AvatarWorld, avatarWorld } from '../avatar-world.ts';
import { fetchedPackages } from '../fetched-packages.ts';
import { png, RED, solid } from '../pictures.ts';
import { srvServer } from '../srv-server.ts';
import { eventually } from '../world.ts';

/** Strangers' libraries make the address of an avatar, and it is one. */
const CLIENTS = join(import.meta.dirname, '../strangers/avatars');
const ADA = 'Ada@Example.com';
const NOBODY = 'nobody@example.com';

let world: AvatarWorld;
let dns: Awaited<ReturnType<typeof srvServer>>;

beforeAll(async () => {
  await fetchedPackages(CLIENTS);
  world = await avatarWorld();
  const port = Number(new URL(world.url).port);
  // Only the first counts: the other is of a lower priority, and leads nowhere.
  const here = [
    { priority: 10, weight: 5, port, target: '127.0.0.1' },
    { priority: 20, weight: 50, port: 9, target: '127.0.0.1' },
  ];
  dns = await srvServer({ '_avatars._tcp.example.com': here, '_avatars-sec._tcp.example.com': here });
  const user = await world.newPerson(ADA);
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(await png({ picture: solid(600, 600, RED) }))]));
  const headers = { authorization: `Bearer ${user.token}` };
  await fetch(`${world.url}/api/users.setPhoto`, { method: 'POST', body, headers });
  await eventually(
    async () => (await world.stores.users.get(user.id))?.photo,
    (photo) => photo !== undefined,
  );
}, 120_000);
afterAll(async () => {
  await dns?.close();
  await world?.end();
}, 30_000);

const execute = promisify(execFile);
async function run(program: string, parameters: string[]): Promise<string> {
  const { stdout } = await execute(program, parameters, { encoding: 'utf8', timeout: 60_000 });
  return stdout.trim();
}

/** Each prints the address of an avatar of 48 pixels whose default is 404. Given are the service's address and the e-mail's. */
const LIBRARIES: Record<
  string,
  { program: string; needs: string; parameters: (base: string, email: string) => string[] }
> = {
  'npm gravatar': {
    program: process.execPath,
    needs: '',
    parameters: (base, email) => [join(CLIENTS, 'gravatar.cjs'), base, email],
  },
  'Perl Gravatar::URL (libgravatar-url-perl)': {
    program: 'perl',
    needs: '/usr/share/perl5/Gravatar/URL.pm',
    parameters: (base, email) => [
      '-MGravatar::URL',
      '-e',
      'print gravatar_url(email => lc $ARGV[1], base => "$ARGV[0]/avatar", size => 48, default => "404", rating => "pg")',
      base,
      email,
    ],
  },
  'Perl Libravatar::URL (libgravatar-url-perl)': {
    program: 'perl',
    needs: '/usr/share/perl5/Libravatar/URL.pm',
    parameters: (base, email) => [
      '-MLibravatar::URL',
      '-e',
      'print libravatar_url(email => $ARGV[1], base => "$ARGV[0]/avatar", size => 48, default => "404")',
      base,
      email,
    ],
  },
  'Python django_gravatar (python3-django-gravatar2)': {
    program: '/usr/bin/python3',
    needs: '/usr/lib/python3/dist-packages/django_gravatar/helpers.py',
    parameters: (base, email) => ['-c', DJANGO('get_gravatar_url(sys.argv[2], size=48, default="404")'), base, email],
  },
  // Its host cannot be chosen.
  'Ruby gravtastic (ruby-gravtastic)': {
    program: 'ruby',
    needs: '/usr/lib/ruby/vendor_ruby/gravtastic.rb',
    parameters: (base, email) => [
      '-rgravtastic',
      '-e',
      'Person = Struct.new(:email) { include Gravtastic; gravtastic }; ' +
        'puts Person.new(ARGV[1]).gravatar_url(size: 48, default: "404").sub("https://secure.gravatar.com", ARGV[0])',
      base,
      email,
    ],
  },
  'PHP Horde_Service_Gravatar (php-horde-service-gravatar)': {
    program: 'php',
    needs: '/usr/share/php/Horde/Service/Gravatar.php',
    parameters: (base, email) => [
      '-r',
      'spl_autoload_register(fn ($c) => require strtr($c, "_", "/") . ".php"); $service = new Horde_Service_Gravatar($argv[1]); ' +
        'echo $service->getAvatarUrl($argv[2], ["size" => 48, "default" => "404"])->setRaw(true);',
      base,
      email,
    ],
  },
};

function DJANGO(expression: string): string {
  return [
    'import sys',
    'from django.conf import settings',
    'settings.configure(GRAVATAR_SECURE_URL=sys.argv[1] + "/")',
    'from django_gravatar.helpers import get_gravatar_url, has_gravatar',
    `print(${expression})`,
  ].join('\n');
}

async function looksLike(url: string): Promise<string> {
  const answered = await fetch(url);
  if (answered.status !== 200) return String(answered.status);
  const { format, width } = await sharp(Buffer.from(await answered.arrayBuffer())).metadata();
  return `${format} ${width}`;
}

const isThere = (program: string, needs: string) =>
  program === process.execPath || (existsSync(needs) && hasProgram(program));
const hasProgram = (program: string) =>
  program.startsWith('/')
    ? existsSync(program)
    : (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));

for (const [name, { program, needs, parameters }] of Object.entries(LIBRARIES)) {
  (isThere(program, needs) ? test : test.skip)(`${name}: a photo, and 404 for nobody`, async () => {
    const of = async (email: string) => run(program, parameters(world.url, email));
    const url = await of(ADA);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/avatar\/3e3417d7ef77d5932a6734b916515ed5(\.\w+)?\?/);
    expect(await looksLike(url)).toBe('png 48');
    expect(await looksLike(await of(NOBODY))).toBe('404');
  });
}

(existsSync('/usr/lib/python3/dist-packages/django_gravatar/helpers.py') ? test : test.skip)(
  'django_gravatar asks itself, by HEAD, whether there is one',
  async () => {
    const asks = (email: string) =>
      run('/usr/bin/python3', ['-c', DJANGO('has_gravatar(sys.argv[2])'), world.url, email]);
    expect(await asks(ADA)).toBe('True');
    expect(await asks(NOBODY)).toBe('False');
  },
);

describe('npm libravatar, by the SRV records of the domain', () => {
  const find = (email: string, scheme = 'http') =>
    run(process.execPath, [join(CLIENTS, 'by-srv.cjs'), dns.address, email, scheme]);

  test('a photo, and 404 for nobody', async () => {
    const url = await find(ADA);
    expect(url).toContain(`${world.url}/avatar/3e3417d7ef77d5932a6734b916515ed5`);
    expect(await looksLike(url)).toBe('png 48');
    expect(await looksLike(await find(NOBODY))).toBe('404');
    expect(dns.queried).toContain('_avatars._tcp.example.com');
  });

  test('over HTTPS by the other record', async () => {
    const port = new URL(world.url).port;
    expect(await find(ADA, 'https')).toContain(`https://127.0.0.1:${port}/avatar/3e3417d7ef77d5932a6734b916515ed5`);
    expect(dns.queried).toContain('_avatars-sec._tcp.example.com');
  });

  test('a domain without records is not ours', async () => {
    expect(await find('ada@elsewhere.example')).not.toContain('127.0.0.1');
  });
});
