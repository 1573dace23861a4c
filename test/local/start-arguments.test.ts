import { expect, test } from '@jest/globals';
import { startArguments } from '../../local/start-arguments.ts';

test.each([
  [[], { isJson: false, isHelp: false, settings: {} }],
  [['--json'], { isJson: true, isHelp: false, settings: {} }],
  [['-h'], { isJson: false, isHelp: true, settings: {} }],
  [
    ['-c', 'webhooks=true', '--json', '-c', 'allowedOrigins=https://a.example.com?x=1'],
    { isJson: true, isHelp: false, settings: { webhooks: 'true', allowedOrigins: 'https://a.example.com?x=1' } },
  ],
  [['-c', 'letterboxColour='], { isJson: false, isHelp: false, settings: { letterboxColour: '' } }],
  [['--port=1'], '--port=1'],
  [['-c'], '-c without name=value'],
  [['-c', '--json'], '-c without name=value'],
])('npm start -- %j', (given, expected) => {
  expect(startArguments(given)).toEqual(expected);
});
