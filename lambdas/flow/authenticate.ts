import { isInNetworks } from '../core/cidr.ts';
import { DEFAULT_APP, digest, type SlackTokenOwner, slackTokenVersion, type TokenKind } from '../core/credential.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { BearerCaller, Team, TeamState, User } from '../core/user.ts';
import type { AppStore } from '../store/apps.ts';
import type { CredentialStore } from '../store/credentials.ts';
import type { LimitStore } from '../store/limits.ts';
import type { TeamStore } from '../store/teams.ts';
import type { UserStore } from '../store/users.ts';
import { findByMasterSecret, type MasterSecrets } from './master-secrets.ts';

export interface AuthenticateStores {
  credentials: CredentialStore;
  apps: AppStore;
  users: UserStore;
  teams: TeamStore;
  limits: LimitStore;
  masterSecrets: MasterSecrets;
}

/** The owner of a credential and what it is for, by its own record. */
export interface KnownOwner {
  userId: string;
  scopes: string[];
  tokenKind: TokenKind;
  /** Absent in older credentials. */
  teamId?: string;
  appId: string;
}

/** What happens while a credential is checked. */
export interface WhileAuthenticating {
  /**
   * Starts work that needs only this, once the credential is good and before its owner's record is read. Must not wait.
   */
  onKnown?: ((owner: KnownOwner) => void) | undefined;
}

export interface PresentedToken {
  token: string | undefined;
  viewerAddress: string;
  nowSeconds: number;
}

interface WhileAuthenticatingToken extends WhileAuthenticating {
  /** Callers whom a limit turned away and would again (`turned-away.ts`) are not looked up. */
  turnedAwayBefore?: (owner: SlackTokenOwner) => BearerCaller | undefined;
}

/**
 * The caller of a bearer token. The token is looked up by its digest, so the time says nothing about how much of a
 * guess was right. Checked in this order: token known and of a valid version of the master secret, network, revoked or
 * expired, app, user, team. The network comes early: somebody outside it learns no more with a stolen token than with a
 * made-up one. The token is read first and alone, so that a guess costs one read. What it names is then read at once.
 */
export async function authenticate(
  { token, viewerAddress, nowSeconds }: PresentedToken,
  { credentials, apps, users, teams, limits, masterSecrets }: AuthenticateStores,
  { turnedAwayBefore, onKnown }: WhileAuthenticatingToken = {},
): Promise<Result<BearerCaller, CredentialRefusal>> {
  if (token === undefined || token === '') return refused({ code: 'no-credential' });
  const credential = await credentials.byDigest(digest(token));
  if (credential === undefined || credential.kind !== 'slack') return refused({ code: 'unknown-credential' });
  const { scopes, validUntilSeconds, tokenKind = 'user', appId = DEFAULT_APP } = credential;
  const owner = { userId: credential.userId, kind: tokenKind, appId };
  const before = turnedAwayBefore?.(owner);
  const isOver = validUntilSeconds !== undefined && validUntilSeconds <= nowSeconds;
  if (before && credential.revokedAtSeconds === undefined && !isOver && mayComeFrom(viewerAddress, before.team)) {
    const known = await findByMasterSecret(masterSecrets, (secrets) => slackTokenVersion(secrets, token, owner));
    if (known !== undefined) return accepted(before);
  }
  const { userId, teamId, revokedAtSeconds } = credential;
  const findVersion = async () => {
    const found = await findByMasterSecret(masterSecrets, (secrets) => slackTokenVersion(secrets, token, owner));
    const isGood = found !== undefined && revokedAtSeconds === undefined && !isOver;
    if (isGood) onKnown?.({ userId, scopes, tokenKind, appId, ...(teamId !== undefined && { teamId }) });
    return found;
  };
  const [user, namedTeam, app, version] = await Promise.all([
    users.get(userId),
    teamId === undefined ? undefined : teams.get(teamId),
    apps.get(appId),
    findVersion(),
  ]);
  if (version === undefined) return refused({ code: 'unknown-credential' });
  // Nothing is left of an erased user that could say more.
  if (user === undefined) return refused({ code: 'inactive-user' });
  const team = await teamOf(user, namedTeam, teams);

  if (!mayComeFrom(viewerAddress, team)) return refused({ code: 'network-not-allowed' });
  if (revokedAtSeconds !== undefined) return refused({ code: 'revoked-credential' });
  if (validUntilSeconds !== undefined && isOver) {
    return refused({ code: 'expired-credential', expiredAtSeconds: validUntilSeconds });
  }
  if (app?.state !== 'installed') return refused({ code: 'removed-application' });
  if (user.state !== 'active') return refused({ code: 'inactive-user' });
  const away = AWAY[team.state];
  if (away !== undefined) return refused({ code: away });
  if (version > 0) await limits.notePreviousSecretUse(credential.digest, nowSeconds);
  return accepted({
    user,
    team,
    scopes,
    tokenKind,
    appId,
    ...(validUntilSeconds !== undefined && { validUntilSeconds }),
  });
}

/** @throws if there is no such team */
export async function teamOf(user: User, named: Team | undefined, teams: TeamStore): Promise<Team> {
  const team = named?.id === user.teamId ? named : await teams.get(user.teamId);
  if (team === undefined) throw new Error(`user ${user.id} is in team ${user.teamId}, which does not exist`);
  return team;
}

export const mayComeFrom = (address: string, { allowedNetworks }: Team): boolean =>
  allowedNetworks.length === 0 || isInNetworks(address, allowedNetworks);

/** Why all members of a team are refused, by the team's state. */
export const AWAY = {
  active: undefined,
  deactivated: 'inactive-team',
  migrating: 'team-migrating',
  'joining-organization': 'team-joining-organization',
} as const satisfies Record<TeamState, CredentialRefusal['code'] | undefined>;
