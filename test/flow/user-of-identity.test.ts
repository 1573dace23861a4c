import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emailHash } from '../../lambdas/core/avatar.ts';
import { type Identity, identityKey } from '../../lambdas/core/identity.ts';
import { accepted } from '../../lambdas/core/result.ts';
import { authenticateIdentity } from '../../lambdas/flow/authenticate-identity.ts';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { linkIdentity, unlinkIdentity } from '../../lambdas/flow/link-identity.ts';
import { ensureUserOfIdentity, findByIdentity, followProfile } from '../../lambdas/flow/user-of-identity.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { type UserStore, userStore } from '../../lambdas/store/users.ts';
import { sharedWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

const NOW = new Date('2026-11-30T12:00:00Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
let people = 0;
const somebody = (more: Partial<Identity> = {}): Identity => ({
  issuer: 'https://id.example.com',
  subject: `person-${process.pid}-${++people}`,
  name: `Ada ${process.pid} ${people}`,
  isAdmin: false,
  ...more,
});
const ensure = (identity: Identity, now = NOW) => ensureUserOfIdentity(identity, now, world.stores);
const claimantOf = (kind: 'oidc' | 'screen_name', value: string) => world.stores.users.claimant({ kind, value });

/** The stores, with something that happens in between. */
const usersWith = (over: Partial<UserStore>): typeof world.stores => ({
  ...world.stores,
  users: { ...world.stores.users, ...over },
});

describe('the first token of somebody', () => {
  test('makes the user: name, e-mail address, and a screen name of them', async () => {
    const ada = somebody({ name: 'Ada\u0000 Lovelace', email: 'Ada@Example.com' });
    const user = await ensure(ada);
    expect(user).toMatchObject({ name: 'Ada Lovelace', email: 'Ada@Example.com', state: 'active', shown: 0 });
    expect(user?.screenName).toBe('ada_lovelace');
    expect((await world.stores.users.withEmail('ada@example.com')).map(({ id }) => id)).toEqual([user?.id]);
    expect(await findByIdentity(identityKey(ada), world.stores.users)).toEqual(user);
    expect(await ensure(ada)).toEqual(user);
  });

  test('where avatars are on, leads from the hashes of the address at once, and from those of another once a token has it', async () => {
    const users = userStore(dynamoClient(), world.laptop.running.outputs.TableUsers ?? '', { hasAvatars: true });
    const [before, after] = ['first', 'second'].map((name) => `${name}-face-${process.pid}@example.com`) as [
      string,
      string,
    ];
    const ada = somebody({ email: before });
    const user = await ensureUserOfIdentity(ada, NOW, { ...world.stores, users });
    const foundBy = async (email: string) => (await users.withEmailHash(emailHash(email, 'sha256'), true))?.id;
    expect(await foundBy(before)).toBe(user?.id);
    if (user !== undefined) await followProfile(user, { ...ada, email: after }, later(25), users);
    expect([await foundBy(before), await foundBy(after)]).toEqual([undefined, user?.id]);
    expect(await users.hasEmailHashes(before, user?.id ?? '')).toBe(false);
  });

  test('50 at once make one user, and leave nothing beside', async () => {
    const ada = somebody({ email: `ada-${process.pid}@example.com` });
    const made = await Promise.all(Array.from({ length: 50 }, () => ensure(ada)));
    expect(new Set(made.map((user) => user?.id)).size).toBe(1);
    expect(new Set(made.map((user) => user?.screenName)).size).toBe(1);
    const all = await Array.fromAsync(world.stores.users.list());
    expect(all.filter(({ identity }) => identity === identityKey(ada)).length).toBe(1);
  });

  test('20 people of one name at once are 20 users with 20 screen names', async () => {
    const name = `Twin ${process.pid}`;
    const made = await Promise.all(Array.from({ length: 20 }, () => ensure(somebody({ name }))));
    expect(new Set(made.map((user) => user?.id)).size).toBe(20);
    expect(new Set(made.map((user) => user?.screenName.toLowerCase())).size).toBe(20);
  });

  test('who has the same e-mail address as another is another', async () => {
    const email = `shared-${process.pid}@example.com`;
    const operators = await createUser({ screenName: `op_${process.pid}`, name: 'Op', email }, world.stores);
    const first = await ensure(somebody({ email }));
    const second = await ensure(somebody({ email }));
    const ids = [operators.ok && operators.value.id, first?.id, second?.id];
    expect(new Set(ids).size).toBe(3);
    expect(operators.ok && (await world.stores.users.get(operators.value.id))?.identity).toBeUndefined();
  });

  test('the same subject at another issuer is another', async () => {
    const here = somebody();
    const there = { ...here, issuer: 'https://id.example.org' };
    expect((await ensure(here))?.id).not.toBe((await ensure(there))?.id);
  });
});

describe('what died half-way', () => {
  class Died extends Error {}
  const dying = () => Promise.reject(new Died());

  test.each<[string, Partial<UserStore>]>([
    ['after the identity was claimed', { get: dying }],
    ['after the names were', { noteEmail: dying }],
    ['before the record was', { add: dying }],
  ])('%s: is gone on with, by the same id', async (_when, over) => {
    const ada = somebody({ email: `half-${process.pid}-${people}@example.com` });
    await expect(ensureUserOfIdentity(ada, NOW, usersWith(over))).rejects.toThrow(Died);
    const claimed = await claimantOf('oidc', identityKey(ada));
    expect(claimed).toBeDefined();
    expect((await ensure(ada))?.id).toBe(claimed);
  });

  test('an operator who takes its screen name over gets a user of their own, and so does the person', async () => {
    const ada = somebody();
    const screenName = `a_${process.pid}_${people}`;
    const named = { ...ada, name: screenName };
    await expect(ensureUserOfIdentity(named, NOW, usersWith({ add: dying }))).rejects.toThrow(Died);
    const operators = await createUser({ screenName, name: 'Another' }, world.stores);
    const user = await ensure(named);
    expect(operators.ok && operators.value.id).not.toBe(user?.id);
    expect(user).toMatchObject({ identity: identityKey(ada) });
    expect(await claimantOf('oidc', identityKey(ada))).toBe(user?.id);
    expect(await claimantOf('screen_name', screenName)).toBe(operators.ok && operators.value.id);
  });
});

describe('who is stopped stays so', () => {
  const authenticate = (identity: Identity, mayWrite = true) =>
    authenticateIdentity(
      { token: 'verified', viewerAddress: '192.0.2.1', now: NOW },
      { ...world.stores, verifyToken: async () => accepted(identity), mayWrite },
    );

  test('deactivated', async () => {
    const ada = somebody();
    const user = await ensure(ada);
    await world.stores.users.setState(user?.id ?? '', 'deactivated');
    expect(await authenticate(ada)).toEqual({ ok: false, refusal: { code: 'inactive-user' } });
    await world.stores.users.setState(user?.id ?? '', 'active');
    expect(await authenticate(ada)).toMatchObject({ ok: true, value: { user: { id: user?.id } } });
  });

  test('who only reads makes nobody', async () => {
    const ada = somebody();
    expect(await authenticate(ada, false)).toEqual({ ok: false, refusal: { code: 'unknown-user' } });
    expect(await claimantOf('oidc', identityKey(ada))).toBeUndefined();
  });

  test('an administrator is one by the token of now', async () => {
    const ada = somebody();
    expect(await authenticate({ ...ada, isAdmin: true })).toMatchObject({ value: { isAdmin: true } });
    expect(await authenticate(ada)).not.toHaveProperty('value.isAdmin');
  });
});

describe('name and e-mail address follow the provider', () => {
  test('once a day at the most', async () => {
    const ada = somebody({ email: `before-${process.pid}@example.com` });
    const user = await ensure(ada);
    if (user === undefined) throw new Error('no user');
    const changed = { ...ada, name: 'Ada King', email: `after-${process.pid}@example.com` };
    const follow = async (now: Date) => {
      const now_ = await world.stores.users.get(user.id);
      return now_ && followProfile(now_, changed, now, world.stores.users);
    };
    expect((await follow(later(23)))?.name).toBe(user.name);
    const after = await follow(later(24));
    expect(after).toMatchObject({ name: 'Ada King', email: changed.email });
    expect(await world.stores.users.get(user.id)).toEqual(after);
    expect(await world.stores.users.withEmail(ada.email ?? '')).toEqual([]);
    expect((await world.stores.users.withEmail(changed.email)).map(({ id }) => id)).toEqual([user.id]);
    expect((await followProfile(after ?? user, ada, later(25), world.stores.users)).name).toBe('Ada King');
  });

  test('what a token does not say stays', async () => {
    const ada = somebody({ email: `stays-${process.pid}@example.com` });
    const user = await ensure(ada);
    const { name, email, ...bare } = ada;
    expect(await followProfile(user as never, bare, later(48), world.stores.users)).toEqual(user);
  });

  test('of two at once one writes', async () => {
    const user = await ensure(somebody());
    const write = (name: string) =>
      world.stores.users.setProfile(user as never, { name, email: undefined }, later(24).toISOString());
    expect((await Promise.all([write('One'), write('Two')])).filter(Boolean).length).toBe(1);
  });

  test('no record comes of one that is gone', async () => {
    const ghost = { ...(await ensure(somebody())), id: '999999999999999', profileAt: NOW.toISOString() };
    expect(await world.stores.users.setProfile(ghost as never, { name: 'Ghost', email: undefined }, 'x')).toBe(false);
    expect(await world.stores.users.get(ghost.id)).toBeUndefined();
  });
});

describe('a user who was there before', () => {
  const operators = async () => {
    const made = await createUser({ screenName: `l_${process.pid}_${++people}`, name: 'Before' }, world.stores);
    if (!made.ok) throw new Error(made.refusal.code);
    return made.value;
  };

  test('is linked, once, and then follows the provider', async () => {
    const [user, ada] = [await operators(), somebody()];
    const key = identityKey(ada);
    expect(await linkIdentity(user, key, world.stores.users)).toMatchObject({ ok: true, value: { id: user.id } });
    expect(await linkIdentity({ ...user, identity: key }, key, world.stores.users)).toMatchObject({ ok: true });
    expect((await ensure(ada))?.id).toBe(user.id);
    const linked = await findByIdentity(key, world.stores.users);
    expect((await followProfile(linked as never, ada, NOW, world.stores.users)).name).toBe(ada.name);
    expect(await linkIdentity(linked as never, identityKey(somebody()), world.stores.users)).toMatchObject({
      refusal: { code: 'linked-already' },
    });
  });

  test('is not linked to somebody who has a user, whose identity stays where it is', async () => {
    const [user, ada] = [await operators(), somebody()];
    const theirs = await ensure(ada);
    expect(await linkIdentity(user, identityKey(ada), world.stores.users)).toEqual({
      ok: false,
      refusal: { code: 'identity-taken', userId: theirs?.id },
    });
    expect((await world.stores.users.get(user.id))?.identity).toBeUndefined();
    expect((await findByIdentity(identityKey(ada), world.stores.users))?.id).toBe(theirs?.id);
  });

  test('of links and first tokens at once, all agree in the end', async () => {
    const [user, ada] = [await operators(), somebody()];
    const key = identityKey(ada);
    const [linked, ...made] = await Promise.all([
      linkIdentity(user, key, world.stores.users),
      ...Array.from({ length: 10 }, () => ensure(ada)),
    ]);
    const owner = await findByIdentity(key, world.stores.users);
    expect(owner?.id === user.id).toBe(linked.ok);
    const all = await Array.fromAsync(world.stores.users.list());
    expect(all.filter(({ identity }) => identity === key).map(({ id }) => id)).toEqual([owner?.id]);
    expect(made.every((one) => one?.id === owner?.id)).toBe(true);
  });

  test('is unlinked, and the next token makes another', async () => {
    const [user, ada] = [await operators(), somebody()];
    await linkIdentity(user, identityKey(ada), world.stores.users);
    const linked = await world.stores.users.get(user.id);
    expect(await unlinkIdentity(linked as never, world.stores.users)).toBe(true);
    expect(await unlinkIdentity(user, world.stores.users)).toBe(false);
    expect((await ensure(ada))?.id).not.toBe(user.id);
  });
});
