import type { DemoUser } from './demo-user.ts';
import { PEOPLE } from './identity-provider/people.ts';
import type { Running } from './running-file.ts';

/** What a person or a program needs to know of a laptop run. */
interface Ready {
  url: string;
  /** The page, with the demo user signed in. */
  page: string;
  /** What each API's paths are appended to. */
  bases: { slack: string; twitter: string; v1: string };
  data: string;
  /** Of the laptop's own provider, with `--oidc`; `people` may sign in there. */
  identity_provider?: { issuer: string; people: string[]; administrators: string[] };
  demo_user: DemoUser;
  /** A request to each API, to paste in the project's folder, where there is a `photo.jpg`. */
  curls: { slack: string; twitter: string; v1: string };
}

export function readyBlock({ url }: Pick<Running, 'url'>, dataDir: string, user: DemoUser, issuer?: string): Ready {
  const bases = { slack: `${url}/api/`, twitter: `${url}/1.1/`, v1: `${url}/v1/` };
  const image = `${bases.twitter}account/update_profile_image.json`;
  const bearer = `-H 'Authorization: Bearer ${user.slack.token}'`;
  return {
    url,
    page: `${url}/`,
    bases,
    data: dataDir,
    demo_user: user,
    ...(issuer !== undefined && { identity_provider: { issuer, ...SIGN_INS } }),
    curls: {
      slack: `curl -F image=@photo.jpg ${bearer} ${bases.slack}users.setPhoto`,
      // An OAuth signature is valid for one request and five minutes, so it is made when the line runs.
      twitter: `curl -F image=@photo.jpg -H "Authorization: $(npm run -s headshot -- oauth-header ${user.screen_name} POST ${image})" ${image}`,
      v1: `curl -F image=@photo.jpg -H 'Prefer: wait=5' ${bearer} ${bases.v1}photo`,
    },
  };
}

const SIGN_INS = {
  people: PEOPLE.filter(({ groups }) => groups.length === 0).map(({ name }) => name),
  administrators: PEOPLE.filter(({ groups }) => groups.length > 0).map(({ name }) => name),
};

/** For a person. Scripts look for the first line. */
export const readyText = ({ url, page, bases, data, demo_user, curls, identity_provider }: Ready): string =>
  `headshot ready at ${url} (Ctrl-C stops)

  page         ${page} (${identity_provider ? signInLine(identity_provider) : `signed in as ${demo_user.screen_name}`})
  Slack's API  ${bases.slack}
  Twitter's    ${bases.twitter}
  our own      ${bases.v1}
  credentials  npm run -s headshot -- users token ${demo_user.screen_name}
  data         ${data}

${curls.slack}
${curls.twitter}
${curls.v1}
`;

const signInLine = ({ issuer, people, administrators }: NonNullable<Ready['identity_provider']>): string =>
  `sign in at ${issuer} as ${people.join(' or ')}, or as the administrator ${administrators.join(' or ')}`;
