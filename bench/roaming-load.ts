import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect } from 'effect';
import mongoose from 'mongoose';
import { prepare } from '../cli/prepare.ts';
import { percentile } from '../test/faults/summary.ts';
import { startOtherIssuer } from '../test/support/issuer.ts';
import type { Bench, BenchContext } from './bench.ts';
import { type StartedNode, sampleOf, startNode, startSimulators } from './card-making-processes.ts';
import { Caller } from './load/caller.ts';
import { KINDS, newTally, Roamer, type Tally } from './load/roamer.ts';

/**
 * A thousand subscribers abroad at once (seed 002 §5.1.1), each a caller of its own with a connection and a signed token of its
 * own, on the gateway of a node with all roles and real servers. The baseline is the same callers asking the same gateway
 * for nothing but who they are. Afterwards the node is ended, and another, which knows nothing but what is stored, says
 * what has become of each write that was acknowledged.
 *
 * `HUFU_LOAD_USERS` callers (1,000), `HUFU_LOAD_SECONDS` (20) of load, `HUFU_LOAD_RATE` transactions a second of all of
 * them together (0: each begins the next as soon as it has its answer).
 */

const HEADSTARTS = 50;
const BASELINE_SECONDS = 8;
const WARM_SECONDS = 5;
const MINUTES_OF_TOKEN = 120;

interface Settings {
  readonly users: number;
  readonly seconds: number;
  readonly rate: number;
}

const numberOf = (name: string, fallback: number, least: number): number => {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < least) throw new Error(`${name} is a whole number from ${least}`);
  return value;
};

const settingsOf = (): Settings => ({
  users: numberOf('HUFU_LOAD_USERS', 1_000, 1),
  seconds: numberOf('HUFU_LOAD_SECONDS', 20, 1),
  rate: numberOf('HUFU_LOAD_RATE', 0, 0),
});

/** Each of them one after the other until the time is over; with a rate, each at its moments and counted from these. */
const load = async (
  { users, rate }: Settings,
  seconds: number,
  transact: (user: number, dueMs: number) => Promise<void>,
): Promise<number> => {
  const beganMs = performance.now();
  const untilMs = beganMs + seconds * 1_000;
  const everyMs = rate === 0 ? 0 : (users * 1_000) / rate;
  const one = async (user: number): Promise<void> => {
    for (let dueMs = beganMs + (everyMs * user) / users; dueMs < untilMs; ) {
      const early = dueMs - performance.now();
      if (early > 0) await sleep(early);
      await transact(user, dueMs);
      dueMs = everyMs === 0 ? performance.now() : dueMs + everyMs;
    }
  };
  await Promise.all(Array.from({ length: users }, (_, user) => one(user)));
  return (performance.now() - beganMs) / 1_000;
};

const atOnce = <A>(list: ReadonlyArray<A>, work: (one: A) => Promise<void>): Promise<void> =>
  Effect.runPromise(
    Effect.forEach(list, (one) => Effect.promise(() => work(one)), { concurrency: HEADSTARTS, discard: true }),
  );

const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const tenth = (value: number): number => Number(value.toFixed(1));

interface Measured {
  readonly seconds: number;
  readonly tookMs: ReadonlyArray<number>;
  readonly nodeCpuSeconds: number;
  readonly callersCpuSeconds: number;
}

/** With the processor time of the node and of the callers. */
const measured = async (node: StartedNode, work: () => Promise<number>, tookMs: () => ReadonlyArray<number>) => {
  const [before, own] = [await sampleOf(node), process.cpuUsage()];
  const seconds = await work();
  const { user, system } = process.cpuUsage(own);
  const nodeCpuSeconds = (await sampleOf(node)).cpuSeconds - before.cpuSeconds;
  return { seconds, tookMs: tookMs(), nodeCpuSeconds, callersCpuSeconds: (user + system) / 1e6 } satisfies Measured;
};

const nothingDone = (node: StartedNode, settings: Settings, callers: ReadonlyArray<Caller>) => {
  const tookMs: number[] = [];
  const ask = async (user: number, dueMs: number): Promise<void> => {
    const { status } = await (callers[user] as Caller).ask({ method: 'GET', path: '/v1/operations/me' });
    if (status !== 200) throw new Error(`the baseline was answered ${status}`);
    tookMs.push(performance.now() - dueMs);
  };
  return measured(
    node,
    () => load(settings, BASELINE_SECONDS, ask),
    () => tookMs,
  );
};

const allOf = ({ tookMs }: Tally): ReadonlyArray<number> => KINDS.flatMap((kind) => tookMs[kind]);

const roam = (node: StartedNode, settings: Settings, roamers: ReadonlyArray<Roamer>, tally: Tally, seconds: number) =>
  measured(
    node,
    () => load(settings, seconds, (user, dueMs) => (roamers[user] as Roamer).transact(tally, dueMs)),
    () => allOf(tally),
  );

