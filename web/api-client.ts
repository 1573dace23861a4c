import {
  type Outcome,
  outcomeOf,
  type Photos,
  type Profile,
  type SourceLimits,
  type UploadState,
} from './api-responses.ts';

/** The service as the page uses it, for one token. Nothing here throws: a call that fails says why. */
export interface ApiClient {
  profile: () => Promise<Outcome<Profile>>;
  limits: () => Promise<Outcome<{ slack: SourceLimits; v1: SourceLimits }>>;
  photos: () => Promise<Outcome<Photos>>;
  undo: () => Promise<Outcome<Photos>>;
  remove: () => Promise<Outcome<Photos>>;
  uploadState: (uploadId: string) => Promise<Outcome<UploadState>>;
}

export function apiClient(token: string): ApiClient {
  const call = async <T>(method: string, path: string): Promise<Outcome<T>> => {
    try {
      const answer = await fetch(path, { method, cache: 'no-store', headers: { authorization: `Bearer ${token}` } });
      const body: unknown = await answer.json().catch(() => undefined);
      return outcomeOf<T>(answer.status, answer.headers.get('retry-after'), body);
    } catch {
      return { ok: false, error: { kind: 'offline' } };
    }
  };
  return {
    async profile() {
      const got = await call<{ profile: Profile }>('GET', '/api/users.profile.get');
      return got.ok ? { ok: true, value: got.value.profile } : got;
    },
    async limits() {
      const got = await call<{ sources: { slack: SourceLimits; v1: SourceLimits } }>('GET', '/v1/limits');
      return got.ok ? { ok: true, value: got.value.sources } : got;
    },
    photos: () => call('GET', '/v1/photo'),
    undo: () => call('POST', '/v1/photo/undo'),
    remove: () => call('DELETE', '/v1/photo'),
    uploadState: (uploadId) => call('GET', `/v1/uploads/${uploadId}`),
  };
}
