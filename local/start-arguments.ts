export interface StartArguments {
  isJson: boolean;
  isHelp: boolean;
  /** Of each `-c name=value`. */
  settings: Record<string, string>;
}

/** What `npm start --` was given. A text names what of it is none of that. */
export function startArguments(given: string[]): StartArguments | string {
  const read: StartArguments = { isJson: false, isHelp: false, settings: {} };
  for (const left = [...given]; left.length > 0; ) {
    const word = left.shift();
    if (word === '--json') read.isJson = true;
    else if (word === '--help' || word === '-h') read.isHelp = true;
    else {
      const [, name, value = ''] = (word === '-c' && /^([A-Za-z0-9]+)=(.*)$/.exec(left.shift() ?? '')) || [];
      if (name === undefined) return word === '-c' ? '-c without name=value' : String(word);
      read.settings[name] = value;
    }
  }
  return read;
}
