/**
 * The cases that show what docs/security.md says, by what somebody tries: files in test/, each with parts of the titles
 * in it. The page names the files; `threat-table.test.ts` compares the two, and the titles with the files.
 */
export const SHOWN_BY: Record<string, Record<string, string[]>> = {
  'guessing a token': { 'security/credentials.test.ts': ['the last character changed'] },
  'measuring how much of a secret is right': {
    'edge/oauth.test.ts': ['one character off'],
    'security/threat-table.test.ts': ['secrets are compared in one place'],
  },
  'using a credential at the other API': {
    'security/credentials.test.ts': [
      "a Twitter access token at Slack's API",
      "a Slack token at Twitter's API is nobody, as a bearer and as an OAuth token",
    ],
  },
  'changing a photo': { 'security/credentials.test.ts': ['a read-only Twitter token changes no photo, by whatever'] },
  'sending it again': { 'end-to-end/many-repeats.slow.test.ts': ['of 200 concurrent replays of an OAuth signature'] },
  'leaving the signature out, or choosing a weaker one': {
    'security/credentials.test.ts': ['PLAINTEXT with no secrets', 'made with empty secrets'],
  },
  'naming two tokens in one signed request': { 'security/credentials.test.ts': ['pollution: no protocol parameter'] },
  'changing a byte of a signed request': { 'end-to-end/twitter.test.ts': ['one changed byte in a signed form field'] },
  'a header in a path, a query or a file name': {
    'security/injection.test.ts': ['CRLF: %s makes none', "a picture's file name reaches no header and no key"],
  },
  'two requests in one': {
    'security/injection.test.ts': ['smuggling: %s is no request'],
    'on-viewer-request.test.ts': ['so is a second length behind a small one'],
  },
  "dots, slashes and zero bytes in a photo's path, an import's key or a screen name": {
    'security/injection.test.ts': ['%s leads nowhere', 'the screen name %j is nobody'],
    'core/import-key.test.ts': ['a key'],
  },
  'a page or a script as a photo, or behind one': {
    'security/injection.test.ts': [
      '%s with a page behind it: the exact type, not sniffed, no document, no page',
      '%s is no picture',
    ],
    'image/metadata.test.ts': ['nothing but pixels survives'],
  },
  'an answer that a browser takes for a page': {
    'security/injection.test.ts': ['no answer of an API can be read as a page'],
    'infra/page-checks.ts': ['is served with a policy that lets nothing in but its own files'],
  },
  'having the CDN keep a bad answer for others': {
    'security/injection.test.ts': ['a photo is the same whatever is asked beside its path'],
    'infra/host-checks.ts': ['the edge forgets a photo within an hour, and an error at once'],
  },
  'sending `x-headshot-…` themselves: another host, another address': {
    'security/injection.test.ts': ['no caller can say it: host, address, secret'],
    'on-viewer-request.test.ts': ['is said over whatever the viewer said'],
  },
  'another method by `X-HTTP-Method-Override`, which API Gateway obeys': {
    'end-to-end/odd-requests.test.ts': ['X-HTTP-Method-Override makes nothing of a GET'],
    'on-viewer-request.test.ts': ['is said over whatever the viewer said'],
  },
  "reading another's upload, or changing their photo": {
    'security/credentials.test.ts': [
      "an upload's status is its owner's, by either API",
      'naming somebody else changes nobody but oneself',
    ],
  },
  'huge bodies, thousands of parts': {
    'end-to-end/slack-refusals.test.ts': [
      '5 MB are answered at the edge, 11 MB too, and both without a length by the gateway',
    ],
    'edge/multipart.test.ts': ['4.5 MB of trouble take less than a second'],
  },
  "a link that ends elsewhere, by an avatar's default": { 'edge/avatar/request.test.ts': ['and nowhere else: %j'] },
  'a million misses of one face, by parameters': {
    'end-to-end/avatar-changes.slow.test.ts': [
      '1,000 random hashes and parameters: no 5xx, and few distinct entries in the cache',
    ],
    'on-viewer-request.test.ts': ['%s %j is asked for as %s'],
  },
  'asking for avatars so often that nobody can upload': {
    'infra/avatars.test.ts': ['has a throttle of its own'],
    'local/reserved-concurrency.test.ts': ["reserved places are one function's alone, and all that it may have"],
  },
  'headers or a body that never end': {
    'security/slow-clients.test.ts': [
      'headers that never end are answered 408, and the connection is closed',
      'a body that never ends holds no connection',
    ],
  },
  'a small file that is a huge picture': {
    'hostile/hostile.slow.test.ts': [
      'a small file with one bit turned over is refused for a reason that fits, or is a picture',
      '$name: $expected',
    ],
  },
  'many requests': {
    'end-to-end/slack-limits.slow.test.ts': ['64 uploads at once with one token'],
    'end-to-end/turned-away.test.ts': ['one read for each request beyond the limit, and nothing is written'],
  },
  "using up their team's calls, or a processor": { 'flow/authenticate-calls.test.ts': ['and given back when they'] },
  'denial of wallet: requests without end, for the owner to pay': {
    'infra/deploy-settings.test.ts': [
      'every method of every stage is throttled, those that take uploads by their places',
      'a budget mails at 80 and 100 per cent spent, and 100 expected',
    ],
    'local/account-concurrency.test.ts': ["a stage's throttle is answered in the API's words"],
  },
  'another picture by the same `Idempotency-Key`': { 'end-to-end/many-repeats.slow.test.ts': ['100 at once with two'] },
  'calling `/v1` with what it knows': { 'edge/v1/cors.test.ts': ['is not for a page %s, and caches know that it'] },
  'learning by `/v1/users/{id}/photo` who is a user, or filling the CDN': {
    'end-to-end/v1-set-photo.test.ts': ['nobody is told whether there is a user'],
  },
  'algorithm confusion: a token signed by HMAC with the public key, or by nothing': {
    'identity/bad-tokens.ts': ['HMAC with the public key as PEM', 'no algorithm, in capitals'],
    'end-to-end/identity.test.ts': ['each bad token for its own reason, by either function, and no user comes of any'],
  },
  'a token that brings its key along, or says where it is': {
    'identity/bad-tokens.ts': ['a key of its own (jwk)'],
    'identity/verify-token.test.ts': ['has nothing asked of anybody but the provider'],
  },
  'a token of another issuer, or for another audience': {
    'identity/bad-tokens.ts': ['the issuer with a slash', 'another API that begins alike'],
  },
  'the ID token that its users have, or their Cognito access token': {
    'identity/bad-tokens.ts': ['the ID token of another client', "Cognito's access token of another client"],
  },
  'using it as a bearer': { 'identity/bad-tokens.ts': ['bound to a key'] },
  'coming again with a token that the provider still gives': {
    'end-to-end/identity.test.ts': [
      'is nobody once deactivated, whatever token comes again',
      'is nobody once erased, also when nothing is left of them',
    ],
  },
  'the e-mail address of another, to get their user': {
    'flow/user-of-identity.test.ts': ['who has the same e-mail address as another is another'],
    'identity/verify-token.test.ts': ['an e-mail address that is %s'],
  },
  'speaking for this one: issuer mix-up': {
    'identity/provider-keys.test.ts': ['speaks for another issuer'],
    'web/sign-in.browser.ts': ['with another state than this tab sent, or from another issuer'],
  },
  'having functions fetch what only they can reach, by its discovery document': {
    'identity/provider-keys.test.ts': [
      'leads to the machine’s own data',
      'sends us elsewhere',
      'plain http is for this machine only',
    ],
  },
  'made-up keys, so that the provider is asked without end': {
    'identity/provider-keys.test.ts': [
      '30 unknown keys cost three readings, one after the other, and one if they come at once',
    ],
  },
  'getting in while it is away': { 'end-to-end/identity.test.ts': ['a provider that is away is 503 for who was'] },
  "a link to the page's callback: signing somebody in as another (CSRF), an open redirect": {
    'web/sign-in.browser.ts': [
      'signs nobody in, and leaves no trace in the address',
      'no address of the page leads anywhere else',
    ],
  },
  'using what the one before left': { 'web/sign-in.browser.ts': ['sign in, set a photo, sign out, sign in as'] },
  "an administrator's operation on another": { 'end-to-end/administrators.slow.test.ts': ['is done by nobody else'] },
  'changing it by another API': { 'end-to-end/administrators.slow.test.ts': ['photo lock: the person is told why by'] },
  "a provider's token there": { 'end-to-end/identity.test.ts': ['no token is in a log line, nor what it is made of'] },
  'lines of their own in the log': { 'security/injection.test.ts': ['the logs: one JSON document a line whatever'] },
  'finding a token there': { 'security/injection.test.ts': ['and nothing in them that lets anybody in'] },
  'using what is stored': { 'flow/secret-rotation.test.ts': ['two versions verify, a third does not, though all'] },
  'going on with it': { 'cli/secrets.slow.test.ts': ['rotate, replace, rotate again, finish'] },
  'getting a right back by a rotation': { 'flow/secret-rotation.test.ts': ['a read-only Twitter token stays one'] },
  'going on from there': { 'infra/function-checks.ts': ['%s may do this and nothing else'] },
  'getting the photo that was put for its former owner': {
    'flow/import.test.ts': ['does not get it: it was for whoever had the name before'],
    'flow/erase.test.ts': ['removes files that nobody was told of yet, by every name'],
  },
  'a formula in the spreadsheet of whoever opens a report': {
    'cli/csv-line.test.ts': ['a cell that a spreadsheet would work out is text'],
    'cli/import-lists.slow.test.ts': ['is text in the report’s CSV, and itself in its JSON'],
  },
  'a line that stops the lines beside it': {
    'flow/manifest.test.ts': ['one byte more is a row of its line, with the beginning of the cell; all others go on'],
    'edge/imports/bad-lines.test.ts': ['10 of them bad in random places'],
  },
  "reaching a private network, the metadata address or the function's own runtime": {
    'outbound/rules.test.ts': ['an address that is connected to'],
    'outbound/post.test.ts': [
      'IPv6 addresses that stand for IPv4 ones are not connected to',
      'an address that was added under other rules is not sent to',
    ],
  },
  "having apps told of others' photos": { 'end-to-end/webhook-administrators.slow.test.ts': ['is done by nobody'] },
  'leading it elsewhere between look-up and connection': {
    'outbound/post.test.ts': [
      'is looked at when it is connected to, whatever it led to a moment before',
      'is asked for once: the address that was looked at is the one that is connected to',
    ],
  },
  'a redirect, or an answer without end': {
    'outbound/post.test.ts': [
      'redirects is not followed',
      'answers 10 MB is read to 4 KB, and then let go of',
      'does not end its answer, is waited for a second',
    ],
  },
  'forging a message, or sending one again': {
    'webhooks/serve.test.ts': ['is told at once, signed, with addresses; nothing is kept'],
    'webhooks/documented-receivers.test.ts': ['takes what is signed, once, and nothing else'],
  },
  'holding up uploads, or other receivers': {
    'infra/webhooks.test.ts': ['take no place that uploads have'],
    'webhooks/laptop.slow.test.ts': ['a receiver that hangs delays no other'],
  },
  "finding a webhook's secret, or an address that is one": { 'webhooks/laptop.slow.test.ts': ['no secret and no'] },
  'sending by a ticket more, something else, elsewhere, later, or again': {
    'end-to-end/tickets.test.ts': [
      '%s, and nothing is left',
      "a file under another user's key, too large, or with no ticket, leaves nothing",
      'takes the first file that is read; a later one changes nothing',
    ],
  },
  'sending by a ticket that they still have': { 'end-to-end/tickets.test.ts': ['nothing is left of a user who was'] },
  'using the bucket that forms are sent to': { 'end-to-end/tickets.test.ts': ['may be used by the page of any site'] },
  'running code at installation': { 'security/threat-table.test.ts': ['no package may run a script at installation'] },
};
