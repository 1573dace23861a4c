import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** A key to sign with, made anew for each run: tokens of an earlier one are worth nothing. */
export const signingKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: randomUUID(),
  use: 'sig',
  alg: 'RS256',
});
