import { Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { deletePhoto } from '../lambdas/flow/delete-photo.ts';
import { undoPhoto } from '../lambdas/flow/undo-photo.ts';
import { mustFind } from './connect.ts';
import { connectErase, type EraseConnection } from './connect-erase.ts';
import { printJson } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot users undo-photo|delete-photo <user>`: what a person does with their own photo, done for them. */
export const usersPhotoCommands = (): Command[] => [
  photoCommand('undo-photo', 'Show the photo again that a user had before. The one it replaces is deleted.', undoFor),
  photoCommand('delete-photo', "Delete a user's photo and those shown before it. Nothing brings them back.", deleteFor),
];

type Act = (user: User, service: EraseConnection) => Promise<void>;

const photoCommand = (name: string, description: string, act: Act): Command =>
  new Command(name)
    .description(description)
    .argument('<user>', 'user id, Slack user id or screen name')
    .option('--json', 'print one JSON object')
    .action(async (called: string, { json }: { json?: boolean }) => {
      const service = connectErase();
      const user = await mustFind(called, service);
      if (user.state !== 'active') throw new UserError(`${user.screenName} is ${user.state}; activate them first`);
      await act(user, service);
      const after = await service.users.get(user.id);
      const photo = after?.photo ?? null;
      if (json) printJson({ user_id: user.id, screen_name: user.screenName, photo });
      else console.log(`${user.screenName} shows ${photo === null ? 'no photo' : `the photo ${photo.version}`}`);
    });

async function undoFor(user: User, service: EraseConnection): Promise<void> {
  if ((await undoPhoto(user.id, new Date().toISOString(), service)) === undefined) {
    throw new UserError(`${user.screenName} has no photo to go back to`);
  }
}

async function deleteFor(user: User, service: EraseConnection): Promise<void> {
  if (!(await deletePhoto(user.id, new Date().toISOString(), service))) {
    throw new UserError(`${user.screenName} is not active any more`);
  }
}
