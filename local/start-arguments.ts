interface StartArguments {
  isJson: boolean;
  isHelp: boolean;
  /** Whether an identity provider is started too. */
  wantsProvider: boolean;
  /** By each `-c name=value`. */
  settings: Record<string, string>;
}

/** The arguments of `npm start --`, or the one that is not understood. */
export function startArguments(given: string[]): StartArguments | string {
  const read: StartArguments = { isJson: false, isHelp: false, wantsProvider: false, settings: {} };
  for (const left = [...given]; left.length > 0; ) {
    const word = left.shift();
    if (word === '--json') read.isJson = true;
    else if (word === '--oidc') read.wantsProvider = true;
    else if (word === '--help' || word === '-h') read.isHelp = true;
    else {
      const [, name, value = ''] = (word === '-c' && /^([A-Za-z0-9]+)=(.*)$/.exec(left.shift() ?? '')) || [];
      if (name === undefined) return word === '-c' ? '-c without name=value' : String(word);
      read.settings[name] = value;
    }
  }
  return read;
}
