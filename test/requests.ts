import { connect } from 'node:net';

export async function ask(base: string, path: string, init: RequestInit = {}) {
  const answer = await fetch(base + path, { redirect: 'manual', ...init });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, body: parsed(bytes), bytes };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export function form(bytes: Uint8Array, name = 'me.png'): FormData {
  const data = new FormData();
  data.append('image', new Blob([new Uint8Array(bytes)]), name);
  return data;
}

/** Sets a photo by Slack's API, which answers when it is shown. */
export const setPhoto = (
  base: string,
  token: string,
  bytes: Uint8Array,
  { name, headers }: { name?: string; headers?: Record<string, string> } = {},
) =>
  ask(base, '/api/users.setPhoto', {
    method: 'POST',
    body: form(bytes, name),
    headers: { ...bearer(token), ...headers },
  });

/**
 * Sends these bytes as they are, and returns the first line and the rest of what comes before the connection ends. They
 * must ask for the connection's end, or be no request.
 */
export const sendRaw = (base: string, text: string) =>
  new Promise<{ status: number; said: string }>((done) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write(text));
    let said = '';
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done({ status: Number(said.split(' ')[1]), said }));
  });

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    return { ...Object(JSON.parse(bytes.toString('utf8'))) };
  } catch {
    return {};
  }
}
