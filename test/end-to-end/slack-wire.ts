import { request } from 'node:http';
import { headshotHere } from '../headshot-here.ts';
import { png, RED, solid } from '../pictures.ts';
import type { World } from '../world.ts';

/** A request exactly as written. Only `Host` is added, and `Content-Length` where the body is not chunked. */
export interface Sent {
  verb?: string;
  /** `users.setPhoto` by default; or another method, with its query. */
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  isChunked?: boolean;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown> & { ok?: boolean; error?: string };
}

/** What the rows of the table need. */
export type Stage = Awaited<ReturnType<typeof stageOf>>;

export async function stageOf(world: World) {
  const file = await png({ picture: solid(512, 512, RED) });
  const user = await world.newUser();
  return {
    world,
    /** 512 by 512 pixels. */
    file,
    user,
    bearer: (token = user.token) => ({ authorization: `Bearer ${token}` }),
    send: (sent: Sent) => sendTo(world.url, sent),
    /** Runs the headshot command, and returns its JSON. */
    cli: (...words: string[]) => headshot(world.laptop.dataDir, words),
    /** A user in a team of their own, so that what is done to either touches no other row. */
    outsider: async () => world.newUser(await world.newTeam()),
  };
}

export const BOUNDARY = 'headshot-test-boundary';
export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
export const URLENCODED = { 'content-type': 'application/x-www-form-urlencoded' };

/** A form with a picture, then fields. */
export function formOf(image: Uint8Array | undefined, fields: Record<string, string> = {}): Buffer {
  const part = (disposition: string, bytes: Uint8Array) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ];
  return Buffer.concat([
    ...(image === undefined ? [] : part('name="image"; filename="me.png"', image)),
    ...Object.entries(fields).flatMap(([name, value]) => part(`name="${name}"`, Buffer.from(value))),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

const sendTo = (
  url: string,
  { verb = 'POST', method = 'users.setPhoto', headers = {}, body = '', isChunked = false }: Sent,
): Promise<Reply> =>
  new Promise((done, fail) => {
    const length = ['GET', 'HEAD', 'OPTIONS'].includes(verb) ? {} : { 'content-length': Buffer.byteLength(body) };
    const framing = isChunked ? { 'transfer-encoding': 'chunked' } : length;
    const asked = request(`${url}/api/${method}`, { method: verb, headers: { ...headers, ...framing } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) });
      });
    });
    asked.on('error', fail);
    asked.end(body);
  });

async function headshot(dataDir: string, words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await headshotHere([...words, '--json'], { ...process.env, HEADSHOT_DATA: dataDir });
  if (code !== 0) throw new Error(`headshot ${words.join(' ')}: ${err}`);
  return JSON.parse(out);
}
