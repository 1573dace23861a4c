/** The parts of the service's answers that the page reads. */
export interface ShownPhoto {
  version: string;
  width_px: number;
  height_px: number;
  published_at: string;
  /** Squares by their side in pixels, and `original`. */
  urls: Record<string, string>;
}

export interface Photos {
  photo: ShownPhoto | null;
  /** Newest first. */
  history: ShownPhoto[];
}

/** What the service accepts. */
export interface SourceLimits {
  formats: string[];
  /** For a file that is sent in one request. */
  max_bytes: number;
  /** For a file that goes by ticket, if there are tickets. */
  max_ticket_bytes?: number;
  max_pixels: number;
  min_side_px: number;
  max_side_px: number | null;
}

export interface UploadState {
  state: 'waiting' | 'expired' | 'queued' | 'published' | 'superseded' | 'refused' | 'failed';
  reason?: string;
  /** Why a file that came by ticket was refused. */
  problem?: { detail?: string };
}

/** Where a large photo goes, and the fields that come before it. */
export interface PhotoTicket {
  upload_id: string;
  url: string;
  fields: Record<string, string>;
}

export interface Profile {
  real_name: string;
  display_name: string;
}

/** Why a call failed. */
export type ApiError =
  | { kind: 'offline' }
  | { kind: 'signed-out'; code: string }
  | { kind: 'limited'; seconds: number }
  | { kind: 'refused'; code: string; reason: string | undefined }
  | { kind: 'broken'; status: number };

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/**
 * The outcome of an answer from either API. Slack's envelope has `ok: false` and status 200; `/v1` has a status and
 * problem details (RFC 9457).
 */
export function outcomeOf<T>(status: number, retryAfter: string | null, body: unknown): Outcome<T> {
  const said = typeof body === 'object' && body !== null ? (body as SaidBody) : {};
  const code = said.error ?? said.code ?? '';
  if (status === 429 || code === 'ratelimited') return fail({ kind: 'limited', seconds: secondsOf(retryAfter) });
  if (status === 401 || SIGNED_OUT.includes(code)) return fail({ kind: 'signed-out', code });
  if (status >= 500 || code === 'internal_error' || body === undefined) return fail({ kind: 'broken', status });
  if (status >= 400 || said.ok === false) {
    const reason = said.response_metadata?.messages?.[0]?.replace(/^\[ERROR\]\s*/, '') ?? said.detail;
    return fail({ kind: 'refused', code, reason });
  }
  return { ok: true, value: body as T };
}

interface SaidBody {
  ok?: boolean;
  error?: string;
  code?: string;
  detail?: string;
  response_metadata?: { messages?: string[] };
}

const SIGNED_OUT = ['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'inactive-user'];

const fail = (error: ApiError): { ok: false; error: ApiError } => ({ ok: false, error });

/** Retry-After in whole seconds. A date, or nothing, counts as a few seconds. */
function secondsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : 5;
}
