import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { SERVERS } from '../../cli/servers/catalog.ts';
import { outputOf } from '../../cli/servers/tool.ts';
import { ALARM_NAMES, ALARMS } from '../../domain/operations/thresholds/alarms.ts';
import { foundProgram } from '../support/found-program.ts';

/** The rules of `deploy/prometheus` as Prometheus itself evaluates them, over series that a test gives it (`promtool test rules`). */

const RULES = resolve(import.meta.dirname, '../../deploy/prometheus/rules.yaml');
const promtool = await foundProgram(SERVERS.promtool);
if ('why' in promtool) console.log(`no rule of Prometheus is evaluated: ${promtool.why}`);

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: ReadonlyArray<{ rules: ReadonlyArray<Rule> }> };
const rules = new Map(groups.flatMap((group) => group.rules.map((rule) => [rule.alert, rule] as const)));

test('every alarm with a threshold compares with what is set, or with the default where no node tells it', () => {
  const compared = [...rules.values()].filter(({ expr }) => expr.includes('hufu_alarm_threshold'));
  expect(compared.map(({ alert }) => alert).toSorted()).toEqual(ALARM_NAMES);
  for (const { alert, expr } of compared) {
    const { fallback } = ALARMS[alert as keyof typeof ALARMS];
    const wanted = ` > scalar(min(hufu_alarm_threshold{alarm="${alert}"}) or vector(${fallback}))`;
    expect(expr.slice(-wanted.length)).toBe(wanted);
  }
});

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-rules-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Every quarter of a minute, for twenty minutes. @param busy how many of 15 seconds each machine's one processor was busy */
const machines = (busy: Readonly<Record<string, number>>): ReadonlyArray<object> =>
  Object.entries(busy).flatMap(([instance, seconds]) =>
    [
      ['idle', 15 - seconds],
      ['user', seconds],
    ].map(([mode, by]) => ({
      series: `hufu_machine_processor_seconds_total{job="hufu",instance="${instance}",mode="${mode}"}`,
      values: `0+${by}x80`,
    })),
  );

const threshold = (values: string, instance = 'n1'): object => ({
  series: `hufu_alarm_threshold{job="hufu",instance="${instance}",alarm="HufuMachineBusy"}`,
  values,
});

const raised = (instance: string, percent: string): object => ({
  exp_labels: { severity: 'warning', instance },
  exp_annotations: { summary: `${instance} uses ${percent} of its processors.` },
});

interface Expected {
  readonly at: string;
  readonly alerts: ReadonlyArray<object>;
}
const evaluate = async (series: ReadonlyArray<object>, expected: ReadonlyArray<Expected>): Promise<string> => {
  if ('why' in promtool) throw new Error(promtool.why);
  const path = join(directory, 'test.yaml');
  const checks = expected.map(({ at, alerts }) => ({
    eval_time: at,
    alertname: 'HufuMachineBusy',
    exp_alerts: alerts,
  }));
  const tests = [{ interval: '15s', input_series: series, alert_rule_test: checks }];
  await writeFile(path, stringify({ rule_files: [RULES], evaluation_interval: '15s', tests }));
  return (await outputOf(promtool.program, ['test', 'rules', path])) ?? 'not as expected';
};
const LATER = '15m';

test.skipIf('why' in promtool)('Prometheus takes every rule', async () => {
  if ('why' in promtool) return;
  expect(await outputOf(promtool.program, ['check', 'rules', RULES])).toContain(`SUCCESS: ${rules.size} rules found`);
});

test.skipIf('why' in promtool).each<[string, ReadonlyArray<object>, ReadonlyArray<Expected>]>([
  [
    'is raised for the machine that is more than 80 % busy for five minutes, and not before',
    machines({ n1: 12.75, n2: 11.25 }),
    [
      { at: '4m', alerts: [] },
      { at: LATER, alerts: [raised('n1', '85%')] },
    ],
  ],
  [
    'is raised above what an administrator has set',
    [...machines({ n1: 12.75, n2: 11.25 }), threshold('0.7x80')],
    [{ at: LATER, alerts: [raised('n1', '85%'), raised('n2', '75%')] }],
  ],
  ['is not raised below it', [...machines({ n1: 12.75 }), threshold('0.9x80')], [{ at: LATER, alerts: [] }]],
  [
    'follows a change without a restart',
    [...machines({ n1: 12.75 }), threshold('0.9x40 0.7x40')],
    [
      { at: '9m', alerts: [] },
      { at: '18m', alerts: [raised('n1', '85%')] },
    ],
  ],
  [
    'is as careful as the most careful node, while they do not agree',
    [...machines({ n1: 12.75 }), threshold('0.9x80'), threshold('0.8x80', 'n2')],
    [{ at: LATER, alerts: [raised('n1', '85%')] }],
  ],
  [
    'is not raised when it is off',
    [...machines({ n1: 14.7 }), threshold(Array(81).fill('+Inf').join(' '))],
    [{ at: LATER, alerts: [] }],
  ],
])('the alarm of a busy machine %s', async (_, series, expected) => {
  expect(await evaluate(series, expected)).toContain('SUCCESS');
});
