import { EMAIL_DIGESTS, type EmailDigest, emailHash } from '../../lambdas/core/avatar.ts';
import { ask, bearer, saying } from './call-api.ts';
import { type Check, type Finding, fail, ok } from './check.ts';
import { type DoctorContext, type Person, peopleOf, shownOf } from './context.ts';
import { differenceOf } from './pictures.ts';

/**
 * A size for each check: the CDN keeps an avatar for five minutes, so a deletion is checked at a URL that nobody has
 * asked for yet.
 */
const SIZES = { shown: 192, gone: 72 };

const OFF = 'avatars are off';
const isOn = ({ connection }: DoctorContext): boolean => connection.hasAvatars;

/** A photo that is shown is found by the hashes of its owner's e-mail address. */
export const AVATARS: Check[] = [
  {
    name: 'doctor-avatar',
    group: 'photos',
    meaning: 'A photo does not show at `/avatar/<hash of the e-mail address>`.',
    next: 'No hash on record: `headshot sweep` gives one to older users. Else the log of OnAvatar, its throttle (429), the behaviour `/avatar/*`.',
    async run(context) {
      if (!isOn(context)) return ok(OFF);
      const { main } = peopleOf(context);
      const { made } = shownOf(context);
      for (const digest of EMAIL_DIGESTS) {
        const answer = await ask(addressOf(context, main, digest, `?s=${SIZES.shown}&d=404`));
        if (answer.status !== 200) return fail(`${digest}: ${saying(answer)}; ${await hashOnRecord(context, main)}`);
        const difference = await differenceOf(answer.body, made).catch((error: Error) => error.message);
        if (difference !== undefined) return fail(`${digest}: another picture: ${difference}`);
      }
      return ok(`the photo, by ${EMAIL_DIGESTS.join(' and ')}`);
    },
  },
];

/** When it is deleted, it is not. */
export const AVATAR_GONE: Check = {
  name: 'doctor-avatar-gone',
  group: 'changes',
  meaning: 'A deleted photo still shows at `/avatar/<hash of the e-mail address>`, or no default does.',
  next: 'The photo: `doctor-delete` first. The default: the distribution must pass `d` on. Then the log of OnAvatar.',
  async run(context) {
    if (!isOn(context)) return ok(OFF);
    const { main } = peopleOf(context);
    const { json } = await ask(`${context.url}/v1/photo`, { headers: bearer(main) });
    if (json?.photo !== null) return { verdict: 'warn', detail: 'not looked at: no photo was deleted' };
    for (const digest of EMAIL_DIGESTS) {
      const finding = await withoutPhoto(context, main, digest);
      if (finding.verdict !== 'ok') return finding;
    }
    return ok('404 where it is asked for, else the default');
  },
};

async function withoutPhoto(context: DoctorContext, person: Person, digest: EmailDigest): Promise<Finding> {
  const at = (query: string) => ask(addressOf(context, person, digest, `?s=${SIZES.gone}&${query}`));
  const [forced, by404, drawn] = [await at('d=mp&f=y'), await at('d=404'), await at('d=mp')];
  if (forced.status !== 200) return fail(`${digest}: no default: ${saying(forced)}`);
  for (const answer of [by404, drawn])
    if (answer.status === 200 && !answer.body.equals(forced.body)) return fail(`${digest}: the photo is still there`);
  if (by404.status === 200) return fail(`${digest}: the default, though d=404 was asked for`);
  if (by404.status !== 404) return fail(`${digest}, d=404: ${saying(by404)}`);
  return drawn.status === 200 ? ok('') : fail(`${digest}: no default: ${saying(drawn)}`);
}

const addressOf = ({ url }: DoctorContext, { email = '' }: Person, digest: EmailDigest, query: string): string =>
  `${url}/avatar/${emailHash(email, digest)}${query}`;

/** What is missing when nothing is shown: the hash of the user, or the way from it to the photo. */
async function hashOnRecord({ connection }: DoctorContext, { email = '', id }: Person): Promise<string> {
  const isThere = await connection.users.hasEmailHashes(email, id);
  return isThere ? 'the hash is on record' : 'the hash is not on record';
}
