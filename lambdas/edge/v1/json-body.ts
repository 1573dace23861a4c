import type * as z from 'zod/mini';
import type { FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import { isJson, type Request, refuseBody } from '../request.ts';

/**
 * Reads a JSON body by a schema. Unknown fields are refused, because a misspelt one would do nothing.
 * @param allowed what the body may be, in words
 */
export function readJsonBody<S extends z.ZodMiniType>(
  request: Request,
  schema: S,
  allowed: string,
): Result<z.output<S>, FormRefusal | LookUpRefusal> {
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  if (!isJson(request)) {
    const contentType = request.headers['content-type'];
    return refused(
      contentType === undefined
        ? { code: 'content-type-missing' }
        : { code: 'content-type-unknown', contentType: contentType.slice(0, 100) },
    );
  }
  const read = schema.safeParse(parsedJson(request.body));
  if (read.success) return accepted(read.data);
  const [issue] = read.error.issues;
  const argument = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : 'the body');
  return refused({ code: 'bad-argument', argument: argument.slice(0, 40), given: '', allowed });
}

/** Undefined if the body is not JSON. */
export function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
