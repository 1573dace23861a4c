import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/**
 * The rule: S3 takes a form only if its fields meet the conditions of the policy that is signed with it (S3's API,
 * "POST policy" and "Authenticating Requests: Browser-Based Uploads Using POST"; its words from "Error responses"). The
 * emulator takes any form (fauxqs 2.4.1).
 */
export interface SentForm {
  bucket: string;
  /** The fields before the file, in order, as spelled. */
  fields: [name: string, value: string][];
  /** Of the file. */
  bytes: number;
}

/** Why a form is refused, in S3's words. */
export interface FormError {
  status: number;
  code: string;
  message: string;
  /** More elements of the answer. */
  more?: Record<string, string | number>;
}

const Policy = z.object({
  expiration: z.string(),
  conditions: z.array(
    z.union([
      z.tuple([z.string(), z.string(), z.string()]),
      z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});

/** Fields that a policy need not name, besides those that begin with `x-ignore-`. */
const UNNAMED = new Set(['x-amz-signature', 'file', 'policy']);

const denied = (message: string): FormError => ({ status: 403, code: 'AccessDenied', message });
const invalid = (message: string): FormError => denied(`Invalid according to Policy: ${message}`);

/** @param nowMs when the form came, in milliseconds since 1970 */
export function policyError({ bucket, fields, bytes }: SentForm, nowMs: number): FormError | undefined {
  const sent = new Map<string, string>([['bucket', bucket], ...fields.map(lowerCased)]);
  const policy = readPolicy(sent.get('policy') ?? '');
  if (policy === undefined) {
    return { status: 400, code: 'InvalidPolicyDocument', message: 'Invalid Policy: Invalid JSON.' };
  }
  if (!(Date.parse(policy.expiration) > nowMs)) return invalid('Policy expired.');

  const named = new Set<string>();
  for (const condition of policy.conditions) {
    if (Array.isArray(condition) && condition[0] === 'content-length-range') continue;
    for (const [operator, name, wanted] of matchesOf(condition)) {
      named.add(name);
      const value = sent.get(name) ?? '';
      const isMet = operator === 'starts-with' ? value.startsWith(wanted) : operator === 'eq' && value === wanted;
      if (!isMet) return invalid(`Policy Condition failed: ${JSON.stringify([operator, `$${name}`, wanted])}`);
    }
  }
  const extra = fields.map(([name]) => name.toLowerCase()).filter((name) => !isNamed(name, named));
  if (extra.length > 0) return invalid(`Extra input fields: ${extra.join(', ')}`);
  return lengthError(policy, bytes);
}

function lengthError({ conditions }: z.output<typeof Policy>, bytes: number): FormError | undefined {
  for (const condition of conditions) {
    if (!Array.isArray(condition) || condition[0] !== 'content-length-range') continue;
    const [least, most] = [Number(condition[1]), Number(condition[2])];
    if (bytes > most) {
      const message = 'Your proposed upload exceeds the maximum allowed size';
      return { status: 400, code: 'EntityTooLarge', message, more: { ProposedSize: bytes, MaxSizeAllowed: most } };
    }
    if (bytes < least) {
      const message = 'Your proposed upload is smaller than the minimum allowed size';
      return { status: 400, code: 'EntityTooSmall', message, more: { ProposedSize: bytes, MinSizeAllowed: least } };
    }
  }
  return undefined;
}

const isNamed = (name: string, named: Set<string>): boolean =>
  named.has(name) || UNNAMED.has(name) || name.startsWith('x-ignore-');

/** Every condition, except that on the length, as operator, field and value. */
const matchesOf = (
  condition: z.output<typeof Policy>['conditions'][number],
): [operator: string, name: string, wanted: string][] =>
  Array.isArray(condition)
    ? [[condition[0], String(condition[1]).replace(/^\$/, '').toLowerCase(), String(condition[2])]]
    : Object.entries(condition).map(([name, wanted]) => ['eq', name.toLowerCase(), wanted]);

const lowerCased = ([name, value]: [string, string]): [string, string] => [name.toLowerCase(), value];

function readPolicy(encoded: string): z.output<typeof Policy> | undefined {
  try {
    return Policy.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Who signed a form, by its fields; undefined when it is not signed. */
export function formSigner(fields: SentForm['fields']): { accessKeyId: string; scope: string[] } | undefined {
  const credential = fields.find(([name]) => name.toLowerCase() === 'x-amz-credential')?.[1];
  if (credential === undefined) return undefined;
  const [accessKeyId = '', ...scope] = credential.split('/');
  return { accessKeyId, scope };
}

/**
 * Whether a form's signature is that of its policy, by this key: Signature Version 4 of the policy as sent, in base64.
 */
export function isSignedBy(fields: SentForm['fields'], secretAccessKey: string): boolean {
  const sent = new Map(fields.map(lowerCased));
  const [, ...scope] = (sent.get('x-amz-credential') ?? '').split('/');
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of [...scope, sent.get('policy') ?? '']) key = createHmac('sha256', key).update(part).digest();
  const given = Buffer.from(sent.get('x-amz-signature') ?? '', 'hex');
  return given.length === key.length && timingSafeEqual(given, Buffer.from(key));
}
