import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { DEFAULT_SERVICE_LIMITS } from '../lambdas/core/service-limits.ts';
import type { User } from '../lambdas/core/user.ts';
import { accept } from '../lambdas/flow/accept.ts';
import { deletePhoto } from '../lambdas/flow/delete-photo.ts';
import { restorePhoto } from '../lambdas/flow/restore-photo.ts';
import { undoPhoto } from '../lambdas/flow/undo-photo.ts';
import { shownWaiter } from '../lambdas/flow/upload-status.ts';
import { sqsClient } from '../lambdas/store/aws-clients.ts';
import { jobQueue } from '../lambdas/store/job-queue.ts';
import { target as chosenTarget } from './choose-target.ts';
import { mustFind } from './connect.ts';
import { connectErase } from './connect-erase.ts';
import { printJson } from './print.ts';
import { output } from './target.ts';
import { UserError } from './user-error.ts';

/** How long a photo that was set is waited for. */
const MAX_WAIT_MS = 10_000;

/** `headshot photo …`: what a person does with their own photo by `/v1/photo`, done for them. */
export const photoCommand = (): Command =>
  new Command('photo')
    .description("Set, show, undo, restore or delete a user's photo, as they would by /v1/photo.")
    .addCommand(
      actionOf('set', 'Set a photo, and wait until it is shown. JPEG, PNG, GIF, WebP, AVIF or HEIC.', setFor).argument(
        '<file>',
        'the picture',
      ),
    )
    .addCommand(actionOf('show', 'Show what a user shows, and the photos before it.', async () => {}))
    .addCommand(actionOf('undo', 'Show the photo before again. The one it replaces is deleted.', undoFor))
    .addCommand(
      actionOf('restore', 'Show one of the photos before again. The one it replaces is kept.', restoreFor).argument(
        '<version>',
        'as `photo show` has it',
      ),
    )
    .addCommand(actionOf('delete', 'Delete the photo and those before it. Nothing brings them back.', deleteFor));

type Act = (user: User, service: Service, argument: string) => Promise<void>;
type Service = ReturnType<typeof connectPhotos>;

const connectPhotos = () => ({
  ...connectErase(),
  jobs: jobQueue(sqsClient(), output(chosenTarget(), 'QueueJobs')),
  retentionDays: Number(output(chosenTarget(), 'RetentionDays')),
});

function actionOf(name: string, description: string, act: Act): Command {
  return new Command(name)
    .description(description)
    .argument('<user>', 'user id, Slack user id or screen name')
    .action(async (called: string, ...more: unknown[]) => {
      const argument = typeof more[0] === 'string' ? more[0] : '';
      const { json } = more.find((one) => typeof one === 'object') as { json?: boolean };
      const service = connectPhotos();
      const user = await mustFind(called, service);
      if (user.state !== 'active') throw new UserError(`${user.screenName} is ${user.state}; activate them first`);
      await act(user, service, argument);
      const { photo = null, history = [] } = (await service.users.get(user.id)) ?? {};
      if (json) {
        printJson({ user_id: user.id, screen_name: user.screenName, photo, history });
        return;
      }
      console.log(`${user.screenName} shows ${photo === null ? 'no photo' : `the photo ${photo.version}`}`);
      for (const { version, publishedAt } of history) console.log(`before: ${version}, of ${publishedAt}`);
    });
}

async function setFor(user: User, service: Service, file: string): Promise<void> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new UserError(`${file} cannot be read: ${error.message}`);
  });
  const wanted = {
    uploadId: randomUUID(),
    userId: user.id,
    source: 'v1',
    policy: DEFAULT_SERVICE_LIMITS.policies.v1,
    bytes,
    acceptedAt: new Date().toISOString(),
    retentionDays: service.retentionDays,
  } as const;
  const done = await accept(wanted, service);
  if (!done.ok) {
    const { code, ...facts } = done.refusal;
    throw new UserError(`${file} was refused: ${code} ${JSON.stringify(facts)}`);
  }
  const { number, uploadId } = done.value;
  // This machine's waiting takes no place from a worker, however many jobs there are.
  const awaitShown = shownWaiter(service, Number.POSITIVE_INFINITY);
  if ((await awaitShown(user.id, number, MAX_WAIT_MS)) === undefined) {
    throw new UserError(`the photo is safe and not shown yet: upload ${uploadId}`);
  }
}

async function undoFor(user: User, service: Service): Promise<void> {
  if ((await undoPhoto(user.id, new Date().toISOString(), service)) === undefined) {
    throw new UserError(`${user.screenName} has no photo to go back to`);
  }
}

async function restoreFor(user: User, service: Service, version: string): Promise<void> {
  const restored = await restorePhoto(user.id, version, new Date().toISOString(), service);
  if (!restored.ok) throw new UserError(`${user.screenName} has not shown ${version} of late`);
}

async function deleteFor(user: User, service: Service): Promise<void> {
  if (!(await deletePhoto(user.id, new Date().toISOString(), service))) {
    throw new UserError(`${user.screenName} is not active any more`);
  }
}
