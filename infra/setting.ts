/** One setting of a deployment: its default, what it means, and how what was given is read. */
export interface Setting<T> {
  /** As it would be given. */
  standard: string;
  /** For people: a cell of the table in docs/deploy.md. */
  meaning: string;
  /** @throws Error that names the setting, what was given and what is allowed. */
  read: (name: string, given: string | undefined) => T;
}

/** A whole number within bounds, both of them allowed. */
export function whole(
  standard: number,
  { least, most }: { least: number; most: number },
  meaning: string,
): Setting<number> {
  return {
    standard: String(standard),
    meaning,
    read(name, given = String(standard)) {
      const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw refused(name, given, `a whole number of at least ${least} and at most ${most}`);
    },
  };
}

/** One of a few words. */
export function oneOf<W extends string>(choices: readonly W[], standard: NoInfer<W>, meaning: string): Setting<W> {
  return {
    standard,
    meaning,
    read(name, given = standard) {
      const found = choices.find((choice) => choice === given);
      if (found !== undefined) return found;
      throw refused(name, given, `one of ${choices.join(' | ')}`);
    },
  };
}

export function yesNo(standard: boolean, meaning: string): Setting<boolean> {
  const choices = oneOf(['true', 'false'], standard ? 'true' : 'false', meaning);
  return { ...choices, read: (name, given) => choices.read(name, given) === 'true' };
}

/** `allowed` says in words what `pattern` takes. */
export function text(standard: string, pattern: RegExp, allowed: string, meaning: string): Setting<string> {
  return {
    standard,
    meaning,
    read(name, given = standard) {
      if (pattern.test(given)) return given;
      throw refused(name, given, allowed);
    },
  };
}

/** A text that may be left out. */
export function optional(pattern: RegExp, allowed: string, meaning: string): Setting<string | undefined> {
  return {
    standard: '',
    meaning,
    read(name, given) {
      if (given === undefined || pattern.test(given)) return given;
      throw refused(name, given, allowed);
    },
  };
}

/** A setting that cannot be: the message is for the person who set it, and says what is allowed. */
export class SettingError extends Error {}

const refused = (name: string, given: string, allowed: string): SettingError =>
  new SettingError(`${name} is ${given}; it must be ${allowed}`);
