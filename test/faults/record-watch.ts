import { versionOf } from '../../lambdas/core/change.ts';
import { uploadIdOf } from '../../lambdas/core/object-keys.ts';
import type { User } from '../../lambdas/core/user.ts';
import { type Change, next, type Shown } from './change-model.ts';
import type { Onlooker } from './fault-world.ts';
import type { Picture } from './history.ts';
import { keysUnder } from './read-state.ts';
import { STORED } from './test-pictures.ts';
import type { WireCall } from './wire-call.ts';

interface KnownUpload {
  id: string;
  userId: string;
  number: number;
  /** Of the raw file; absent where its name has none. */
  digest?: string;
}

export interface WatchedUser {
  record: User;
  model: Shown;
  /** Who took each number, and what for. */
  taken: Map<number, { kind: Change['kind']; actor: string }>;
  /** Numbers of changes that have been shown. */
  shown: Set<number>;
}

/**
 * Looks at every write to a record or a public bucket right after it, whoever made it and whether or not they learn of
 * it. Notes, in words, what must not be.
 */
export function recordWatch(outside: Onlooker, pictures: Record<Picture, Buffer>) {
  const users = new Map<string, WatchedUser>();
  const uploads = new Map<string, KnownUpload>();
  /** By upload id, known by the raw file's bytes. */
  const pictureOf = new Map<string, Picture>();
  /** By the raw file's name, since two may come by one ticket. */
  const pictureOfFile = new Map<string, Picture>();
  const broken: string[] = [];
  /** What each actor is doing. */
  const doing = new Map<string, Change['kind']>();
  /** The version that each actor last asked to restore. */
  const wanted = new Map<string, string>();
  const { outputs, stores } = outside;
  let listener: ((actor: string, call: WireCall) => void) | undefined;

  const uploadOfVersion = (version: string) => [...uploads.values()].find(({ id }) => versionOf(id) === version);

  async function recordChanged(actor: string, id: string): Promise<void> {
    const watched = users.get(id);
    const after = await stores.users.get(id);
    if (watched === undefined || after === undefined) return;
    const before = watched.record;
    watched.record = after;
    if (after.seq < before.seq || after.shown < before.shown || after.shown > after.seq) {
      broken.push(`counters went from ${before.seq}/${before.shown} to ${after.seq}/${after.shown}`);
    }
    if (after.seq > before.seq) watched.taken.set(after.seq, { kind: doing.get(actor) ?? 'set', actor });
    const shows = shownOf(after);
    if (after.shown !== before.shown) {
      watched.shown.add(after.shown);
      watched.model = next(watched.model, changeOf(watched, id, after.shown));
    }
    if (JSON.stringify(shows) !== JSON.stringify(watched.model)) {
      broken.push(`change ${after.shown} shows ${said(shows)} instead of ${said(watched.model)}`);
      watched.model = shows;
    }
    await namedIsThere(id);
  }

  function changeOf({ taken }: WatchedUser, userId: string, number: number): Change {
    const { kind, actor } = taken.get(number) ?? { kind: 'set', actor: '' };
    if (kind === 'restore') return { kind, version: wanted.get(actor) ?? '' };
    if (kind !== 'set') return { kind };
    const upload = [...uploads.values()].find((one) => one.userId === userId && one.number === number);
    return { kind, version: upload === undefined ? `of no upload row (${number})` : versionOf(upload.id) };
  }

  async function namedIsThere(userId: string): Promise<void> {
    const { model, record } = users.get(userId) ?? {};
    // An erased user's record still names photos, which nobody is shown. It goes when all else is gone.
    if (model === undefined || record?.state === 'erased') return;
    const { photo, history } = model;
    const named = [photo, ...history].filter((version) => version !== undefined);
    if (named.length === 0) return;
    const keys = new Set(await keysUnder(outside, 'BucketPhotos', `${userId}/`));
    for (const version of named) {
      const upload = uploadOfVersion(version);
      const picture = upload && pictureOf.get(upload.id);
      const isWhole = picture && STORED[picture].every((name) => keys.has(`${userId}/${version}/${name}`));
      if (!isWhole) broken.push(`the record of ${userId} names ${version}, whose objects are not all there`);
    }
  }

  /** The row of an accepted upload: there is one, and it stays as it was. */
  function noteRow(item: Record<'id' | 'user_id', { S: string }> & { number: { N: string }; digest?: { S: string } }) {
    const id = item.id.S;
    const digest = item.digest?.S;
    if (uploads.has(id)) broken.push(`upload ${id} has a second row`);
    uploads.set(id, { id, userId: item.user_id.S, number: Number(item.number.N), ...(digest && { digest }) });
    const picture = digest === undefined ? undefined : pictureOfFile.get(`${id}.${digest}`);
    if (digest !== undefined && picture === undefined) broken.push(`upload ${id} has a row, and its file is not there`);
    if (picture !== undefined) pictureOf.set(id, picture);
  }

  return {
    users,
    uploads,
    pictureOf,
    broken,
    doing,
    wanted,

    /** Begins to watch a user who was just made. */
    async begin(record: User) {
      users.set(record.id, { record, model: shownOf(record), taken: new Map(), shown: new Set() });
    },

    clear() {
      users.clear();
      uploads.clear();
      pictureOf.clear();
      pictureOfFile.clear();
      broken.length = 0;
    },

    /** Only one listener at a time hears of the effects. */
    listen(told: typeof listener) {
      listener = told;
    },

    async effect(actor: string, call: WireCall): Promise<void> {
      await this.note(actor, call);
      listener?.(actor, call);
    },

    async note(actor: string, call: WireCall): Promise<void> {
      const { operation, resource } = call;
      if (call.service === 'dynamodb' && resource === outputs.TableUsers) {
        const id = /"user#(\d+)"/.exec(call.body.toString('utf8'))?.[1];
        if (operation === 'UpdateItem' && id !== undefined) await recordChanged(actor, id);
      }
      if (operation === 'PutItem' && resource === outputs.TableUploads) {
        const { Item } = JSON.parse(call.body.toString('utf8'));
        // A ticket has no number.
        if (Item.number !== undefined) noteRow(Item);
      }
      if (operation === 'PutObject' && resource === outputs.BucketRaw) {
        const [picture] = (Object.keys(pictures) as Picture[]).filter((name) => pictures[name].equals(call.body));
        if (picture === undefined || picture === 'broken') broken.push(`${call.key} is kept, and is ${picture}`);
        else {
          pictureOfFile.set(fileOf(call.key), picture);
          // The row says which of two files it is.
          if (!fileOf(call.key).includes('.')) pictureOf.set(uploadIdOf(call.key), picture);
        }
      }
      if (operation === 'PutObject' && resource === outputs.BucketPhotos) {
        const [, version = ''] = call.key.split('/');
        const upload = uploadOfVersion(version);
        const picture = upload && pictureOf.get(upload.id);
        if (picture === undefined || STORED[picture].length === 0) {
          broken.push(`${call.key} is public, of a picture that is ${picture ?? 'nobody’s'}`);
        }
      }
      if (operation === 'DeleteObjects' && resource === outputs.BucketPhotos) {
        const id = /<Key>(\d+)\//.exec(call.body.toString('utf8'))?.[1];
        if (id !== undefined) await namedIsThere(id);
      }
    },
  };
}

export type RecordWatch = ReturnType<typeof recordWatch>;

const fileOf = (key: string): string => key.split('/').at(-1) ?? '';

const shownOf = ({ photo, history }: User): Shown => ({
  ...(photo && { photo: photo.version }),
  history: history.map(({ version }) => version),
});

const said = ({ photo, history }: Shown): string => `${photo ?? 'nothing'} [${history.join(' ')}]`;
