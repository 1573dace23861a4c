import { createHash, randomBytes } from 'node:crypto';

/**
 * Signs somebody in at the laptop's provider as a browser would: Authorization Code with PKCE. Returns the access
 * token.
 */
export async function signInByHttp(issuer: string, page: string, person: string): Promise<string> {
  const cookies = new Map<string, string>();
  const go = async (address: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(address, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return new URL(answer.headers.get('location') ?? '', issuer).href;
  };
  const form = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
  });

  const discovered = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { authorization_endpoint, token_endpoint } = (await discovered.json()) as Record<string, string>;
  const code_verifier = randomBytes(32).toString('base64url');
  const client = { client_id: 'headshot-page', redirect_uri: `${page}/` };
  const query = new URLSearchParams({
    ...client,
    response_type: 'code',
    scope: 'openid profile email',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const interaction = await go(`${authorization_endpoint}?${query}`);
  const back = await go(await go(interaction, form({ person })));
  const code = new URL(back).searchParams.get('code') ?? '';
  const given = await fetch(
    token_endpoint ?? '',
    form({ ...client, grant_type: 'authorization_code', code, code_verifier }),
  );
  const { access_token } = (await given.json()) as Record<string, string>;
  if (access_token === undefined) throw new Error(`the provider gave no token: ${given.status}`);
  return access_token;
}
