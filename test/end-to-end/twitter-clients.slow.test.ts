import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchedPackages } from '../fetched-packages.ts';
import { jpeg, photoLike, png, RED, solid } from '../pictures.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** Unmodified clients from npm set a photo and read it back; each is only told another address, in the way that it has for that. */
let world: World;
let file: Buffer;
let load: (name: string) => unknown;

beforeAll(async () => {
  load = await fetchedPackages(join(import.meta.dirname, '../strangers/twitter'));
  world = await sharedWorld();
  file = await jpeg({ picture: photoLike(500, 500) });
}, 120_000);
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

/** As much as `twit`, `twitter` and `twitter-lite` have in common, which is what they call in the same words. */
interface Plain {
  post(path: string, parameters: Record<string, string>): Promise<{ id_str: string }>;
  get(path: string, parameters: Record<string, string>): Promise<{ profile_image_url_https: string }>;
}
type PlainClass = new (options: Record<string, unknown>) => Plain;

const byPath = (client: Plain): Client => ({
  setPhoto: (bytes) => client.post('account/update_profile_image', { image: bytes.toString('base64') }),
  show: (user_id) => client.get('users/show', { user_id }),
});

const CLIENTS: Record<string, (keys: Keys) => Client> = {
  'twitter-api-v2': (keys) => {
    const { TwitterApi } = load('twitter-api-v2') as {
      TwitterApi: new (
        keys: Record<string, string>,
        options: { httpAgent: Agent },
      ) => {
        v1: {
          setPrefix(prefix: string): void;
          updateAccountProfileImage: Client['setPhoto'];
          user(query: { user_id: string }): ReturnType<Client['show']>;
        };
      };
    };
    const { v1 } = new TwitterApi(
      {
        appKey: keys.consumer_key,
        appSecret: keys.consumer_secret,
        accessToken: keys.access_token,
        accessSecret: keys.access_token_secret,
      },
      // It speaks https unless it is given an agent.
      { httpAgent: new Agent() },
    );
    v1.setPrefix(`${world.url}/1.1/`);
    return { setPhoto: (bytes) => v1.updateAccountProfileImage(bytes), show: (user_id) => v1.user({ user_id }) };
  },
  twit: (keys) => {
    // It asks every socket for its certificate, and has none to ask over plain HTTP.
    Object.assign(Socket.prototype, { getPeerCertificate: () => undefined });
    Object.assign(load('twit/lib/endpoints.js') as object, { REST_ROOT: `${world.url}/1.1/` });
    const Twit = load('twit') as new (
      keys: Keys,
    ) => {
      [verb in keyof Plain]: (...of: Parameters<Plain[verb]>) => Promise<{ data: Awaited<ReturnType<Plain[verb]>> }>;
    };
    const twit = new Twit(keys);
    return byPath({
      post: async (...call) => (await twit.post(...call)).data,
      get: async (...call) => (await twit.get(...call)).data,
    });
  },
  twitter: (keys) => {
    const Twitter = load('twitter') as PlainClass;
    return byPath(new Twitter({ ...keys, access_token_key: keys.access_token, rest_base: `${world.url}/1.1` }));
  },
  'twitter-lite': (keys) => {
    const Lite = load('twitter-lite') as PlainClass;
    const lite = new Lite({ ...keys, access_token_key: keys.access_token });
    return byPath(Object.assign(lite, { url: `${world.url}/1.1` }));
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
