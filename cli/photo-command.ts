import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { DEFAULT_SERVICE_LIMITS } from '../lambdas/core/service-limits.ts';
import { storedFilePolicy } from '../lambdas/core/upload-policy.ts';
import type { User } from '../lambdas/core/user.ts';
import { v1Refusal } from '../lambdas/edge/v1/error-messages.ts';
import { accept } from '../lambdas/flow/accept.ts';
import { deletePhoto } from '../lambdas/flow/delete-photo.ts';
import { restorePhoto } from '../lambdas/flow/restore-photo.ts';
import { undoPhoto } from '../lambdas/flow/undo-photo.ts';
import { shownWaiter } from '../lambdas/flow/upload-status.ts';
import { sqsClient } from '../lambdas/store/aws-clients.ts';
import { jobQueue } from '../lambdas/store/job-queue.ts';
import { cannotRead } from './cannot-read.ts';
import { target as chosenTarget } from './choose-target.ts';
import { connectPhotos } from './connect-photos.ts';
import { photosOf } from './photo-summary.ts';
import { type PrintOptions, print, printTable } from './print.ts';
import { output } from './target.ts';
import { mustFindUser, userArgument } from './user-argument.ts';
import { UserError } from './user-error.ts';

/** How long to wait until a photo is shown. */
const MAX_WAIT_MS = 10_000;

/** `headshot photo …`: what people do with their own photo by `/v1/photo`, done for them. */
export const photoCommand = (): Command =>
  new Command('photo')
    .description("Set, show, undo, restore or delete a user's photo.")
    .addCommand(
      change('set', 'Set a photo and wait until it is shown. JPEG, PNG, GIF, WebP, AVIF or HEIC.', setFor).argument(
        '<file>',
        'the picture',
      ),
    )
    .addCommand(showCommand())
    .addCommand(change('undo', 'Go back to the photo before. The one it replaces is deleted.', undoFor))
    .addCommand(
      change('restore', 'Show an earlier photo again. The one it replaces is kept.', restoreFor).argument(
        '<version>',
        'see: headshot photo show',
      ),
    )
    .addCommand(change('delete', 'Delete the photo and the earlier ones. Nothing brings them back.', deleteFor));

const showCommand = (): Command =>
  new Command('show')
    .description("List a user's photo and the earlier ones that can be restored.")
    .addArgument(userArgument())
    .action(async (called: string, given: PrintOptions) => {
      const user = await mustFindUser(called, connectPhotos());
      const said = summary(user);
      const { photo, history } = said;
      if (given.json || photo === null) return print(said, given, shownText(said));
      printTable(
        ['VERSION', 'STATE', 'PIXELS', 'TYPE', 'PUBLISHED'],
        [photo, ...history].map(({ version, width_px, height_px, media_type, published_at }) => [
          version,
          version === photo.version ? 'shown' : 'earlier',
          `${width_px}x${height_px}`,
          media_type,
          published_at,
        ]),
      );
    });

const summary = (user: User) => ({ user_id: user.id, screen_name: user.screenName, ...photosOf(user) });

const shownText = ({ screen_name, photo }: ReturnType<typeof summary>): string =>
  `${screen_name} shows ${photo === null ? 'no photo' : `photo ${photo.version}`}`;

type Change = (user: User, service: Service, argument: string) => Promise<void>;
type Service = ReturnType<typeof connectChange>;

const connectChange = () => ({
  ...connectPhotos(),
  jobs: jobQueue(sqsClient(), output(chosenTarget(), 'QueueJobs')),
  retentionDays: Number(output(chosenTarget(), 'RetentionDays')),
});

/** @param act gets the words after the user, where the command takes any */
function change(name: string, description: string, act: Change): Command {
  return new Command(name)
    .description(description)
    .addArgument(userArgument())
    .action(async (called: string, ...more: unknown[]) => {
      const argument = typeof more[0] === 'string' ? more[0] : '';
      const given = more.find((one) => typeof one === 'object') as PrintOptions;
      const service = connectChange();
      const user = await mustFindUser(called, service);
      if (user.state !== 'active') {
        throw new UserError(`${user.screenName} is ${user.state}; first: headshot users activate ${user.screenName}`);
      }
      await act(user, service, argument);
      const changed = summary((await service.users.get(user.id)) ?? { ...user, photo: undefined, history: [] });
      print(changed, given, shownText(changed));
    });
}

async function setFor(user: User, service: Service, file: string): Promise<void> {
  const bytes = await readFile(file).catch(cannotRead(file));
  const wanted = {
    uploadId: randomUUID(),
    userId: user.id,
    source: 'v1',
    // No gateway lies between.
    policy: storedFilePolicy(DEFAULT_SERVICE_LIMITS.policies.v1),
    bytes,
    acceptedAt: new Date().toISOString(),
    retentionDays: service.retentionDays,
  } as const;
  const done = await accept(wanted, service);
  if (!done.ok) {
    const { title, detail = title } = JSON.parse(String(v1Refusal(done.refusal).body));
    throw new UserError(`${file} is refused: ${detail}`);
  }
  const { number, uploadId } = done.value;
  // This machine's waits take no place from a worker, however many jobs there are.
  const awaitShown = shownWaiter(service, Number.POSITIVE_INFINITY);
  if ((await awaitShown(user.id, number, MAX_WAIT_MS)) === undefined) {
    throw new UserError(
      `the photo is stored, but not shown after ${MAX_WAIT_MS / 1000} s; see: headshot dlq list (upload ${uploadId})`,
    );
  }
}

async function undoFor(user: User, service: Service): Promise<void> {
  if ((await undoPhoto(user.id, new Date().toISOString(), service)) === undefined) {
    throw new UserError(`${user.screenName} has no earlier photo`);
  }
}

async function restoreFor(user: User, service: Service, version: string): Promise<void> {
  const restored = await restorePhoto(user.id, version, new Date().toISOString(), service);
  if (!restored.ok)
    throw new UserError(
      `${user.screenName} has no earlier photo ${version}; see: headshot photo show ${user.screenName}`,
    );
}

async function deleteFor(user: User, service: Service): Promise<void> {
  if (!(await deletePhoto(user.id, new Date().toISOString(), service))) {
    throw new UserError(`${user.screenName} is not active any more`);
  }
}
