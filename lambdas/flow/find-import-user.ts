import { accepted, type Result, refused } from '../core/result.ts';
import { MAX_USER_BYTES } from '../core/row-bounds.ts';
import type { User } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';

export type ImportUserRefusal = { code: 'unknown-user' | 'ambiguous-user' | 'inactive-user' | 'lossy-id' };

/**
 * The user in a file's name or a manifest's line: an id (all digits), a Slack id, a screen name (with or without `@`),
 * or an e-mail address. What could mean two users means none, so that no photo goes to the wrong person.
 */
export async function findImportUser(called: string, users: UserStore): Promise<Result<User, ImportUserRefusal>> {
  if (LOSSY_NUMBER.test(called)) return refused({ code: 'lossy-id' });
  // No name is as long, and DynamoDB would not accept the key.
  if (Buffer.byteLength(called) > MAX_USER_BYTES) return refused({ code: 'unknown-user' });
  const meant = await everyoneCalled(called, users);
  const [user] = meant;
  // PowerShell 5 writes a question mark for each letter that it cannot encode.
  if (user === undefined) return refused({ code: called.includes('?') ? 'lossy-id' : 'unknown-user' });
  if (meant.some(({ id }) => id !== user.id)) return refused({ code: 'ambiguous-user' });
  return user.state === 'active' ? accepted(user) : refused({ code: 'inactive-user' });
}

/** A spreadsheet's `1.23457E+11`, in some countries with a comma. The last digits of the id are lost. */
const LOSSY_NUMBER = /^\d([.,]\d+)?E\+\d{1,3}$/i;

const USER_ID = /^[1-9]\d{0,15}$/;
const SCREEN_NAME = /^@?(\w{1,15})$/;
const SLACK_ID = /^[A-Z0-9]{2,21}$/;

async function everyoneCalled(called: string, users: UserStore): Promise<User[]> {
  if (called.includes('@', 1)) return users.withEmail(called);
  const screenName = SCREEN_NAME.exec(called)?.[1];
  const [byId, bySlackId, byScreenName] = await Promise.all([
    USER_ID.test(called) ? users.get(called) : undefined,
    SLACK_ID.test(called) ? claimant('slack_id', called, users) : undefined,
    screenName === undefined ? undefined : claimant('screen_name', screenName, users),
  ]);
  const found = [byId, bySlackId, byScreenName].flatMap((user) =>
    user === undefined || user.state === 'erased' ? [] : [user],
  );
  // Digits mean an id. A screen name of the same digits makes it ambiguous, but is never meant by them alone.
  return /^\d+$/.test(called) && byId === undefined ? [] : found;
}

async function claimant(kind: 'slack_id' | 'screen_name', value: string, users: UserStore): Promise<User | undefined> {
  const id = await users.claimant({ kind, value });
  return id === undefined ? undefined : users.get(id);
}