const reportLoad = (
  { report, log }: BenchContext,
  settings: Settings,
  tally: Tally,
  found: Measured,
  plain: Measured,
) => {
  const of = `${settings.users.toLocaleString('en')} users`;
  const sorted = found.tookMs.toSorted((a, b) => a - b);
  const base = plain.tookMs.toSorted((a, b) => a - b);
  const perSecond = ({ tookMs, seconds }: Measured): number => Math.round(tookMs.length / seconds);
  const goalRate = settings.users === 1_000 && settings.rate === 0 ? { goal: { min: 1_200 } } : {};
  const goalMean = settings.users === 1_000 ? { goal: { max: 2_500 } } : {};
  report({
    ...{ figure: `${of}: throughput`, value: perSecond(found), unit: '1/s', baseline: perSecond(plain) },
    ...goalRate,
  });
  report({
    ...{ figure: `${of}: mean response`, value: tenth(mean(sorted)), unit: 'ms', baseline: tenth(mean(base)) },
    ...goalMean,
  });
  for (const share of [50, 95, 99]) {
    const value = tenth(percentile(sorted, share / 100));
    const baseline = tenth(percentile(base, share / 100));
    report({ figure: `${of}: p${share}`, value, unit: 'ms', baseline });
  }
  for (const kind of KINDS) {
    report({ figure: `mean response, ${kind}`, value: tenth(mean(tally.tookMs[kind])), unit: 'ms' });
  }
  const errors = [...tally.errors.values()].reduce((sum, one) => sum + one, 0);
  for (const [status, times] of tally.errors)
    log(`${times} times the answer was ${status}, and the same was asked again`);
  report({ figure: 'answers that were errors', value: errors, unit: '', goal: { max: 0 } });
  const each = (part: 'nodeCpuSeconds' | 'callersCpuSeconds', { tookMs, ...one }: Measured): number =>
    Math.round((one[part] / tookMs.length) * 1e6);
  const used = { value: each('nodeCpuSeconds', found), baseline: each('nodeCpuSeconds', plain) };
  report({ figure: "node's processor time a transaction", ...used, unit: 'µs' });
  const ours = { value: each('callersCpuSeconds', found), baseline: each('callersCpuSeconds', plain) };
  report({ figure: "callers' processor time a transaction", ...ours, unit: 'µs' });
};

const reportStored = ({ report, log }: BenchContext, roamers: ReadonlyArray<Roamer>, tally: Tally, wrong: number) => {
  const writes = roamers.reduce((sum, { switchedAt, observedMinor }) => sum + switchedAt.length + observedMinor, 0);
  log(`${writes} writes acknowledged, ${tally.repeated} of them told twice; ${wrong} not stored exactly once`);
  report({ figure: 'writes acknowledged', value: writes, unit: '' });
  report({
    figure: 'acknowledged writes not stored once',
    value: (wrong / writes) * 100,
    unit: '%',
    goal: { max: 0.001 },
  });
};

const run = async (context: BenchContext): Promise<void> => {
  const settings = settingsOf();
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-load-'));
  const issuer = await startOtherIssuer();
  const env = {
    ...{ HUFU_DATABASE: context.database, HUFU_KEY_DIR: join(directory, 'keys'), HUFU_DEMO_KEYS: '1' },
    // A few users may be asked to do the work of a thousand.
    ...{ OIDC_ISSUER: issuer.url, HUFU_RATE_READ: '1000000', HUFU_RATE_WRITE: '1000000' },
  };
  const connection = await mongoose.createConnection(context.mongodbUri, { dbName: context.database }).asPromise();
  const closing: Array<() => unknown> = [];
  let partners: Readonly<Record<string, string>> = {};
  const node = async (): Promise<StartedNode> => {
    const started = await startNode({ ...env, ...partners });
    closing.push(started.stop);
    return started;
  };
  const tokens = await Promise.all(
    Array.from({ length: settings.users }, (_, at) =>
      issuer.sign({
        sub: `ROAMER-${at}`,
        roles: ['subscriber', 'partner', 'operator'],
        exp: Math.floor(Date.now() / 1_000) + MINUTES_OF_TOKEN * 60,
      }),
    ),
  );
  const callersOf = ({ url }: StartedNode): ReadonlyArray<Caller> => {
    const callers = tokens.map((token) => new Caller(url, token));
    closing.push(() => {
      for (const caller of callers) caller.close();
    });
    return callers;
  };
  try {
    await prepare({ ...process.env, ...env } as Record<string, string>);
    // A node with all roles asks for its partners' servers.
    const simulators = await startSimulators(directory);
    closing.push(simulators.stop);
    partners = simulators.env;
    const first = await node();
    const callers = callersOf(first);
    const roamers = callers.map((caller, at) => new Roamer(at, caller));
    await atOnce(roamers, (roamer) => roamer.register(newTally()));
    context.log(`${roamers.length} subscribers registered`);
    await roam(first, settings, roamers, newTally(), WARM_SECONDS);
    const plain = await nothingDone(first, settings, callers);
    const tally = newTally();
    const found = await roam(first, settings, roamers, tally, settings.seconds);
    reportLoad(context, settings, tally, found, plain);
    await first.stop();
    const others = callersOf(await node());
    let wrong = 0;
    await atOnce(roamers, async (roamer) => {
      wrong += await roamer.wronglyStored(others[roamers.indexOf(roamer)] as Caller);
    });
    reportStored(context, roamers, tally, wrong);
  } finally {
    for (const close of closing.reverse()) await close();
    issuer.stop();
    await connection.dropDatabase();
    await connection.close();
    await rm(directory, { recursive: true, force: true });
  }
};

export const bench: Bench = {
  name: 'roaming-load',
  title: 'A thousand subscribers abroad at once, over HTTP, and whether what was acknowledged is stored once',
  servers: ['mongodb', 'redis', 'temporal'],
  run,
};
