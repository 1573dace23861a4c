import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readHookMessage } from '../../lambdas/store/hook-messages.ts';

const { Records } = JSON.parse(readFileSync(join(import.meta.dirname, '../../events/hook.json'), 'utf8'));
const sample = JSON.parse(Records[0].body);

describe('a message of the hooks queue', () => {
  test('is an event as the topic tells it', () => {
    expect(readHookMessage(Records[0].body)).toEqual({
      kind: 'event',
      event: {
        type: 'photo.published',
        userId: '776627022',
        number: 3,
        uploadId: '6f1c2b9a-4d1e-4c55-9f0a-7a1b2c3d4e5f',
        photo: { version: '0a4d55a8d7780a4d55a8', format: 'jpeg', widthPx: 1024, heightPx: 768 },
        at: '2026-11-30T09:00:00.210Z',
      },
    });
  });

  test('is the schedule’s, whatever else it says', () => {
    expect(readHookMessage('{"kind":"run"}')).toEqual({ kind: 'run' });
  });

  test.each([
    ['no JSON', 'photo.published'],
    ['no message', '{}'],
    ['an event that there is none of', JSON.stringify({ ...sample, type: 'photo.lost' })],
    ['a user that would be a path', JSON.stringify({ ...sample, user_id: '../1' })],
    ['a version that would be one', JSON.stringify({ ...sample, version: '../../x' })],
    ['no number', JSON.stringify({ ...sample, number: 0 })],
    ['no time', JSON.stringify({ ...sample, at: 'yesterday' })],
    ['a test of nobody', '{"kind":"test","test_id":"1"}'],
  ])('is refused when it is %s', (_name, body) => {
    expect(() => readHookMessage(body)).toThrow();
  });
});
