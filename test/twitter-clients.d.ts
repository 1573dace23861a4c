/** The parts that the tests use of clients that ship no types. */
declare module 'twit' {
  interface Reply {
    data: { id_str: string; profile_image_url_https: string; errors?: { code: number }[] };
    resp: { statusCode: number };
  }
  export default class Twit {
    constructor(keys: {
      consumer_key: string;
      consumer_secret: string;
      access_token: string;
      access_token_secret: string;
    });
    post(path: string, parameters: Record<string, string>): Promise<Reply>;
    get(path: string, parameters: Record<string, string>): Promise<Reply>;
  }
}

declare module 'twit/lib/endpoints.js' {
  const endpoints: { REST_ROOT: string };
  export default endpoints;
}

declare module 'twitter' {
  interface User {
    id_str: string;
    profile_image_url_https: string;
  }
  export default class Twitter {
    constructor(options: Record<string, unknown>);
    post(path: string, parameters: Record<string, string>): Promise<User>;
    get(path: string, parameters: Record<string, string>): Promise<User>;
  }
}
