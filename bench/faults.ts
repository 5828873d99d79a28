import { setTimeout as sleep } from 'node:timers/promises';
import { LOCK_EXPIRATION_MS } from '../actors/runtime/cluster.ts';
import { log } from '../telemetry/log.ts';
import { FAULTS, randomOf, round, type Struck, storm } from '../test/faults/faults.ts';
import { House } from '../test/faults/house.ts';
import { percentile } from '../test/faults/summary.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * Three nodes under load while they are killed, paused and continued, and their mongod is killed: how long until every
 * actor answers again, and whether what was told adds up with the journal. First a storm of 60 s, in which harm does not
 * wait for harm to heal; then single faults, one after the other, 200 of them with `--full`. Beside it, in the same run,
 * what the same callers get while nothing is wrong. `HUFU_FAULTS_SEED` repeats a run's choices,
 * `HUFU_FAULTS_ROUNDS` takes another number of single faults.
 */

const QUIET_MS = 8_000;
const STORM_MS = 60_000;
const KILL_EVERY_MS = 5_000;
const ROUNDS = 200;
/** Without `--full`: no more begin after this time. */
const ROUNDS_END_MS = 105_000;

/** A killed node's actors answer after its lease and two seconds more. */
const KILLED_MS = LOCK_EXPIRATION_MS + 2_000;

const ratePerSecond = async (house: House, run: () => Promise<unknown>): Promise<number> => {
  const before = (await house.audit()).acknowledged;
  const startedMs = performance.now();
  await run();
  const seconds = (performance.now() - startedMs) / 1_000;
  return ((await house.audit()).acknowledged - before) / seconds;
};

const sorted = (all: ReadonlyArray<number>): ReadonlyArray<number> => [...all].sort((a, b) => a - b);

const reportTimes = ({ report }: BenchContext, name: string, struck: ReadonlyArray<Struck>, goalMs?: number): void => {
  const actors = sorted(struck.flatMap(({ servedMs }) => servedMs));
  const waits = sorted(struck.flatMap(({ waitedMs }) => waitedMs));
  const tell = (what: string, ms: number, goal?: { readonly max: number }): void =>
    report({
      ...{ figure: `${name}: ${what}`, value: Math.round(ms), unit: 'ms' },
      ...(goal === undefined ? {} : { goal }),
    });
  report({ figure: `${name}: rounds`, value: struck.length, unit: '' });
  tell('an actor answers again, p50', percentile(actors, 0.5));
  tell('an actor answers again, p99', percentile(actors, 0.99));
  tell('an actor answers again, longest', actors.at(-1) ?? 0);
  if (waits.length === 0) return;
  const audited = struck.flatMap(({ audit }) => audit ?? []);
  const sum = (of: 'acknowledged' | 'violations'): number => audited.reduce((all, one) => all + one[of], 0);
  report({ figure: `${name}: acknowledged commands`, value: sum('acknowledged'), unit: '' });
  report({ figure: `${name}: violations`, value: sum('violations'), unit: '', goal: { max: 0 } });
  tell('longest wait of a caller, p50', percentile(waits, 0.5));
  tell('longest wait of a caller, p99', percentile(waits, 0.99));
  tell('longest wait of a caller, longest', waits.at(-1) ?? 0, goalMs === undefined ? undefined : { max: goalMs });
};

/** What a single fault may cost; where the fault itself lasts longer, nothing is promised. */
const GOALS: Readonly<Record<string, number>> = {
  'node killed, started again': KILLED_MS,
  'node killed, stays away': KILLED_MS,
  'node stopped in order': 2_000,
  'node joins': 2_000,
};

const rounds = async (
  house: House,
  random: () => number,
  context: BenchContext,
  endMs: number,
): Promise<Array<Struck>> => {
  const kinds = Object.keys(FAULTS);
  const struck: Array<Struck> = [];
  const count = Number(process.env['HUFU_FAULTS_ROUNDS'] ?? ROUNDS);
  for (let at = 0; at < count && (context.full || performance.now() < endMs); at += 1) {
    const fault = kinds[Math.floor(random() * kinds.length)] ?? '';
    const before = await house.audit();
    const done = await round(house, fault, random);
    const after = await house.audit();
    const audit = {
      acknowledged: after.acknowledged - before.acknowledged,
      violations: after.violations.length - before.violations.length,
    };
    struck.push({ ...done, audit });
    context.log(
      `${at + 1}. ${fault}: all answer again after ${Math.round(done.servedMs.at(-1) ?? 0)} ms; ${audit.acknowledged} acknowledged, ${audit.violations} violations`,
    );
  }
  return struck;
};

const run = async (context: BenchContext): Promise<void> => {
  const startedMs = performance.now();
  // Each ask that a fault cuts off would be a line.
  log.level = 'error';
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  context.log(`HUFU_FAULTS_SEED=${seed}`);
  const random = randomOf(seed);
  const house = await House.open();
  try {
    const quiet = await ratePerSecond(house, () => sleep(QUIET_MS));
    let stormed: ReadonlyArray<Struck> = [];
    const stormy = await ratePerSecond(house, async () => {
      stormed = await storm(house, random, { forMs: STORM_MS, killEveryMs: KILL_EVERY_MS });
    });
    context.report({
      figure: 'storm: acknowledged commands (baseline: nothing is wrong)',
      value: Math.round(stormy),
      unit: '1/s',
      baseline: Math.round(quiet),
    });
    for (const [fault, struck] of Map.groupBy(stormed, (one) => one.fault))
      reportTimes(context, `storm, ${fault}`, struck);
    const single = await rounds(house, random, context, startedMs + ROUNDS_END_MS);
    for (const fault of Object.keys(FAULTS)) {
      const struck = single.filter((one) => one.fault === fault);
      if (struck.length > 0) reportTimes(context, fault, struck, GOALS[fault]);
    }
    const { violations, acknowledged, turns, reads } = await house.close();
    for (const one of violations) context.log(`VIOLATION: ${one}`);
    context.report({ figure: 'faults', value: stormed.length + single.length, unit: '' });
    context.report({ figure: 'acknowledged commands audited', value: acknowledged, unit: '' });
    context.report({ figure: 'turns in the journal audited', value: turns, unit: '' });
    context.report({ figure: 'reads audited', value: reads, unit: '' });
    context.report({ figure: 'late appends refused by the journal', value: house.fenced, unit: '' });
    context.report({ figure: 'asks and reads refused by an owner of the past', value: house.stale, unit: '' });
    context.report({ figure: 'violations', value: violations.length, unit: '', goal: { max: 0 } });
  } finally {
    await house.remove();
  }
};

export const bench: Bench = {
  name: 'faults',
  title: 'Three nodes killed, paused and cut off under load: time to serve again, and an audit',
  servers: [],
  run,
};
