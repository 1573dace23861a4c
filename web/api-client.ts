import {
  type Outcome,
  outcomeOf,
  type Photos,
  type PhotoTicket,
  type Profile,
  type SourceLimits,
  type UploadState,
} from './api-responses.ts';
import type { Session } from './session.ts';

/** The service for one person, as the page uses it. Nothing throws: a call that fails says why. */
export interface ApiClient {
  /** The token to send; undefined if the session has ended. */
  token: () => Promise<string | undefined>;
  profile: () => Promise<Outcome<Profile>>;
  limits: () => Promise<Outcome<SourceLimits>>;
  photos: () => Promise<Outcome<Photos>>;
  undo: () => Promise<Outcome<Photos>>;
  /** Shows an earlier photo again. */
  restore: (version: string) => Promise<Outcome<Photos>>;
  remove: () => Promise<Outcome<Photos>>;
  /** Lets a large photo be sent straight to S3. */
  ticket: (file: TicketFile) => Promise<Outcome<PhotoTicket>>;
  uploadState: (uploadId: string) => Promise<Outcome<UploadState>>;
}

interface TicketFile {
  media_type: string;
  bytes: number;
  crop?: { x: number; y: number; w: number };
}

export function apiClient({ token, name }: Pick<Session, 'token' | 'name'>): ApiClient {
  const call = async <T>(method: string, path: string, json?: object): Promise<Outcome<T>> => {
    const bearer = await token();
    if (bearer === undefined) return SESSION_OVER;
    const headers = { authorization: `Bearer ${bearer}`, ...(json && { 'content-type': 'application/json' }) };
    try {
      const answer = await fetch(path, {
        method,
        cache: 'no-store',
        headers,
        ...(json && { body: JSON.stringify(json) }),
      });
      const body: unknown = await answer.json().catch(() => undefined);
      return outcomeOf<T>(answer.status, answer.headers.get('retry-after'), body);
    } catch {
      return { ok: false, error: { kind: 'offline' } };
    }
  };
  return {
    token,
    async profile() {
      // The provider has told the name.
      if (name !== undefined) return { ok: true, value: { real_name: name || 'Signed in', display_name: '' } };
      const got = await call<{ profile: Profile }>('GET', '/api/users.profile.get');
      return got.ok ? { ok: true, value: got.value.profile } : got;
    },
    async limits() {
      const got = await call<{ sources: Record<'v1', SourceLimits> }>('GET', '/v1/limits');
      return got.ok ? { ok: true, value: got.value.sources.v1 } : got;
    },
    photos: () => call('GET', '/v1/photo'),
    undo: () => call('POST', '/v1/photo/undo'),
    restore: (version) => call('POST', '/v1/photo/restore', { version }),
    remove: () => call('DELETE', '/v1/photo'),
    ticket: (file) => call('POST', '/v1/photo/uploads', file),
    uploadState: (uploadId) => call('GET', `/v1/uploads/${uploadId}`),
  };
}

/** The outcome of a call for which there is no token. */
export const SESSION_OVER = { ok: false, error: { kind: 'signed-out', code: 'session-over' } } as const;
