import { getSystemErrorMessage } from 'node:util';
import { UserError } from './user-error.ts';

/** For `.catch` of reading a file that a person named. @throws UserError that says what the system says, e.g. `no such file or directory` */
export const cannotRead =
  (path: string) =>
  ({ errno, message }: NodeJS.ErrnoException): never => {
    throw new UserError(`cannot read ${path}: ${errno === undefined ? message : getSystemErrorMessage(errno)}`);
  };
