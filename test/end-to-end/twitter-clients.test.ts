import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Twit from 'twit';
import twitEndpoints from 'twit/lib/endpoints.js';
import Twitter from 'twitter';
import { TwitterApi } from 'twitter-api-v2';
import TwitterLite from 'twitter-lite';
import { jpeg, photoLike, png, RED, solid } from '../pictures.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** Unmodified clients from npm set a photo and read it back; each is only told another address, in the way that it has for that. */
let world: World;
let file: Buffer;

beforeAll(async () => {
  world = await sharedWorld();
  file = await jpeg({ picture: photoLike(500, 500) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

interface Client {
  setPhoto(bytes: Buffer): Promise<{ id_str: string }>;
  show(userId: string): Promise<{ profile_image_url_https: string }>;
}

const keysOf = ({ twitter }: Awaited<ReturnType<World['newUser']>>) => ({
  consumer_key: twitter.consumerKey,
  consumer_secret: twitter.consumerSecret,
  access_token: twitter.accessToken,
  access_token_secret: twitter.accessTokenSecret,
});
type Keys = ReturnType<typeof keysOf>;

const CLIENTS: Record<string, (keys: Keys) => Client> = {
  'twitter-api-v2': (keys) => {
    const v1 = new TwitterApi(
      {
        appKey: keys.consumer_key,
        appSecret: keys.consumer_secret,
        accessToken: keys.access_token,
        accessSecret: keys.access_token_secret,
      },
      // It speaks https unless it is given an agent.
      { httpAgent: new Agent() },
    ).v1;
    (v1 as unknown as { setPrefix(prefix: string): void }).setPrefix(`${world.url}/1.1/`);
    return { setPhoto: (bytes) => v1.updateAccountProfileImage(bytes), show: (user_id) => v1.user({ user_id }) };
  },
  twit: (keys) => {
    // It asks every socket for its certificate, and has none to ask over plain HTTP.
    Object.assign(Socket.prototype, { getPeerCertificate: () => undefined });
    twitEndpoints.REST_ROOT = `${world.url}/1.1/`;
    const twit = new Twit(keys);
    return {
      setPhoto: async (bytes) =>
        (await twit.post('account/update_profile_image', { image: bytes.toString('base64') })).data,
      show: async (user_id) => (await twit.get('users/show', { user_id })).data,
    };
  },
  twitter: (keys) => {
    const twitter = new Twitter({ ...keys, access_token_key: keys.access_token, rest_base: `${world.url}/1.1` });
    return {
      setPhoto: (bytes) => twitter.post('account/update_profile_image', { image: bytes.toString('base64') }),
      show: (user_id) => twitter.get('users/show', { user_id }),
    };
  },
  'twitter-lite': (keys) => {
    // Its types are those of an ES module, which it is not.
    const Lite = TwitterLite as unknown as typeof TwitterLite.default;
    const lite = new Lite({ ...keys, access_token_key: keys.access_token });
    (lite as unknown as { url: string }).url = `${world.url}/1.1`;
    return {
      setPhoto: (bytes) => lite.post('account/update_profile_image', { image: bytes.toString('base64') }),
      show: (user_id) => lite.get('users/show', { user_id }),
    };
  },
};

describe.each(Object.entries(CLIENTS))('%s', (_name, open) => {
  test('sets a photo and reads it back', async () => {
    const user = await world.newUser();
    const client = open(keysOf(user));
    const before = await client.show(user.id);
    expect((await client.setPhoto(file)).id_str).toBe(user.id);
    const after = await eventually(
      () => client.show(user.id),
      (seen) => seen.profile_image_url_https !== before.profile_image_url_https,
    );
    expect(after.profile_image_url_https).toMatch(/_normal\.jpg$/);
    expect((await fetch(after.profile_image_url_https.replace('_normal', '_400x400'))).status).toBe(200);
  });

  test('sees a refusal as one', async () => {
    const client = open(keysOf(await world.newUser()));
    await expect(client.setPhoto(Buffer.from('this is no picture, whatever it says'))).rejects.toBeDefined();
  });

  test('sees a refusal of the gateway as one', async () => {
    const client = open(keysOf(await world.newUser()));
    const large = Buffer.concat([await png({ picture: solid(8, 8, RED) }), Buffer.alloc(4_600_000, 7)]);
    await expect(client.setPhoto(large)).rejects.toBeDefined();
  });
});
