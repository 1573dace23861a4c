/**
 * How real clients frame a picture as multipart/form-data, one row a client. Taken from requests that arrived at a
 * listening socket, or (`read`) from the client's source code. Only the picture and the digits of some boundaries are
 * ours. RFC 7578 leaves nearly all of this open.
 */
interface Framing {
  client: string;
  dialect: 'slack' | 'twitter';
  /** The request's Content-Type, exactly. */
  contentType: string;
  boundary: string;
  body(picture: Buffer): Buffer;
  /** What the form says, in order: `name=text`, or `image` for the picture. */
  says(picture: Buffer): string[];
}

interface Part {
  headers: string[];
  value: string;
  says: string;
}

/**
 * Placeholders for the picture's bytes, their number, and their base64: in lines of 60, as Ruby packs it, or in one
 * line.
 */
const IMAGE = '<image>';
const LENGTH = '<length>';
const BASE64_LINES = '<base64 lines>';
const BASE64 = '<base64>';

const standIns = (body: string, picture: Buffer): string =>
  body
    .replace(LENGTH, String(picture.length))
    .replace(BASE64_LINES, () => picture.toString('base64').replace(/.{1,60}/g, '$&\n'))
    .replace(BASE64, () => picture.toString('base64'));

function aroundPicture(body: string, picture: Buffer): Buffer {
  const pieces = standIns(body, picture)
    .split(IMAGE)
    .map((piece) => Buffer.from(piece, 'latin1'));
  return Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [picture, piece])));
}

const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;
const text = (name: string, value: string, ...more: string[]): Part => ({
  headers: [disposition(`name="${name}"`), ...more],
  value,
  says: `${name}=${value}`,
});
const typeFirst = ({ headers, ...part }: Part): Part => ({ ...part, headers: headers.toReversed() });
const unquoted = ({ headers, ...part }: Part): Part => ({
  ...part,
  headers: headers.map((h) => h.replaceAll('"', '')),
});
const image = (...headers: string[]): Part => ({ headers, value: IMAGE, says: 'image' });
const file = (filename: string, ...more: string[]): Part =>
  image(disposition(`name="image"; filename="${filename}"`), ...more);

const OCTETS = 'Content-Type: application/octet-stream';
const PNG = 'Content-Type: image/png';
const PLAIN = 'Content-Type: text/plain; charset=utf-8';
const crops = [text('crop_x', '1'), text('crop_y', '2'), text('crop_w', '5')];
const cropsByName = [text('crop_w', '5'), text('crop_x', '1'), text('crop_y', '2')];
const skip = text('skip_status', 'true');

const DASHES_26 = '--------------------------';
const PYTHON = '--------------19c7146c-7907-4ece-9938-b4f798265005';
const TWURL = '00Twurl566130301341343090lruwT99';
const GUID = '7d7e0c8c-3a55-4f0e-9a51-6d1c8f3b2a10';

/** How a client differs from a header `multipart/form-data; boundary=…` and a form with nothing before or after it. */
interface Quirks {
  type?: string;
  before?: string;
  after?: string;
}
type Row = [client: string, boundary: string, parts: Part[], quirks?: Quirks];

const SLACK: Row[] = [
  ['@slack/web-api 7, crops after', `${DASHES_26}50704e68e2dfadcf7d943cc9`, [file('Untitled', OCTETS), ...crops]],
  ['@slack/web-api 7, a file stream', `${DASHES_26}be15003f5615e8bc5011a4b0`, [file('me.png', PNG)]],
  [
    '@slack/web-api 7, its token after the picture',
    `${DASHES_26}313b59c51c21a7aa764303d2`,
    [file('Untitled', OCTETS), text('token', 'xoxp-other')],
  ],
  [
    '@slack/web-api 7, a team first',
    `${DASHES_26}d815d79e334e3a4f24221bf4`,
    [text('team_id', 'T1'), file('Untitled', OCTETS)],
  ],
  ['@slack/web-api 8 (undici)', '----formdata-undici-094474538028', [file('Untitled', OCTETS), ...crops]],
  ['slack_sdk, a path: an empty line first', PYTHON, [...cropsByName, file('photos/me.png', PNG)], { before: '\r\n' }],
  [
    'slack_sdk, bytes and a token',
    PYTHON,
    [text('token', 'xoxp-other'), file('Uploaded file', OCTETS)],
    { before: '\r\n' },
  ],
  [
    'slack_sdk async (aiohttp): type before disposition',
    'c54358e147ae4240a47e3797fccd3ead',
    [...cropsByName.map(({ headers, ...part }) => typeFirst({ ...part, headers: [...headers, PLAIN] }))].concat(
      typeFirst(file('image', OCTETS)),
    ),
  ],
  [
    'slack-go (read): 60 hex digits',
    '3c1f0a5d7e9b2468ace013579bdf02468ace13579bdf02468ace13579bdf',
    [text('crop_y', '0'), text('crop_w', '0'), text('crop_x', '0'), file('me.png', OCTETS)],
  ],
  [
    'java-slack-sdk (read; OkHttp 4): an invalid type, a length in each part',
    '1f9e1a4c-58f6-4f0c-9f4b-0f6f0a4c2d7e',
    [
      file('image', 'Content-Type: imageData/*', `Content-Length: ${LENGTH}`),
      ...crops.map(({ headers, ...part }) => ({ ...part, headers: [...headers, 'Content-Length: 1'] })),
    ],
  ],
  [
    'slack-ruby-client (read; multipart-post): a binary transfer encoding',
    '-----------RubyMultipartPost-5f2c9a0d4b7e81362c4f5a6b7c8d9e0f',
    [file('me.png', `Content-Length: ${LENGTH}`, PNG, 'Content-Transfer-Encoding: binary'), ...crops],
  ],
  [
    'curl -F',
    '------------------------fc90037de1ec5472',
    [file('me.png', PNG), text('token', 'xoxp-x'), text('crop_w', '5')],
  ],
  ['Chrome, fetch with a Blob (read)', '----WebKitFormBoundary7MA4YWxkTrZu0gW', [file('blob', PNG), ...crops]],
];

