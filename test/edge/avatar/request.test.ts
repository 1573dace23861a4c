import { describe, expect, test } from '@jest/globals';
import { emailHash } from '../../../lambdas/core/avatar.ts';
import { SQUARE_SIDES_PX } from '../../../lambdas/core/object-keys.ts';
import { AVATAR_SIDES_PX, avatarQuery, readAvatarRequest } from '../../../lambdas/edge/avatar/request.ts';

const MD5 = '0bc83cb571cd1c50ba6f3e8a78ef1346';
const SHA256 = '84059b07d4be67b806386c0aad8070a23f18836bbaae342275dc0a83414c32ee';
const HOSTS = ['img.example.com'];

const read = (path: string, query = '') => {
  const sent = new URLSearchParams(query);
  return readAvatarRequest(path, (name) => sent.get(name) ?? undefined, HOSTS);
};
const canonical = (query: string) => {
  const asked = read(`/avatar/${MD5}`, query);
  return asked && new URLSearchParams(avatarQuery(asked)).toString();
};

describe('the hash of an address', () => {
  // docs.gravatar.com, "Creating the Hash", has MyEmailAddress@example.com with spaces around it, and both digests of
  // it.
  test.each([' MyEmailAddress@example.com ', 'myemailaddress@example.com'])('%j', (email) => {
    expect([emailHash(email, 'md5'), emailHash(email, 'sha256')]).toEqual([MD5, SHA256]);
  });

  test.each(['', '.jpg', '.jpeg', '.png', '.gif', '.webp', '.PNG'])('is named with the ending %j', (ending) => {
    expect(read(`/avatar/${MD5}${ending}`)?.hash).toBe(MD5);
    expect(read(`/avatar/${SHA256.toUpperCase()}${ending}`)?.hash).toBe(SHA256);
  });

  test.each([
    '/avatar/',
    '/avatar/ada',
    `/avatar/${MD5}.bmp`,
    `/avatar/${MD5}/`,
    `/avatar/${MD5}0`,
    `/avatar/${MD5.slice(1)}`,
    `/avatar/${SHA256.slice(1)}g`,
    `/avatar/../avatar/${MD5}`,
    `/avatar/${MD5}%0d%0a`,
  ])('%s names none', (path) => {
    expect(read(path)).toBeUndefined();
  });
});

describe('every spelling of the same is one', () => {
  test.each([
    ['', 's=192&d=mp'],
    ['s=80', 's=192&d=mp'],
    ['size=80', 's=192&d=mp'],
    ['s=1', 's=24&d=mp'],
    ['s=24', 's=24&d=mp'],
    ['s=25', 's=32&d=mp'],
    ['s=72', 's=72&d=mp'],
    ['s=193', 's=400&d=mp'],
    ['s=1024', 's=1024&d=mp'],
    ['s=2048', 's=1024&d=mp'],
    // What is not a number in range is ignored: 80.
    ...['s=2049', 's=0', 's=-1', 's=1e3', 's=80.5', 's=+80', 's=0x50', 's=', 's=%D9%A3', 's=99999999999'].map(
      (query) => [query, 's=192&d=mp'] as const,
    ),
    ['d=404', 's=192&d=404'],
    ['default=404&s=24', 's=24&d=404'],
    ['d=mm', 's=192&d=mp'],
    ['d=MP', 's=192&d=mp'],
    ['d=retro', 's=192&d=retro'],
    ['d=blank', 's=192&d=blank'],
    ['d=color', 's=192&d=color'],
    ...['identicon', 'monsterid', 'wavatar', 'robohash'].map((word) => [`d=${word}`, 's=192&d=identicon'] as const),
    ['d=unheard-of', 's=192&d=mp'],
    ['d=constructor', 's=192&d=mp'],
    ['f=y', 's=192&d=mp&f=y'],
    ['forcedefault=y&d=404', 's=192&d=404&f=y'],
    ['f=n', 's=192&d=mp'],
    ['r=x&rating=g&reset_cache=kd83&utm_source=a', 's=192&d=mp'],
    ['d=initials', 's=192&d=initials'],
    ['d=initials&initials=al', 's=192&d=initials&initials=AL'],
    ['d=initials&initials=alx', 's=192&d=initials&initials=AL'],
    ['d=initials&name=Ada+King+Lovelace', 's=192&d=initials&initials=AL'],
    ['d=initials&name=ada', 's=192&d=initials&initials=A'],
    ['d=initials&name=%E8%AB%B8%E8%91%9B+%E4%BA%AE', `s=192&d=initials&initials=${encodeURIComponent('諸亮')}`],
    // Adlam letters, two UTF-16 units each.
    [
      'd=initials&name=%F0%9E%A4%80%F0%9E%A4%81+%F0%9E%A4%82',
      `s=192&d=initials&initials=${encodeURIComponent('\u{1e900}\u{1e902}')}`,
    ],
    ['name=Ada+Lovelace', 's=192&d=mp'],
  ])('%s → %s', (query, spelled) => {
    expect(canonical(query)).toBe(spelled);
    expect(canonical(spelled)).toBe(spelled);
  });
});

describe('a default is led to', () => {
  test.each(['https://img.example.com/nobody.png', 'https://img.example.com', 'https://IMG.example.com/a?b=c#d'])(
    'only where it may be: %s',
    (url) => {
      expect(read(`/avatar/${MD5}`, `d=${encodeURIComponent(url)}`)?.fallback).toBe(url);
    },
  );

  test.each([
    'http://img.example.com/nobody.png',
    'https://evil.example/nobody.png',
    'https://img.example.com.evil.example/',
    'https://evil.example/img.example.com',
    'https://img.example.com@evil.example/',
    'https://evil.example#@img.example.com/',
    'https://img.example.com\\@evil.example/',
    'https://evil.example\\.img.example.com/',
    'https:/\\img.example.com/',
    '//img.example.com/nobody.png',
    'https:img.example.com',
    'https://img.example.com:8443/',
    'https://img.example.com/\r\nset-cookie: a=b',
    'https://img.example.com/ü',
    'https://img.example.com/<script>',
    ' https://img.example.com/',
    'javascript:alert(1)',
    `https://img.example.com/${'a'.repeat(1_000)}`,
  ])('and nowhere else: %j', (url) => {
    expect(read(`/avatar/${MD5}`, `d=${encodeURIComponent(url)}`)?.fallback).toBe('mp');
  });
});

test('the sizes are those that photos have, but for one', () => {
  const stored = [...new Set<number>([...SQUARE_SIDES_PX.slack, ...SQUARE_SIDES_PX.twitter])].sort((a, b) => a - b);
  expect(stored.filter((sidePx) => !AVATAR_SIDES_PX.includes(sidePx))).toEqual([73]);
  expect(AVATAR_SIDES_PX.filter((sidePx) => !stored.includes(sidePx))).toEqual([]);
});
