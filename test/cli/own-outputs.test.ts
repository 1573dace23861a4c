import { describe, expect, test } from '@jest/globals';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { ownOutputs } from '../../cli/own-outputs.ts';

/** The outputs of a stack: one of its own, `Own`, and two of each service, which the CDK named. */
function outputsOf(...paths: string[]): Record<string, string> {
  const stack = new Stack(new App(), 'Web');
  if (!paths.includes('Default')) new CfnOutput(stack, 'Url', { value: 'https://mine' });
  for (const path of paths) {
    const scope = path.split('/').reduce((above: Construct, id) => new Construct(above, id), stack);
    for (const name of ['TableUsers', 'Url', 'UrlSlack']) new CfnOutput(scope, name, { value: `${path} ${name}` });
  }
  const { Outputs }: { Outputs: Record<string, { Value: string }> } = Template.fromStack(stack).toJSON() as never;
  return Object.fromEntries(Object.entries(Outputs).map(([key, { Value }]) => [key, Value]));
}

const ofPath = (path: string) => ({
  TableUsers: `${path} TableUsers`,
  Url: `${path} Url`,
  UrlSlack: `${path} UrlSlack`,
});

describe('the outputs of one service', () => {
  test('of a stack that is one are as they are', () => {
    const outputs = outputsOf('Default');
    expect(ownOutputs(outputs, 'Web')).toBe(outputs);
  });

  test.each([['Photos'], ['Team/Photos'], ['A-b/C_d']])('as a construct: %s', (path) => {
    expect(ownOutputs(outputsOf(path), 'Web')).toEqual(ofPath(path));
  });

  test('one of several by its path', () => {
    const outputs = outputsOf('Photos', 'Team/Faces');
    expect(ownOutputs(outputs, 'Web', 'Photos')).toEqual(ofPath('Photos'));
    expect(ownOutputs(outputs, 'Web', 'Team/Faces')).toEqual(ofPath('Team/Faces'));
  });

  test.each([
    [[], undefined, 'the stack Web is not a Headshot, or is not deployed yet'],
    [['Photos', 'Faces'], undefined, 'the stack Web has several; name one: Web/Photos, Web/Faces'],
    [['Photos'], 'Faces', 'the stack Web has no Headshot Faces; it has Web/Photos'],
  ])('%j without a clear answer', (paths, path, message) => {
    expect(() => ownOutputs(outputsOf(...paths), 'Web', path)).toThrow(message);
  });
});
