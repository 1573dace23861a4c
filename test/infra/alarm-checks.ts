import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { at, listAt, ofType, said } from '../synthesized.ts';

describe('alarms', () => {
  test('each has its line in docs/operations.md, which names no other', () => {
    const page = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8');
    const table = page.slice(page.indexOf('| alarm | means | do |'));
    const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
    const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const alarms = Object.keys(ofType('AWS::CloudWatch::Alarm')).map((id) => id.replace('Alarm', ''));
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
