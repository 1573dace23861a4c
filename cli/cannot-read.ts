import { getSystemErrorMessage } from 'node:util';
import { UserError } from './user-error.ts';

/**
 * For `.catch` when a file that a person named is read. @throws UserError with the system's words, e.g. `no such file
 * or directory`
 */
export const cannotRead =
  (path: string) =>
  ({ errno, message }: NodeJS.ErrnoException): never => {
    throw new UserError(`cannot read ${path}: ${errno === undefined ? message : getSystemErrorMessage(errno)}`);
  };
