import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** A signing key, new for each run, so that tokens of earlier runs are invalid. */
export const signingKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: randomUUID(),
  use: 'sig',
  alg: 'RS256',
});
