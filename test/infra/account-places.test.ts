import { describe, expect, test } from '@jest/globals';
import { accountPlaces, LEAST_WITH_WEBHOOKS, stageThrottles } from '../../infra/account-places.ts';

describe('the places of an account', () => {
  // By hand: Lambda takes no maximum below 2, four mappings, so 8 of ten are theirs. 1,000: a quarter is 250, a twentieth 50.
  test.each([
    [10, { jobs: 2, bulk: 2, intake: 2, sweeps: 2, hooks: 0, requests: 2 }],
    [40, { jobs: 10, bulk: 2, intake: 2, sweeps: 2, hooks: 0, requests: 24 }],
    [1_000, { jobs: 250, bulk: 50, intake: 50, sweeps: 2, hooks: 0, requests: 648 }],
    [10_000, { jobs: 1_000, bulk: 50, intake: 50, sweeps: 2, hooks: 0, requests: 8_898 }],
  ])('%i', (concurrency, expected) => {
    expect(accountPlaces(concurrency)).toEqual(expected);
  });

  test('are never promised twice, and there is one for requests, whatever the account has', () => {
    for (let concurrency = 10; concurrency <= 3_000; concurrency++) {
      const { hooks, ...places } = accountPlaces(concurrency);
      expect([hooks, Object.values(places).reduce((sum, one) => sum + one, 0)]).toEqual([0, concurrency]);
      expect(Math.min(...Object.values(places))).toBeGreaterThanOrEqual(2);
      if (concurrency < LEAST_WITH_WEBHOOKS) continue;
      const all = Object.values(accountPlaces(concurrency, true));
      expect(all.reduce((sum, one) => sum + one, 0)).toBe(concurrency);
      expect(Math.min(...all)).toBeGreaterThanOrEqual(2);
    }
    expect(accountPlaces(LEAST_WITH_WEBHOOKS, true)).toEqual({ ...accountPlaces(10), hooks: 2 });
  });
});

describe('the throttles of a stage', () => {
  test('in a fresh account: uploads by their time of 0.3 s, the others by the setting', () => {
    // Two places ÷ 0.3 s = 6.67; ÷ 0.02 s = 100, which is more than the 20 that are set.
    expect(stageThrottles(accountPlaces(10), 20)).toEqual({
      upload: { burst: 4, requestsPerSecond: 6 },
      other: { burst: 200, requestsPerSecond: 20 },
    });
  });

  test('with a thousand places: 60 people at once are all let through', () => {
    expect(stageThrottles(accountPlaces(1_000), 20)).toEqual({
      upload: { burst: 200, requestsPerSecond: 20 },
      other: { burst: 200, requestsPerSecond: 20 },
    });
  });

  test('a low setting bounds both', () => {
    expect(stageThrottles(accountPlaces(1_000), 1)).toEqual({
      upload: { burst: 10, requestsPerSecond: 1 },
      other: { burst: 10, requestsPerSecond: 1 },
    });
  });
});
