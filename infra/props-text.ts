import { SETTINGS } from './deploy-settings.ts';
import type { Setting } from './setting.ts';

/** All but the stack's name, because the stack belongs to somebody else. */
const props = (): [string, Setting<unknown>][] =>
  Object.entries<Setting<unknown>>(SETTINGS).filter(([name]) => name !== ('stackName' satisfies keyof typeof SETTINGS));

/** A default as code; undefined if there is none. */
function standardOf({ standard, type }: Setting<unknown>): string | undefined {
  if (type.startsWith('readonly')) return standard === '' ? '[]' : `[${standard.split(',').map(quoted).join(', ')}]`;
  if (standard === '') return undefined;
  return type === 'number' || type === 'boolean' ? standard : quoted(standard);
}

const quoted = (text: string): string => `'${text}'`;

/** The source of `headshot-props.ts`: the settings as an interface, with their meanings for editors to show. */
export const propsInterface = (): string =>
  [
    '// Written by `npm run props` from deploy-settings.ts.',
    '',
    '/** What a person may choose of a Headshot. Every prop may be left out. */',
    'export interface HeadshotProps {',
    ...props().flatMap(([name, setting]) => [
      '  /**',
      `   * ${sentence(setting.meaning)}`,
      '   *',
      `   * @default ${standardOf(setting) ?? 'none'}`,
      '   */',
      `  readonly ${name}?: ${setting.type};`,
    ]),
    '}',
    '',
  ].join('\n');

/** The props as the table of docs/construct.md. */
export const propsTable = (): string =>
  [
    '| prop | type | default | |',
    '|---|---|---|---|',
    ...props().map(
      ([name, setting]) =>
        `| \`${name}\` | \`${setting.type.replaceAll('|', '\\|')}\` | ${cell(standardOf(setting))} | ${setting.meaning} |`,
    ),
  ].join('\n');

const cell = (standard: string | undefined): string => (standard === undefined ? '–' : `\`${standard}\``);

const sentence = (meaning: string): string => `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
