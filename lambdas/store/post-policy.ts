import { createHmac } from 'node:crypto';

interface FormSigner {
  accessKeyId: string;
  secretAccessKey: string;
  /** For temporary credentials, such as a function's role has. */
  sessionToken?: string | undefined;
  region: string;
}

/** A condition of a POST policy (S3's API, "POST policy"). */
export type PolicyCondition =
  | Record<string, string>
  | [string, string, string]
  | ['content-length-range', number, number];

interface FormPolicy {
  /** ISO 8601 UTC. */
  expiration: string;
  conditions: PolicyCondition[];
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs a form: its fields are the policy, with what S3 wants in every one, and the signature (S3's API, "Browser-Based
 * Uploads Using POST, Signature Version 4"). By hand, because the SDK's package would be one more for these few lines.
 * @param now milliseconds since 1970
 */
export function signForm(policy: FormPolicy, signer: FormSigner, now: number): Record<string, string> {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const fields = {
    'x-amz-algorithm': ALGORITHM,
    'x-amz-credential': `${signer.accessKeyId}/${day}/${signer.region}/s3/aws4_request`,
    'x-amz-date': date,
    ...(signer.sessionToken !== undefined && { 'x-amz-security-token': signer.sessionToken }),
  };
  const conditions = [...policy.conditions, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const encoded = Buffer.from(JSON.stringify({ ...policy, conditions })).toString('base64');
  return { ...fields, policy: encoded, 'x-amz-signature': policySignature(encoded, signer, day) };
}

/** The signature of a base64 policy, in hex: Signature Version 4 with the key of the day, `YYYYMMDD`. */
export function policySignature(
  encodedPolicy: string,
  { secretAccessKey, region }: Pick<FormSigner, 'secretAccessKey' | 'region'>,
  day: string,
): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, encodedPolicy).toString('hex');
}
