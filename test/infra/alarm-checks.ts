import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { templateWith } from '../stack-with.ts';
import { ofType } from '../synthesized.ts';
import { at, listAt, said } from '../template-parts.ts';

describe('alarms', () => {
  test('each has its section in docs/operations.md, which has no other', () => {
    const page = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8');
    const sections = page.slice(page.indexOf('## Alarms'), page.indexOf('## What the doctor says'));
    const named = [...sections.matchAll(/^### (\S+)$/gm)].map(([, name]) => name ?? '');
    const all = templateWith({ webhooks: 'true', accountConcurrency: '12' });
    const alarms = Object.keys(ofType('AWS::CloudWatch::Alarm', all)).map((id) => id.replace('Alarm', ''));
    expect(alarms.length).toBeGreaterThan(0);
    expect(named.sort()).toEqual(alarms.sort());
  });

  test('each tells the topic, and is quiet where nothing happens', () => {
    for (const alarm of Object.values(ofType('AWS::CloudWatch::Alarm'))) {
      expect(listAt(alarm, 'AlarmActions').map(said)).toEqual(['Alarms']);
      expect(at(alarm, 'TreatMissingData')).toBe('notBreaching');
    }
  });
});
