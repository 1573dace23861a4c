import { Token } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/** One setting of a deployment: its default, its meaning, and how a given value is read. */
export interface Setting<T> {
  /** As on the command line. */
  standard: string;
  /** For people: a cell of the table in docs/deploy.md. */
  meaning: string;
  /** The TypeScript type of the construct's prop (`headshot-props.ts`). */
  type: string;
  /**
   * @param given text, as on the command line, or what this returns
   * @throws SettingError that names the setting, what was given and what is allowed
   */
  read: (name: string, given: unknown) => T;
}

/** A whole number within inclusive bounds. */
export function whole(
  standard: number,
  { least, most }: { least: number; most: number },
  meaning: string,
): Setting<number> {
  return {
    standard: String(standard),
    meaning,
    type: 'number',
    read(name, given = standard) {
      const allowed = `a whole number of at least ${least} and at most ${most}`;
      const value = /^\d{1,10}$/.test(known(name, given, allowed)) ? Number(given) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw refused(name, given, allowed);
    },
  };
}

/** A whole number that may be left out. */
export function optionalWhole(pattern: RegExp, allowed: string, meaning: string): Setting<number | undefined> {
  const asText = optional(pattern, allowed, meaning);
  return {
    standard: '',
    meaning,
    type: 'number',
    read(name, given) {
      const digits = asText.read(name, given);
      return digits === undefined ? undefined : Number(digits);
    },
  };
}

/** One of a few words. */
export function oneOf<W extends string>(choices: readonly W[], standard: NoInfer<W>, meaning: string): Setting<W> {
  return {
    standard,
    meaning,
    type: eitherOf(choices),
    read(name, given = standard) {
      const allowed = `one of ${choices.join(' | ')}`;
      const chosen = known(name, given, allowed);
      const found = choices.find((choice) => choice === chosen);
      if (found !== undefined) return found;
      throw refused(name, given, allowed);
    },
  };
}

/** One of a few whole numbers. */
export function oneOfNumbers(choices: readonly number[], standard: number, meaning: string): Setting<number> {
  const asText = oneOf(choices.map(String), String(standard), meaning);
  return { ...asText, type: 'number', read: (name, given) => Number(asText.read(name, given)) };
}

/** One or more of a few words, each once: separated by commas on the command line, a list in code. */
export function someOf<W extends string>(choices: readonly W[], meaning: string): Setting<readonly [W, ...W[]]> {
  return {
    standard: choices.join(','),
    meaning,
    type: `readonly (${eitherOf(choices)})[]`,
    read(name, given = choices) {
      const allowed = `one or more of ${choices.join(' | ')}, with commas between`;
      const chosen = known(name, given, allowed).split(',');
      const [first, ...rest] = choices.filter((choice) => chosen.includes(choice));
      if (first !== undefined && rest.length === chosen.length - 1) return [first, ...rest];
      throw refused(name, given, allowed);
    },
  };
}

export function yesNo(standard: boolean, meaning: string): Setting<boolean> {
  const choices = oneOf(['true', 'false'], standard ? 'true' : 'false', meaning);
  return { ...choices, type: 'boolean', read: (name, given) => choices.read(name, given) === 'true' };
}

/** `allowed` says in words what `pattern` accepts. */
export function text(standard: string, pattern: RegExp, allowed: string, meaning: string): Setting<string> {
  return {
    standard,
    meaning,
    type: 'string',
    read(name, given = standard) {
      const chosen = known(name, given, allowed);
      if (pattern.test(chosen)) return chosen;
      throw refused(name, given, allowed);
    },
  };
}

/** A text that may be left out. */
export function optional(pattern: RegExp, allowed: string, meaning: string): Setting<string | undefined> {
  const always = text('', pattern, allowed, meaning);
  return { ...always, read: (name, given) => (given === undefined ? undefined : always.read(name, given)) };
}

/** The same, but the value may also be known only when it is deployed (a token of the CDK). Tokens are not checked. */
export function optionalOrToken(pattern: RegExp, allowed: string, meaning: string): Setting<string | undefined> {
  const known = optional(pattern, allowed, meaning);
  return {
    ...known,
    read: (name, given) => (typeof given === 'string' && Token.isUnresolved(given) ? given : known.read(name, given)),
  };
}

/**
 * Texts, separated by commas on the command line, a list in code; empty if left out. `pattern` matches the joined list.
 */
export function listed(pattern: RegExp, allowed: string, meaning: string): Setting<readonly string[]> {
  const joined = optional(pattern, allowed, meaning);
  return {
    standard: '',
    meaning,
    type: 'readonly string[]',
    read(name, given) {
      const isEmpty = Array.isArray(given) && given.length === 0;
      return (isEmpty ? undefined : joined.read(name, given))?.split(',') ?? [];
    },
  };
}

const eitherOf = (choices: readonly string[]): string => choices.map((choice) => `'${choice}'`).join(' | ');

const refused = (name: string, given: unknown, allowed: string): SettingError =>
  new SettingError(`${name} is ${given}; it must be ${allowed}`);

/** The given value as text. The template depends on it, so it must be known when that is written. */
function known(name: string, given: unknown, allowed: string): string {
  const asText = String(given);
  if (!Token.isUnresolved(given) && !Token.isUnresolved(asText)) return asText;
  throw new SettingError(`${name} is not known before it is deployed (a token of the CDK); it must be ${allowed}`);
}
