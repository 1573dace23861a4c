import { type Answer, ask, saying, setBySlack, setByTwitter, setByV1, untilShown } from './call-api.ts';
import { type Check, type Finding, fail, ok, warn } from './check.ts';
import { type DoctorContext, makePerson, type Person, peopleOf } from './context.ts';
import { putImports } from './imports.ts';
import { differenceOf, FORMATS, type Format, type Made, MORE_FORMATS, makePicture } from './pictures.ts';

/** OAuth's timestamps and AWS's signatures are valid within five minutes. Half of that will soon be more. */
const MAX_SKEW_SECONDS = 300;
const WARN_SKEW_SECONDS = 60;

/** The service answers, lets the doctor's users in, and shows what they send in every format. */
export const PHOTOS: Check[] = [
  {
    name: 'doctor-health',
    group: 'photos',
    meaning: 'Nobody reaches the API.',
    next: 'Is the stack deployed, and the DNS record there? Then the logs of OnRead and of the APIs.',
    async run({ url }) {
      const answer = await ask(`${url}/v1/health`);
      return answer.status === 200 && answer.json?.status === 'ok' ? ok(url) : fail(saying(answer));
    },
  },
  {
    name: 'doctor-clock',
    group: 'photos',
    meaning: "This machine's clock is off, so its signed requests are refused.",
    next: "Set this machine's clock by NTP.",
    async run({ url }) {
      const answer = await ask(`${url}/v1/health`);
      const date = answer.headers.get('date');
      if (date === null) return warn('the answer has no Date');
      const seconds = Math.round(Math.abs(Date.now() - Date.parse(date)) / 1000);
      const said = `${seconds} s apart`;
      return seconds > MAX_SKEW_SECONDS ? fail(said) : seconds > WARN_SKEW_SECONDS ? warn(said) : ok(said);
    },
  },
  {
    name: 'doctor-users',
    group: 'photos',
    meaning: 'No user can be made.',
    next: 'You need dynamodb:GetItem, PutItem and UpdateItem on the tables, and secretsmanager:GetSecretValue on the master secret.',
    async run(context) {
      const [main, folder, listed] = [
        await makePerson('a', context),
        await makePerson('b', context),
        await makePerson('c', context),
      ];
      context.people = { main, folder, listed };
      // It takes a while; everything else goes on meanwhile.
      await putImports(context);
      context.eventsListener = await listen(context);
      return ok(main.screenName);
    },
  },
];

const API_NAMES = { slack: "Slack's API", twitter: "Twitter's API", v1: 'Our own API' };
type Api = keyof typeof API_NAMES;

/** A photo by each API, in every format that it takes. */
export const SETS: Check[] = (
  [
    ['slack', FORMATS],
    ['twitter', FORMATS],
    ['v1', [...FORMATS, ...MORE_FORMATS]],
  ] as const
).flatMap(([api, formats], group) =>
  formats.map((format, index) => setCheck(api, format, group * FORMATS.length + index)),
);

/** Before the first photo. When it fails, the check of events says so. */
async function listen({ run, list, listener }: DoctorContext): Promise<string | Error> {
  const name = `headshot-doctor-${run}`;
  list.add({ kind: 'listener', name });
  return listener.open(name).then(
    () => name,
    (error: Error) => error,
  );
}

function setCheck(api: Api, format: Format, turn: number): Check {
  return {
    name: `doctor-${api}-${format}`,
    group: 'photos',
    meaning: `${API_NAMES[api]} does not show ${format === 'avif' ? 'an' : 'a'} ${format.toUpperCase()} as sent.`,
    next: 'Refused: the answer says why. Not shown: `headshot dlq list`, the mapping of the queue `jobs`, the log of OnJob.',
    async run(context) {
      if (!hasApi(context, api)) return ok('this deployment has no such API');
      if (!(await isTaken(context.url, api, format))) return ok('this deployment takes none');
      const { main } = peopleOf(context);
      const made = await makePicture(format, turn);
      const { answer, photo, sizes } = await SET[api](context.url, main, made.bytes, format);
      if (photo === undefined) return fail(saying(answer));
      const finding = await comparePhoto(photo, sizes, made, context);
      if (finding.verdict === 'ok') context.shown = { made, url: photo };
      return finding;
    },
  };
}

/**
 * The photo of an answer: its URL without a size (a stem, `*` and an extension), and the sizes that the API's clients
 * use.
 */
type Set = (
  url: string,
  person: Person,
  bytes: Buffer,
  format: Format,
) => Promise<{ answer: Answer; photo: string | undefined; sizes: string[] }>;

const SET: Record<Api, Set> = {
  async slack(url, person, bytes) {
    const answer = await setBySlack(url, person, bytes);
    return { answer, photo: slackUrl(answer.json), sizes: ['512', '192', '48', '24'] };
  },
  async twitter(url, person, bytes) {
    const answer = await setByTwitter(url, person, bytes);
    return { answer, photo: twitterUrl(answer.json), sizes: ['400x400', 'bigger', 'normal', 'mini'] };
  },
  // It names every picture that there is.
  async v1(url, person, bytes, format) {
    const answer = await setByV1(url, person, bytes, { 'content-type': `image/${format}` });
    return { answer, photo: v1Url(answer.json), sizes: Object.keys(v1Urls(answer.json)) };
  },
};

/** HEIC is a setting. Other formats are there for everybody. */
async function isTaken(url: string, api: Api, format: Format): Promise<boolean> {
  if (format !== 'heic') return true;
  const { json } = await ask(`${url}/v1/limits`);
  return (json?.sources as Record<string, { formats: string[] }> | undefined)?.[api]?.formats.includes(format) === true;
}

/** Our own is always there. */
export const hasApi = ({ target }: DoctorContext, api: Api): boolean =>
  api === 'v1' || target.outputs[api === 'slack' ? 'UrlSlack' : 'UrlTwitter'] !== undefined;

/** URLs without their size: a stem, `*` and an extension. */
export function slackUrl(json: Record<string, unknown> | undefined): string | undefined {
  const profile = json?.ok === true ? (json.profile as Record<string, unknown>) : undefined;
  const url = profile?.image_24;
  return typeof url === 'string' ? url.replace(/_24(\.\w+)$/, '_*$1') : undefined;
}

export function twitterUrl(json: Record<string, unknown> | undefined): string | undefined {
  const url = json?.profile_image_url_https;
  return typeof url === 'string' ? url.replace(/_normal(\.\w+)$/, '_*$1') : undefined;
}

const v1Urls = (json: Record<string, unknown> | undefined): Record<string, string> =>
  (json?.photo as { urls?: Record<string, string> } | undefined)?.urls ?? {};

export const v1Url = (json: Record<string, unknown> | undefined): string | undefined =>
  v1Urls(json).original?.replace('_original.', '_*.');

/** Every size shows the four colours that were sent. */
async function comparePhoto(photo: string, sizes: string[], made: Made, context: DoctorContext): Promise<Finding> {
  if (!photo.includes('*')) return fail(`the answer names ${photo}`);
  for (const size of sizes) {
    const url = photo.replace('*', size);
    const answer = await untilShown(
      context,
      () => ask(url),
      ({ status }) => status === 200,
    );
    if (answer.status !== 200) return fail(`${answer.status} for ${new URL(url).pathname}, not shown`);
    const difference = await differenceOf(answer.body, made);
    if (difference !== undefined) return fail(`${new URL(url).pathname}: ${difference}`);
  }
  return ok(`${sizes.length} sizes show what was sent`);
}
