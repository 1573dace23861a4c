import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export interface GeneratedSecrets {
  /** Tokens and OAuth secrets are derived from it. */
  master: Secret;
  /** CloudFront and the functions share it: a request with it came through the edge function. */
  origin: Secret;
}

/** Characters of each secret: letters and digits, about 380 bits. */
const SECRET_LENGTH = 64;

/** Two secrets that nobody types. Secrets Manager makes them, as plain strings. */
export function generatedSecrets(scope: Construct): GeneratedSecrets {
  const generateSecretString = { passwordLength: SECRET_LENGTH, excludePunctuation: true };
  return {
    master: new Secret(scope, 'Master', { generateSecretString }),
    origin: new Secret(scope, 'Origin', { generateSecretString }),
  };
}
