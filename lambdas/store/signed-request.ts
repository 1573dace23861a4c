import { createHash, createHmac } from 'node:crypto';

export interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface AwsRequest {
  /** As in the credential's scope and in `AWS_ENDPOINT_URL_…`: `lambda`. */
  service: string;
  region: string;
  method: 'GET' | 'POST';
  /** With the query: `/2015-03-31/functions/…`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** The service's host, unless the environment names another. */
  host: string;
}

/** A refusal by an AWS service, with its own code. */
class AwsRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
    this.name = code;
  }
}

const MAX_MS = 15_000;

/**
 * Calls an AWS service whose client is not installed, signed with Signature Version 4 (IAM guide, "Create a signed AWS
 * API request"). Endpoints are found as in the SDK: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, AWS itself.
 * @throws AwsRefusal if the service refuses
 */
export async function signedRequest(request: AwsRequest, signer: Signer, now = new Date()): Promise<string> {
  const { service, region, method, path, body = '' } = request;
  const variable = `AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`;
  const base = process.env[variable] ?? process.env.AWS_ENDPOINT_URL ?? `https://${request.host}`;
  const url = new URL(base.replace(/\/$/, '') + path);
  const at = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    host: url.host,
    'x-amz-date': at,
    ...(signer.sessionToken !== undefined && { 'x-amz-security-token': signer.sessionToken }),
    ...request.headers,
  };
  const names = Object.keys(headers).sort();
  const query = [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const canonical = [
    method,
    // Every service but S3 encodes the path twice.
    url.pathname.split('/').map(encoded).join('/'),
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = scope
    .split('/')
    .reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${signer.secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const { host: _, ...sent } = headers;
  const answer = await fetch(url, {
    method,
    headers: { ...sent, authorization },
    ...(method === 'POST' && { body }),
    signal: AbortSignal.timeout(MAX_MS),
  });
  const text = await answer.text();
  if (answer.ok) return text;
  throw new AwsRefusal(codeOf(text, answer) ?? `HTTP ${answer.status}`, messageOf(text));
}

/** From JSON's `__type`, a REST service's header, or XML's `Code`. */
function codeOf(text: string, answer: Response): string | undefined {
  const code =
    answer.headers.get('x-amzn-errortype') ??
    /"__type"\s*:\s*"([^"]+)"/.exec(text)?.[1] ??
    /<Code>([^<]+)</.exec(text)?.[1];
  return code?.split(':')[0]?.split('#').at(-1);
}

const messageOf = (text: string): string =>
  /"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? /<Message>([^<]+)</.exec(text)?.[1] ?? text.slice(0, 200);

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
