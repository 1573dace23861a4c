import { describe, expect, test } from '@jest/globals';
import {
  accountPlaces,
  avatarThrottle,
  isReservable,
  LEAST_WITH_WEBHOOKS,
  stageThrottles,
} from '../../infra/account-places.ts';

describe('the places of an account', () => {
  // By hand: Lambda takes no maximum below 2, and there are four mappings, so they have 8 of ten. Of 1,000 a quarter is
  // 250, a twentieth 50.
  test.each([
    [10, { jobs: 2, bulk: 2, intake: 2, sweeps: 2, hooks: 0, avatars: 0, requests: 2 }],
    [40, { jobs: 10, bulk: 2, intake: 2, sweeps: 2, hooks: 0, avatars: 0, requests: 24 }],
    [1_000, { jobs: 250, bulk: 50, intake: 50, sweeps: 2, hooks: 0, avatars: 0, requests: 648 }],
    [10_000, { jobs: 1_000, bulk: 50, intake: 50, sweeps: 2, hooks: 0, avatars: 0, requests: 8_898 }],
  ])('%i', (concurrency, expected) => {
    expect(accountPlaces(concurrency)).toEqual(expected);
  });

  // A tenth of what requests are left, at least one and at most 50.
  test.each([
    [10, { jobs: 2, bulk: 2, intake: 2, sweeps: 2, hooks: 0, avatars: 1, requests: 1 }],
    [40, { jobs: 10, bulk: 2, intake: 2, sweeps: 2, hooks: 0, avatars: 2, requests: 22 }],
    [1_000, { jobs: 250, bulk: 50, intake: 50, sweeps: 2, hooks: 0, avatars: 50, requests: 598 }],
  ])('%i, with avatars', (concurrency, expected) => {
    expect(accountPlaces(concurrency, { avatars: true })).toEqual(expected);
  });

  // Webhooks take two first; the others share the rest as before.
  test.each([
    [12, {}, { jobs: 2, bulk: 2, intake: 2, sweeps: 2, hooks: 2, avatars: 0, requests: 2 }],
    [12, { avatars: true }, { jobs: 2, bulk: 2, intake: 2, sweeps: 2, hooks: 2, avatars: 1, requests: 1 }],
    [1_002, { avatars: true }, { jobs: 250, bulk: 50, intake: 50, sweeps: 2, hooks: 2, avatars: 50, requests: 598 }],
  ])('%i, with webhooks and %j', (concurrency, extras, expected) => {
    expect(accountPlaces(concurrency, { webhooks: true, ...extras })).toEqual(expected);
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])(
    'are never promised twice, and there is one for requests, whatever the account has (avatars: %s, webhooks: %s)',
    (hasAvatars, hasWebhooks) => {
      for (let concurrency = hasWebhooks ? LEAST_WITH_WEBHOOKS : 10; concurrency <= 3_000; concurrency++) {
        const places = accountPlaces(concurrency, { avatars: hasAvatars, webhooks: hasWebhooks });
        const { avatars, hooks, requests, ...queues } = places;
        expect(Object.values(places).reduce((sum, one) => sum + one, 0)).toBe(concurrency);
        expect(Math.min(...Object.values(queues))).toBeGreaterThanOrEqual(2);
        expect([requests >= 1, avatars >= 1, hooks]).toEqual([true, hasAvatars, hasWebhooks ? 2 : 0]);
      }
    },
  );

  // Lambda's guide: 100 must stay unreserved.
  test.each([
    [1, 10, false],
    [1, 100, false],
    [1, 101, true],
    [50, 1_000, true],
  ])('%i of %i may be reserved: %s', (places, concurrency, expected) => {
    expect(isReservable(places, concurrency)).toBe(expected);
  });
});

describe('the throttles of a stage', () => {
  test('in a fresh account: uploads by their time of 0.22 s, the others by the setting', () => {
    // Two places ÷ 0.22 s = 9.09; ÷ 0.02 s = 100, which is more than the 20 that are set.
    expect(stageThrottles(accountPlaces(10), 20)).toEqual({
      upload: { burst: 4, requestsPerSecond: 9 },
      other: { burst: 200, requestsPerSecond: 20 },
    });
  });

  test('with a thousand places: 60 people at once are all let through', () => {
    expect(stageThrottles(accountPlaces(1_000), 20)).toEqual({
      upload: { burst: 200, requestsPerSecond: 20 },
      other: { burst: 200, requestsPerSecond: 20 },
    });
  });

  test('of avatars: what their places take at 0.05 s each, and twice the places at once', () => {
    expect(avatarThrottle(1, 20)).toEqual({ burst: 2, requestsPerSecond: 20 });
    expect(avatarThrottle(1, 100)).toEqual({ burst: 2, requestsPerSecond: 20 });
    expect(avatarThrottle(50, 20)).toEqual({ burst: 100, requestsPerSecond: 20 });
    expect(avatarThrottle(50, 10_000)).toEqual({ burst: 100, requestsPerSecond: 1_000 });
  });

  test('a low setting bounds both', () => {
    expect(stageThrottles(accountPlaces(1_000), 1)).toEqual({
      upload: { burst: 10, requestsPerSecond: 1 },
      other: { burst: 10, requestsPerSecond: 1 },
    });
  });
});
