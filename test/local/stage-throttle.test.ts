import { describe, expect, test } from '@jest/globals';
import { methodSettingsSchema, stageThrottle } from '../../local/stage-throttle.ts';

const settings = methodSettingsSchema.parse([
  { ResourcePath: '/*', HttpMethod: '*', ThrottlingBurstLimit: 3, ThrottlingRateLimit: 2 },
  { ResourcePath: '/~1api~1users.setPhoto', HttpMethod: 'ANY', ThrottlingBurstLimit: 1, ThrottlingRateLimit: '0.5' },
]);

/** How many of `count` requests to a method at one moment are let through. */
const through = (throttle: ReturnType<typeof stageThrottle>, path: string, atMs: number, count: number) =>
  Array.from({ length: count }, () => throttle(path, 'ANY', atMs)).filter(Boolean).length;

describe('a stage', () => {
  test('lets a burst through, then the rate, and never more than a burst at once', () => {
    const throttle = stageThrottle(settings);
    expect(through(throttle, '/api/{proxy+}', 0, 10)).toBe(3);
    // Two a second: after half a second there is one.
    expect(through(throttle, '/api/{proxy+}', 500, 10)).toBe(1);
    expect(through(throttle, '/api/{proxy+}', 1_500, 10)).toBe(2);
    expect(through(throttle, '/api/{proxy+}', 60_000, 10)).toBe(3);
  });

  test('counts each method by itself, one that is named by its own limits', () => {
    const throttle = stageThrottle(settings);
    expect(through(throttle, '/api/users.setPhoto', 0, 10)).toBe(1);
    expect(through(throttle, '/api/users.setPhoto', 1_900, 10)).toBe(0);
    expect(through(throttle, '/api/users.setPhoto', 2_000, 10)).toBe(1);
    expect(through(throttle, '/', 2_000, 10)).toBe(3);
    expect(through(throttle, '/v1', 2_000, 10)).toBe(3);
  });

  test('without settings lets everything through', () => {
    expect(through(stageThrottle(methodSettingsSchema.parse(undefined)), '/', 0, 1_000)).toBe(1_000);
  });
});
