import type { TokenKind } from '../../core/credential.ts';
import type { SlackTier } from '../../core/rate-limit.ts';
import type { CredentialRefusal } from '../../core/refusal.ts';
import type { BearerCaller } from '../../core/user.ts';
import type { ChangeFlows, GrantedToken, ReadFlows } from '../flows.ts';
import type { HttpResponse } from '../http-response.ts';
import type { Request } from '../request.ts';
import { readSlackCall, type SlackCall } from './call.ts';
import { type CallContext, slackPreflight, slackRateLimited, slackRefusal } from './response.ts';

/** A method: who may call it, how often, and what it does. */
export interface SlackMethod<F> {
  name: string;
  verbs: readonly string[];
  tier: SlackTier;
  /** The scope that a token needs; absent if any token will do. */
  scope?: string;
  /** The kinds of token that may call it. */
  tokens: readonly TokenKind[];
  /** Bots may not call it. */
  isForPeople: boolean;
  /**
   * Starts to look up the user that the call is about, or to check its picture, while the caller is looked up.
   * Undefined if there is nothing to start.
   */
  begin?(call: SlackCall, flows: F): Begun | undefined;
  run(context: CheckedCall, flows: F): Promise<HttpResponse>;
}

/** A call that passed every check but that of its arguments. */
export interface CheckedCall extends CallContext {
  caller: BearerCaller;
  call: SlackCall;
  begun?: Begun;
}

/** Work that was started before the caller's rights were known. */
export interface Begun {
  found?: ReturnType<ReadFlows['findBySlackId']>;
  checked?: ReturnType<ChangeFlows['checkPicture']>;
}

/**
 * Answers one call. The checks, in order: method, verb, content type and charset, syntax of the form, names of
 * arguments, token (`flow/authenticate.ts`), rate limit, kind of token, bot, scope; then the method's own: arguments,
 * picture. The form comes before the token, because the token may be in it. Everything after the rate limit counts
 * against it. Work that a method starts early has no effect on the answer before its turn.
 */
export async function dispatchSlackCall<F extends Pick<ReadFlows, 'authenticateSlackCall'>>(
  methods: Record<string, SlackMethod<F>>,
  request: Request,
  flows: F,
): Promise<HttpResponse> {
  const { path, verb } = request;
  if (verb === 'OPTIONS') return slackPreflight(request);
  const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
  if (method === undefined) return slackRefusal({ request }, { code: 'unknown-method', path: path.slice(0, 100) });
  if (!method.verbs.includes(verb)) {
    return slackRefusal({ request }, { code: 'wrong-verb', verb, allowed: method.verbs.join(' or ') });
  }
  const call = readSlackCall(request);
  if (!call.ok) return slackRefusal({ request }, call.refusal);
  let begun: Begun | undefined;
  const { token } = call.value;
  const authenticated = await flows.authenticateSlackCall(
    { token, viewerAddress: request.viewerAddress, method: method.name, tier: method.tier },
    (granted) => {
      if (mayNotByToken(granted, method) === undefined) begun = method.begin?.(call.value, flows);
      // Whoever awaits this work gets its error. If nobody does, it must not be unhandled.
      for (const work of Object.values(begun ?? {})) work.catch(() => undefined);
    },
  );
  if (!authenticated.ok) return slackRefusal({ request }, authenticated.refusal);

  const { caller } = authenticated.value;
  const context = { request, caller, scope: method.scope, call: call.value, ...(begun && { begun }) };
  const rateLimit = await authenticated.value.rateLimit;
  if (!rateLimit.allowed) return slackRateLimited(context, rateLimit.retryAfterSeconds);
  const refusal = mayNot(caller, method);
  return refusal === undefined ? method.run(context, flows) : slackRefusal(context, refusal);
}

/** Why the caller may not call the method, if so. */
function mayNot<F>(caller: BearerCaller, method: SlackMethod<F>): CredentialRefusal | undefined {
  const byToken = mayNotByToken(caller, method);
  const isBot = method.isForPeople && caller.user.isBot;
  return isBot && byToken?.code !== 'wrong-token-kind' ? { code: 'bot-user' } : byToken;
}

/** The same, as far as the token alone tells. */
function mayNotByToken<F>(
  { tokenKind, scopes }: GrantedToken,
  { tokens, scope }: SlackMethod<F>,
): CredentialRefusal | undefined {
  if (!tokens.includes(tokenKind)) return { code: 'wrong-token-kind', kind: tokenKind, allowed: [...tokens] };
  if (scope === undefined || scopes.includes(scope)) return undefined;
  if (tokenKind === 'workspace') return { code: 'missing-permission', needed: scope };
  return { code: 'missing-scope', needed: scope, provided: scopes };
}
