import {
  type Outcome,
  outcomeOf,
  type Photos,
  type Profile,
  type SourceLimits,
  type UploadState,
} from './api-responses.ts';
import type { Session } from './session.ts';

/** The service as the page uses it, for one person. Nothing here throws: a call that fails says why. */
export interface ApiClient {
  /** Where framed photos are sent, and by what token; undefined when it is over. */
  framedPath: UploadPath;
  token: () => Promise<string | undefined>;
  profile: () => Promise<Outcome<Profile>>;
  /** Of the API that takes what is framed here, and of ours, which takes what this browser cannot show. */
  limits: () => Promise<Outcome<{ framed: SourceLimits; whole: SourceLimits }>>;
  photos: () => Promise<Outcome<Photos>>;
  undo: () => Promise<Outcome<Photos>>;
  remove: () => Promise<Outcome<Photos>>;
  uploadState: (uploadId: string) => Promise<Outcome<UploadState>>;
}

export function apiClient({ token, api, name }: Pick<Session, 'token' | 'api' | 'name'>): ApiClient {
  const call = async <T>(method: string, path: string): Promise<Outcome<T>> => {
    const bearer = await token();
    if (bearer === undefined) return SESSION_OVER;
    try {
      const answer = await fetch(path, { method, cache: 'no-store', headers: { authorization: `Bearer ${bearer}` } });
      const body: unknown = await answer.json().catch(() => undefined);
      return outcomeOf<T>(answer.status, answer.headers.get('retry-after'), body);
    } catch {
      return { ok: false, error: { kind: 'offline' } };
    }
  };
  return {
    framedPath: FRAMED_PATHS[api],
    token,
    async profile() {
      // The provider has said it.
      if (name !== undefined) return { ok: true, value: { real_name: name || 'Signed in', display_name: '' } };
      const got = await call<{ profile: Profile }>('GET', '/api/users.profile.get');
      return got.ok ? { ok: true, value: got.value.profile } : got;
    },
    async limits() {
      const got = await call<{ sources: Record<'slack' | 'v1', SourceLimits> }>('GET', '/v1/limits');
      return got.ok ? { ok: true, value: { framed: got.value.sources[api], whole: got.value.sources.v1 } } : got;
    },
    photos: () => call('GET', '/v1/photo'),
    undo: () => call('POST', '/v1/photo/undo'),
    remove: () => call('DELETE', '/v1/photo'),
    uploadState: (uploadId) => call('GET', `/v1/uploads/${uploadId}`),
  };
}

/** Slack's API has the letterbox that the editor shows. */
const FRAMED_PATHS = { slack: '/api/users.setPhoto', v1: '/v1/photo' } as const;
export type UploadPath = (typeof FRAMED_PATHS)[keyof typeof FRAMED_PATHS];

/** What is said instead of asking, when there is nothing to ask with. */
export const SESSION_OVER = { ok: false, error: { kind: 'signed-out', code: 'session-over' } } as const;
