import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that the project does not bring, where it is on the machine: its path. */
export const onThisMachine = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
