import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { ALARM_NAMES, ALARMS, type AlarmName } from './alarms.ts';
import type { ThresholdCommand } from './schema.ts';
import { thresholdDecider, thresholdOf, thresholdsInForce } from './thresholds.ts';

const BUSY = 'HufuMachineBusy';
const set = (value: number | null, alarm: AlarmName = BUSY): ThresholdCommand => ({
  ...{ _tag: 'Set', alarm, value, reason: 'the machines are small' },
});
const reset: ThresholdCommand = { _tag: 'Reset', alarm: BUSY, reason: 'new machines' };

const told = (commands: ReadonlyArray<ThresholdCommand>) => {
  const one = running(thresholdDecider, 'alarms');
  const last = commands.map((command) => one.ask(command, 'ann')).at(-1);
  return { last, state: one.state() };
};

describe('a threshold', () => {
  it('is that of the release until somebody sets it', () => {
    for (const alarm of ALARM_NAMES) expect(thresholdOf(null, alarm)).toBe(ALARMS[alarm].fallback);
    expect(thresholdsInForce(null)).toHaveLength(ALARM_NAMES.length);
  });

  it.each<[string, ReadonlyArray<ThresholdCommand>, unknown]>([
    ['is set', [set(0.7)], { changed: true, value: 0.7 }],
    ['is set once', [set(0.7), set(0.7)], { changed: false, value: 0.7 }],
    ['may be what the release has', [set(0.8)], { changed: true, value: 0.8 }],
    ['is off', [set(null)], { changed: true, value: null }],
    ['is back where the release has it', [set(0.7), reset], { changed: true, value: 0.8 }],
    ['that nobody has set is not set back', [reset], { changed: false, value: 0.8 }],
    ['is of one alarm', [set(0.7), set(0.5, 'HufuDiskFull'), set(0.7)], { changed: false, value: 0.7 }],
    ['at the least', [set(0.05)], { changed: true, value: 0.05 }],
    ['below the least is refused', [set(0.049)], 'ThresholdOutOfBounds'],
    ['above the most is refused', [set(80)], 'ThresholdOutOfBounds'],
  ])('%s', (_, commands, last) => {
    const answer = told(commands).last;
    if (typeof last === 'string') expect(answer).toBe(last);
    else expect(answer).toMatchObject(last as object);
  });

  it('knows who has changed it, when and why', () => {
    const { state } = told([set(0.7), set(0.5, 'HufuDiskFull'), reset]);
    expect(state?.changes).toMatchObject([
      { alarm: BUSY, value: 0.7, by: 'ann', reason: 'the machines are small' },
      { alarm: 'HufuDiskFull', value: 0.5 },
      { alarm: BUSY, value: 'default', reason: 'new machines' },
    ]);
    expect(thresholdsInForce(state).find(({ alarm }) => alarm === BUSY)).toMatchObject({
      ...{ value: 0.8, isDefault: true, changed: { value: 'default', by: 'ann' } },
    });
  });
});

it.each(ALARM_NAMES)('%s begins within its bounds', (alarm) => {
  const { fallback, least, most } = ALARMS[alarm];
  expect(fallback).toBeGreaterThanOrEqual(least);
  expect(fallback).toBeLessThanOrEqual(most);
});
