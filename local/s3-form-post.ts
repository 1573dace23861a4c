import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BucketCors } from './bucket-cors.ts';
import { type FormError, formSigner, isSignedBy, policyError, type SentForm } from './post-policy.ts';

/**
 * S3's POST Object: a form that a browser sends straight to a bucket. Its fields tell who signed it, and it may do what
 * they may. An accepted file is put into the emulator like any object.
 */
export interface FormPostOptions {
  s3Endpoint: string;
  cors: BucketCors;
  /** The secret of an access key; undefined for an unknown key. */
  secretOf: (accessKeyId: string) => string | undefined;
  /** Why the signer may not put this object; undefined when they may. */
  denial: (accessKeyId: string, resource: string) => { status: number; body: string } | undefined;
}

/** A form for a bucket, or a browser's preflight request for one: nothing else in it tells who sends it. */
export const isFormPost = ({ method, headers, url = '' }: IncomingMessage): boolean =>
  headers.authorization === undefined &&
  bucketOf(url) !== '' &&
  (method === 'OPTIONS' || (method === 'POST' && !new URLSearchParams(url.split('?')[1]).has('delete')));

/** S3's limit, by its guide: fields and boundaries before the file. */
const MAX_FIELD_BYTES = 20_480;
/** Our own limit: what a laptop holds of a form in memory. S3 takes 5 GB. */
const MAX_FORM_BYTES = 64_000_000;

export async function takeFormPost(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: FormPostOptions,
): Promise<void> {
  const { url = '', headers, method = '' } = incoming;
  const bucket = bucketOf(url);
  if (method === 'OPTIONS') {
    const { status, headers: allowing, message } = options.cors.preflight(bucket, headers);
    if (message === undefined) outgoing.writeHead(status, allowing).end();
    else sendError(outgoing, { status, code: 'AccessForbidden', message }, {});
    return;
  }
  const allowing = options.cors.headers(bucket, method, headers.origin);
  const form = await readForm(incoming, bucket);
  if ('code' in form) return sendError(outgoing, form, allowing);
  const key = keyOf(form);
  const refused = formError(form, key, options);
  if (refused !== undefined) return sendError(outgoing, refused, allowing);
  const denied = options.denial(formSigner(form.fields)?.accessKeyId ?? '', `arn:aws:s3:::${bucket}/${key}`);
  if (denied !== undefined) {
    outgoing.writeHead(denied.status, { 'content-type': 'application/xml', ...allowing }).end(denied.body);
    return;
  }
  const target = `${options.s3Endpoint}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const type = form.fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'binary/octet-stream';
  const put = await fetch(target, { method: 'PUT', headers: { 'content-type': type }, body: form.file });
  const etag = put.headers.get('etag') ?? '';
  if (!put.ok) {
    outgoing.writeHead(put.status, { 'content-type': 'application/xml', ...allowing }).end(await put.text());
    return;
  }
  await put.arrayBuffer();
  outgoing.writeHead(204, { etag, location: target, ...allowing }).end();
}

/** In S3's order: the required fields, who signed, and what the policy says. */
function formError(form: ReadForm, key: string, { secretOf }: FormPostOptions): FormError | undefined {
  if (key === '') {
    const message =
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.";
    return { status: 400, code: 'InvalidArgument', message, more: { ArgumentName: 'key' } };
  }
  const signer = formSigner(form.fields);
  if (signer === undefined) return { status: 403, code: 'AccessDenied', message: 'Access Denied' };
  const secret = secretOf(signer.accessKeyId);
  if (secret === undefined) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    return { status: 403, code: 'InvalidAccessKeyId', message, more: { AWSAccessKeyId: signer.accessKeyId } };
  }
  if (!isSignedBy(form.fields, secret)) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    return { status: 403, code: 'SignatureDoesNotMatch', message };
  }
  return policyError(form, Date.now());
}

interface ReadForm extends SentForm {
  file: Uint8Array<ArrayBuffer>;
  filename: string;
}

async function readForm(incoming: IncomingMessage, bucket: string): Promise<ReadForm | FormError> {
  const type = incoming.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    incoming.resume();
    const message = 'At least one of the pre-conditions you specified did not hold';
    const Condition = 'Bucket POST must be of the enclosure-type multipart/form-data';
    return { status: 412, code: 'PreconditionFailed', message, more: { Condition } };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= MAX_FORM_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_FORM_BYTES) {
    const message = 'Your proposed upload exceeds the maximum allowed size';
    return { status: 400, code: 'EntityTooLarge', message, more: { ProposedSize: bytes } };
  }
  const body = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (body === undefined) {
    const message = 'The body of your POST request is not well-formed multipart/form-data.';
    return { status: 400, code: 'MalformedPOSTRequest', message };
  }
  const all = [...body];
  const place = all.findIndex(([name]) => name.toLowerCase() === 'file');
  const file = all[place]?.[1];
  if (file === undefined) {
    const message = 'POST requires exactly one file upload per request.';
    return { status: 400, code: 'InvalidArgument', message, more: { ArgumentName: 'file', ArgumentValue: 0 } };
  }
  // What comes after the file is ignored.
  const fields = all.slice(0, place).map(([name, value]): [string, string] => [name, String(value)]);
  if (fields.join('').length > MAX_FIELD_BYTES) {
    const message = 'Your POST request fields preceding the upload file were too large.';
    return { status: 400, code: 'MaxPostPreDataLengthExceeded', message };
  }
  const content = typeof file === 'string' ? new TextEncoder().encode(file) : new Uint8Array(await file.arrayBuffer());
  const filename = typeof file === 'string' ? '' : file.name;
  return { bucket, fields, file: content, filename, bytes: content.length };
}

const keyOf = ({ fields, filename }: ReadForm): string =>
  (fields.find(([name]) => name.toLowerCase() === 'key')?.[1] ?? '').replaceAll('${filename}', filename);

/** In S3's path style, of a URL that names only the bucket. */
const bucketOf = (url: string): string => /^\/([^/?]+)\/?(?:\?|$)/.exec(url)?.[1] ?? '';

function sendError(outgoing: ServerResponse, error: FormError, headers: Record<string, string>): void {
  const { status, code, message, more = {} } = error;
  const elements = Object.entries({ Code: code, Message: message, ...more, RequestId: 'LAPTOP0000000000' })
    .map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`)
    .join('');
  outgoing.writeHead(status, { 'content-type': 'application/xml', ...headers });
  outgoing.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements}</Error>`);
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
