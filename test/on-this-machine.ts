import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program that the project does not bring; undefined when this machine does not have it. */
export const onThisMachine = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
