import type { FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import { refuseBody } from '../refuse-body.ts';
import { isJson, type Request } from '../request.ts';

/** The version in a `POST /v1/photo/restore`: `{"version": "…"}`, or in the query. */
export function readVersion(request: Request): Result<string, FormRefusal | LookUpRefusal> {
  const queried = request.query.find(([name]) => name === 'version')?.[1];
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  const version = isJson(request) ? versionIn(request.body) : queried;
  if (version === null) return refused({ code: 'body-malformed' });
  return version === undefined || version === ''
    ? refused({ code: 'missing-argument', argument: 'version' })
    : accepted(version);
}

/** Null if the body is not JSON. */
function versionIn(body: Buffer): string | undefined | null {
  try {
    const { version } = Object(JSON.parse(body.toString('utf8')));
    return typeof version === 'string' ? version : undefined;
  } catch {
    return null;
  }
}