const TWITTER: Row[] = [
  [
    'twitter-api-v2: no filename',
    `${DASHES_26}931396795758249261952680`,
    [
      text('tweet_mode', 'extended'),
      image(disposition('name="image"'), OCTETS),
      skip,
      text('include_entities', 'false'),
    ],
  ],
  ['node-twitter-api', `${DASHES_26}893768224652399858567213`, [skip, file('a.png', PNG)]],
  ['tweepy 4: no type', '922b17249cfe6847dd0a95887b216386', [file('a.png')]],
  ['tweepy 3 (read)', 'Tw3ePy', [file('a.png', PNG)]],
  ['twython: no type, a flag first', '248026fa453ebfdf3765444f1e135f8c', [skip, file('a.png')]],
  [
    'twitter (Ruby)',
    '---------------------1c514b5dee5f021e189c99c63ba9b91ac00d5d536a',
    [skip, text('include_entities', 'false'), file('a.png', PNG)],
  ],
  [
    'twitter (Ruby), a StringIO: said to be a video',
    '---------------------1c514b5dee5f021e189c99c63ba9b91ac00d5d536a',
    [image(disposition('name="image"'), 'Content-Type: video/mp4')],
  ],
  [
    'twurl: a comma before the boundary',
    TWURL,
    [file('a.png', OCTETS)],
    { type: `multipart/form-data, boundary="${TWURL}"` },
  ],
  [
    'twurl -b: base64 as transfer encoding',
    TWURL,
    [skip, { ...file('a.png', OCTETS, 'Content-Transfer-Encoding: base64'), value: BASE64_LINES }],
    { type: `multipart/form-data, boundary="${TWURL}"` },
  ],
  [
    'Twitter::API (Perl): charset before the boundary',
    'xYzZY',
    [skip, file('a.png', PNG)],
    { type: 'multipart/form-data; charset=utf-8; boundary=xYzZY' },
  ],
  ['Net::Twitter (Perl)', 'xYzZY', [skip, file('a.png', PNG)]],
  ['codebird-js (read): base64 as text', '--------------------Codebird1795301390', [text('image', BASE64), skip]],
  [
    'tmhOAuth on PHP 7: the name of the file instead of the file',
    '------------------------5178bcdedd03f5d9',
    [text('image', '@photos/a.png;type=image/png;filename=a.png'), text('skip_status', '1')],
  ],
  [
    'Twitter4J (read): an empty line after the end',
    '----Twitter4J-upload1795301390123',
    [file('image', OCTETS), text('tweet_mode', 'extended', 'Content-Type: text/plain; charset=UTF-8')],
    { after: '\r\n\r\n' },
  ],
  [
    'Tweetinvi (read; .NET): a quoted boundary, an unquoted name, filename*',
    GUID,
    [image(OCTETS, disposition("name=image; filename=0; filename*=utf-8''0"))],
    { type: `multipart/form-data; boundary="${GUID}"` },
  ],
  [
    'LinqToTwitter (read; .NET): flags as parts',
    GUID,
    [unquoted(typeFirst(text('skip_status', 'true', PLAIN))), typeFirst(unquoted(file('a.png', PNG)))],
    { type: `multipart/form-data; boundary="${GUID}"` },
  ],
  [
    'CoreTweet (read; .NET): no space in the type, no line end at the end',
    '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
    [typeFirst(file('file', OCTETS))],
    { type: 'multipart/form-data;boundary=0a1b2c3d4e5f60718293a4b5c6d7e8f9', after: '' },
  ],
  [
    'Penicillin (read; Ktor): 70 characters, nothing quoted',
    '-4b4c1d2e-1f3a5b7c9d-6e8f0a1b2c3d4e5f60718293a4b5c6d7e8f90102030405060',
    [unquoted(file('blob', OCTETS)), unquoted(text('skip_status', 'true', 'Content-Length: 4'))],
  ],
  [
    'a much-copied PHP script (read): a semicolon at the end, no filename, no type',
    '------------------------8f3a1c',
    [image('Content-Disposition: form-data; name="image"; ')],
  ],
];

const framing = (dialect: Framing['dialect'], [client, boundary, parts, quirks]: Row): Framing => {
  const { type = `multipart/form-data; boundary=${boundary}`, before = '', after = '\r\n' } = quirks ?? {};
  const framed = parts.map(({ headers, value }) => [`--${boundary}`, ...headers, '', value, ''].join('\r\n'));
  const body = `${before}${framed.join('')}--${boundary}--${after}`;
  return {
    client,
    dialect,
    contentType: type,
    boundary,
    body: (picture) => aroundPicture(body, picture),
    says: (picture) => parts.map(({ says }) => standIns(says, picture)),
  };
};

export const FRAMINGS: Framing[] = [
  ...SLACK.map((row) => framing('slack', row)),
  ...TWITTER.map((row) => framing('twitter', row)),
];
