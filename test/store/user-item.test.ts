import { describe, expect, test } from '@jest/globals';
import { itemBytes } from '../../bench/item-size.ts';
import type { Photo } from '../../lambdas/core/photo.ts';
import type { User } from '../../lambdas/core/user.ts';
import { readUserItem, userItem } from '../../lambdas/store/user-item.ts';

const PHOTO: Photo = {
  version: '0123456789abcdef0123',
  format: 'jpeg',
  widthPx: 1024,
  heightPx: 768,
  number: 51,
  publishedAt: '2026-11-25T14:35:45.814Z',
  thumbhash: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
  dominantColour: '#aabbcc',
  crop: { x: 1008, y: 1512, side: 3024, by: 'box' },
};
const LINE =
  '0123456789abcdef0123.1024x768.jpeg 51 2026-11-25T14:35:45.814Z 1QcSHQRnh493V4dIh4eXh1h4kJUI #aabbcc b1008,1512,3024';

const USER: User = {
  id: '281474976710655',
  slackId: 'U281474976710655',
  teamId: 'T0123456789',
  screenName: 'ada_lovelace',
  name: 'Ada Lovelace, Countess',
  email: 'ada.lovelace@mail.example.com',
  state: 'active',
  createdAt: '2026-11-25T14:35:45.814Z',
  changedAt: '2026-11-25T14:35:45.814Z',
  seq: 51,
  shown: 51,
  history: [],
  evicted: [],
};

describe('a photo in a record', () => {
  test('is one line', () => {
    expect(userItem({ ...USER, photo: PHOTO })).toMatchObject({ photo: LINE, history: [] });
  });

  const { thumbhash, dominantColour, crop, ...plain } = PHOTO;
  test.each([
    ['with its look', PHOTO],
    ['with its box alone', { ...plain, ...(crop && { crop }) }],
    ['of which a square was chosen', { ...PHOTO, crop: { x: 0, y: 504, side: 3024, by: 'auto' as const } }],
    ['of which the middle was asked for', { ...PHOTO, crop: { x: 0, y: 504, side: 3024, by: 'centre' as const } }],
    ['of which nothing can be seen', { ...plain, thumbhash }],
    ['without a thumbhash', { ...plain, dominantColour }],
    ['without a look', plain],
  ])('%s is read as it was written', (_what, photo) => {
    const user = { ...USER, photo, history: [photo, PHOTO], evicted: [{ version: 'f'.repeat(20) }] };
    expect(readUserItem({ ...userItem(user) })).toMatchObject({
      photo,
      history: [photo, PHOTO],
      evicted: user.evicted,
    });
    expect(readUserItem({ ...userItem(user) }).photo).toEqual(photo);
  });

  test.each([
    '',
    '0123456789abcdef0123',
    LINE.replace('jpeg', 'tiff'),
    LINE.replace(' b1008,', ' z1008,'),
    LINE.replace(' 51 ', ' x '),
    LINE.split(' ')[0],
  ])('is not made of %j', (photo) => {
    expect(() => readUserItem({ ...userItem(USER), photo })).toThrow();
  });
});

test('a full record, at the moment when something falls out of its history, is one write unit', () => {
  const { version, format, widthPx, heightPx } = PHOTO;
  const full = userItem({
    ...USER,
    photo: PHOTO,
    history: Array.from({ length: 5 }, () => PHOTO),
    evicted: [{ version, format, widthPx, heightPx }],
  });
  expect(itemBytes(full)).toBeLessThanOrEqual(1_024);
});
