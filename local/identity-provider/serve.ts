import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Context } from 'oidc-provider';
import { LAPTOP_AUDIENCE, LAPTOP_CLIENT_ID, PEOPLE, type Person } from './people.ts';

/**
 * A real OpenID Connect provider on loopback, to try and to test with: whoever clicks on a name is that person. It is a
 * process of its own, started by `local/identity-provider.ts`, which sends the page's address once it is known. Until
 * then nobody can sign in.
 */
const port = Number(process.argv[2]);
const tokenSeconds = Number(process.argv[3]);
let answer: RequestListener = (_request, response) => response.writeHead(503).end();

const server = createServer((request, response) => answer(request, response));
server.on('error', ({ message }) => {
  process.send?.({ failed: message });
  process.exitCode = 1;
});
server.listen(port, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.on('message', (page: string) => {
    answer = requests(issuer, page);
    process.send?.({ ready: true });
  });
  process.send?.({ issuer });
});
// Its parent is gone.
process.on('disconnect', () => process.exit());

function requests(issuer: string, page: string): RequestListener {
  const provider = new Provider(issuer, {
    ...CONFIGURATION,
    // New for each run, so that tokens of earlier runs are invalid.
    jwks: {
      keys: [
        {
          ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
          kid: randomUUID(),
          use: 'sig',
          alg: 'RS256',
        },
      ],
    },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    clients: [
      {
        client_id: LAPTOP_CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${page}/`],
        post_logout_redirect_uris: [`${page}/`],
      },
    ],
    clientBasedCORS: (_context: Context, origin: string) => origin === page,
    // Nobody is asked for consent on their own laptop.
    async loadExistingGrant({ oidc }: Context) {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope('openid profile email offline_access');
      grant.addResourceScope(LAPTOP_AUDIENCE, '');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  return (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    interact(provider, request, response).catch(() =>
      response.writeHead(400).end('This sign-in is over. Begin again.'),
    );
  };
}

const personOf = (sub: string): Person | undefined => PEOPLE.find((one) => one.sub === sub);

const CONFIGURATION = {
  scopes: ['openid', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: (_context: Context, sub: string) => {
    const person = personOf(sub);
    return person && { accountId: sub, claims: () => ({ ...person }) };
  },
  // So that the page can show a name at once.
  conformIdTokenClaims: false,
  interactions: { url: (_context: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
  issueRefreshToken: () => true,
  // The claims from which the service makes a user.
  extraTokenClaims: (_context: Context, { accountId }: { accountId: string }) => {
    const { sub, ...claims } = personOf(accountId) ?? { sub: accountId };
    return claims;
  },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => LAPTOP_AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: '',
        audience: LAPTOP_AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: tokenSeconds,
      }),
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context: Context, form: string) => {
        context.body = pageOf(
          'Sign out?',
          `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
        );
      },
      postLogoutSuccessSource: (context: Context) => {
        context.body = pageOf('Signed out', '');
      },
    },
  },
};

/** The page on which people say who they are. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const accountId = new URLSearchParams(await textOf(request)).get('person') ?? '';
    if (personOf(accountId) === undefined) return void response.writeHead(400).end();
    return provider.interactionFinished(
      request,
      response,
      { login: { accountId } },
      { mergeWithLastSubmission: false },
    );
  }
  const buttons = PEOPLE.map(
    ({ sub, name, groups }) =>
      `<p><button name="person" value="${sub}">${name}${groups.length > 0 ? ', administrator' : ''}</button></p>`,
  );
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(pageOf('Who are you?', `<form method="post" action="/interaction/${uid}">${buttons.join('')}</form>`));
}

const pageOf = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
