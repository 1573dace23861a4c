import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export interface GeneratedSecrets {
  /** What tokens and OAuth secrets are derived from. */
  master: Secret;
  /** Shared by CloudFront and the functions: who sends it came through the edge function. */
  origin: Secret;
}

/** Length of each secret, characters: letters and digits, about 380 bits. */
const SECRET_LENGTH = 64;

/** Two secrets that nobody types: made by Secrets Manager, each a plain string. */
export function generatedSecrets(scope: Construct): GeneratedSecrets {
  const generateSecretString = { passwordLength: SECRET_LENGTH, excludePunctuation: true };
  return {
    master: new Secret(scope, 'Master', { generateSecretString }),
    origin: new Secret(scope, 'Origin', { generateSecretString }),
  };
}
