import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect } from 'effect';
import mongoose from 'mongoose';
import { ApiClient } from '../cli/demo/client.ts';
import { linesFor, rangesFor, VENDORS, vendorOfCity } from '../cli/demo/scenario.ts';
import { prepare } from '../cli/prepare.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import type { Books } from '../domain/sim/application/schema.ts';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import { decodeVopFile } from '../domain/sim/vop-file-decoder.ts';
import { encodeVopFile } from '../domain/sim/vop-file-encoder.ts';
import { JOURNAL, type JournalDocument } from '../store/runtime/journal.ts';
import { allWorkflows, workflowBundle } from '../temporal/bundle.ts';
import type { CardMakingProgress } from '../workflows/sim/contract.ts';
import type { Bench, BenchContext } from './bench.ts';
import {
  peakOf,
  type Sample,
  type StartedNode,
  sampleOf,
  startNode,
  startSimulators,
} from './card-making-processes.ts';

/**
 * A whole card-making cycle, from the submission over REST to the last confirmed card: one node with all roles, real
 * servers, the partners' SFTP servers in another process. Beside it, in the same run, what MongoDB needs to take the
 * same number of the same journal records from one writer, 200 at a time, while nobody decides anything.
 *
 * Sizes: 20,000 cards; `--full` 1,000,000; `HUFU_BENCH_CARDS` any other.
 */

const CARDS = 20_000;
const FULL_CARDS = 1_000_000;
const LOOK_EVERY_MS = 300;
const SAMPLE_EVERY_MS = 500;
const MEBI = 1024 * 1024;

/** Flat means: never more than this, whatever the size (a node is to be given 2 GB)… */
const MOST_MEMORY_MIB = 1_200;
/** …and, once warm, not growing with the cards by more than this for each 100,000 (told of large sizes only). */
const MOST_GROWTH_MIB = 25;
const GROWTH_FROM_CARDS = 200_000;

interface Cycle {
  readonly cards: number;
  readonly seconds: number;
  /** In the order in which they were entered. */
  readonly stages: ReadonlyArray<{ readonly stage: string; readonly seconds: number }>;
  readonly samples: ReadonlyArray<Sample>;
  readonly peakBytes: number;
  /** After the last card: until lists and counts agree with the actors. */
  readonly behindSeconds: number;
}

interface Audit {
  readonly books: Books;
  readonly balanced: boolean;
  readonly agreeing: boolean;
}

/** Samples the node until it is told to stop. */
const watch = (node: StartedNode) => {
  const samples: Array<Sample> = [];
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      // A node that has ended answers nothing: whoever waits for the cycle says so.
      await sampleOf(node).then(
        (sample) => samples.push(sample),
        () => undefined,
      );
      await sleep(SAMPLE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async (): Promise<ReadonlyArray<Sample>> => {
    stopping.abort();
    await loop;
    return [...samples, await sampleOf(node)];
  };
};

const submit = async (api: ApiClient, application: string, cards: number): Promise<void> => {
  for (const range of rangesFor(cards, 0)) await api.post('/v1/sim/ranges', range);
  await api.post('/v1/sim/applications', {
    no: application,
    partner: 'vop',
    remarks: 'bench',
    vendors: VENDORS,
    lines: linesFor(cards),
  });
  await api.post(`/v1/sim/applications/${application}/submit`, {});
};

/** Follows the process to its end, doing the one thing that is left to staff. Tells when each stage was entered. */
const follow = async (api: ApiClient, application: string, log: BenchContext['log'], cards: number) => {
  const path = `/v1/sim/applications/${application}`;
  const entered: Array<{ readonly stage: string; readonly atMs: number }> = [];
  // Ten times as long as it should take.
  const until = performance.now() + 120_000 + cards * 12;
  for (;;) {
    const { body } = await api.get<CardMakingProgress>(`${path}/progress`);
    const [round] = body.rounds;
    const stage = body.ended ?? round?.stage ?? 'checking';
    if (entered.at(-1)?.stage !== stage) {
      entered.push({ stage, atMs: performance.now() });
      log(stage);
    }
    if (round?.problem !== undefined && round.problem !== null) throw new Error(JSON.stringify(round.problem));
    if (body.ended !== null) return entered;
    if (round?.stage === 'splitting' && round.parts.length === 0) {
      await api.post(`${path}/split`, { round: 1, rule: { by: 'city', vendors: vendorOfCity() } });
    }
    if (performance.now() > until) throw new Error(`the cycle stands in ${stage}`);
    await sleep(LOOK_EVERY_MS);
  }
};

const audit = async (api: ApiClient, application: string, cards: number): Promise<void> => {
  for (;;) {
    const { body } = await api.get<Audit>(`/v1/sim/applications/${application}/audit`);
    const { books, balanced, agreeing } = body;
    if (!balanced || books.applied !== cards || books.made + books.failed !== cards) {
      throw new Error(`the books do not balance: ${JSON.stringify(body)}`);
    }
    if (agreeing) return;
    await sleep(LOOK_EVERY_MS);
  }
};

const cycle = async (node: StartedNode, keyDir: string, cards: number, log: BenchContext['log']): Promise<Cycle> => {
  const api = new ApiClient(node.url, keyDir, 'demo-operator');
  const application = `A20261123-${randomBytes(3).toString('hex').toUpperCase()}`;
  const stop = watch(node);
  const startedMs = performance.now();
  await submit(api, application, cards);
  const entered = await follow(api, application, log, cards);
  const endedMs = entered.at(-1)?.atMs ?? startedMs;
  const samples = await stop();
  await audit(api, application, cards);
  const behindSeconds = (performance.now() - endedMs) / 1_000;
  const stages = entered.slice(0, -1).map(({ stage, atMs }, index) => ({
    stage,
    seconds: ((entered[index + 1]?.atMs ?? endedMs) - (index === 0 ? startedMs : atMs)) / 1_000,
  }));
  const sampled = Math.max(...samples.map(({ rssBytes }) => rssBytes));
  const seconds = (endedMs - startedMs) / 1_000;
  return { cards, seconds, stages, samples, peakBytes: peakOf(node) ?? sampled, behindSeconds };
};

/** Slope of memory over cards, by least squares; the first quarter of the work is left out as warming up. */
const growthPer100kMiB = ({ samples, cards }: Cycle): number => {
  const first = samples[0]?.answers ?? 0;
  const all = (samples.at(-1)?.answers ?? 0) - first;
  const points = samples
    .map(({ answers, rssBytes }) => ({ x: (((answers - first) / all) * cards) / 100_000, y: rssBytes / MEBI }))
    .filter(({ x }) => x > cards / 400_000);
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const above = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return above / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
};

const RAW_BATCH = 200;
const RAW_RECORDS = 200_000;

/** Records a second that one writer gets in, majority and journaled: those of the cycle again, under other keys. */
const rawInserts = async (db: mongoose.mongo.Db, records: number): Promise<number> => {
  const like = await db.collection<JournalDocument>(JOURNAL).find({}).limit(2_000).toArray();
  const collection = db.collection<JournalDocument>('raw_journal');
  await collection.createIndex({ at: 1 });
  const wanted = Math.min(records, RAW_RECORDS);
  const startedMs = performance.now();
  for (let from = 0; from < wanted; from += RAW_BATCH) {
    const batch = Array.from({ length: Math.min(RAW_BATCH, wanted - from) }, (_, at) => {
      const record = like[(from + at) % like.length];
      if (record === undefined) throw new Error('the cycle left no journal');
      return { ...record, _id: `${record._id}/${from + at}` };
    });
    await collection.insertMany(batch, { ordered: false, writeConcern: { w: 'majority', j: true } });
  }
  return wanted / ((performance.now() - startedMs) / 1_000);
};

const CODEC_ROWS = 50_000;

/** Seconds to write and to read one row of a card-making file: the codec's part of the work, without any I/O. */
const codecSecondsPerRow = (): number => {
  const rows = Array.from({ length: CODEC_ROWS }, (_, at) => ({
    line: 1,
    iccid: iccidOfBody(`8986011${String(at).padStart(12, '0')}`),
    imsi: `46001${String(at).padStart(10, '0')}`,
    product: '5G-STD',
    city: '110000',
    cardType: 'finished' as const,
  }));
  const startedMs = performance.now();
  const encoder = encodeVopFile({
    kind: 'cardMaking',
    version: 1,
    sender: 'VOP',
    receiver: 'RPS',
    application: 'A20261123-0001',
    round: 1,
    part: 0,
    sequence: 1,
    created: '2026-11-23T06:00:00Z',
    charset: 'GB18030',
  });
  const bytes = encoder.push(rows);
  if (isRefusal(bytes)) throw new Error(bytes.message);
  const decoded = decodeVopFile({ kind: 'cardMaking' }).feed(bytes).length;
  if (decoded !== CODEC_ROWS) throw new Error(`${decoded} rows came back`);
  return (performance.now() - startedMs) / 1_000 / CODEC_ROWS;
};

const reportCycle = ({ report }: BenchContext, measured: Cycle, records: number, rawPerSecond: number): void => {
  const { cards, seconds, stages, samples, peakBytes, behindSeconds } = measured;
  const of = `${cards.toLocaleString('en')} cards`;
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was sampled');
  const mebi = (bytes: number): number => Math.round(bytes / MEBI);
  const tenth = (value: number): number => Number(value.toFixed(1));
  report({
    figure: `whole cycle, ${of}`,
    value: Math.round(cards / seconds),
    unit: 'cards/s',
    baseline: Math.round((cards * rawPerSecond) / records),
    goal: { min: 800 },
  });
  report({ figure: `whole cycle, ${of}: time`, value: tenth(seconds), unit: 's' });
  for (const { stage, seconds: took } of stages) report({ figure: `stage ${stage}`, value: tenth(took), unit: 's' });
  report({ figure: 'until lists agree with the actors', value: tenth(behindSeconds), unit: 's' });
  const turns = last.answers - first.answers;
  report({
    figure: 'durable turns',
    value: Math.round(turns / seconds),
    unit: '1/s',
    baseline: Math.round(rawPerSecond),
  });
  report({ figure: 'durable turns a card', value: tenth(turns / cards), unit: '' });
  const cpu = last.cpuSeconds - first.cpuSeconds;
  report({ figure: "node's processor time a card", value: Math.round((cpu / cards) * 1e6), unit: 'µs' });
  report({
    figure: 'codec: a row written and read',
    value: tenth((codecSecondsPerRow() * cards * 100) / cpu),
    unit: '% of it',
  });
  report({ figure: 'memory of the node at the start', value: mebi(first.rssBytes), unit: 'MiB' });
  report({ figure: 'memory of the node at the end', value: mebi(last.rssBytes), unit: 'MiB' });
  report({ figure: 'memory of the node, peak', value: mebi(peakBytes), unit: 'MiB', goal: { max: MOST_MEMORY_MIB } });
  report({
    figure: 'memory grown per 100,000 cards, once warm',
    value: tenth(growthPer100kMiB(measured)),
    unit: 'MiB',
    ...(cards < GROWTH_FROM_CARDS ? {} : { goal: { max: MOST_GROWTH_MIB } }),
  });
};

/** The memory curve for the person who waits: ten moments, evenly over the cycle. */
const logCurve = ({ log }: BenchContext, { samples }: Cycle): void => {
  const step = Math.max(1, Math.floor(samples.length / 10));
  const start = samples[0]?.atMs ?? 0;
  for (const [index, { atMs, rssBytes, heapBytes, externalBytes }] of samples.entries()) {
    if (index % step !== 0) continue;
    const mebi = [rssBytes, heapBytes, externalBytes].map((bytes) => Math.round(bytes / MEBI));
    log(`${((atMs - start) / 1_000).toFixed(0).padStart(5)} s  ${mebi[0]} MiB, heap ${mebi[1]}, buffers ${mebi[2]}`);
  }
};

const sizeOf = (full: boolean): number => {
  const asked = Number(process.env['HUFU_BENCH_CARDS'] ?? (full ? FULL_CARDS : CARDS));
  if (!Number.isInteger(asked) || asked < 1_200) throw new Error('HUFU_BENCH_CARDS is a whole number from 1,200');
  return asked;
};

const run = async (context: BenchContext): Promise<void> => {
  const cards = sizeOf(context.full);
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-'));
  const keyDir = join(directory, 'keys');
  const env = {
    HUFU_DATABASE: context.database,
    HUFU_KEY_DIR: keyDir,
    HUFU_DEMO_KEYS: '1',
    HUFU_SIM_POLL_MS: '500',
  };
  const connection = await mongoose.createConnection(context.mongodbUri, { dbName: context.database }).asPromise();
  const stops: Array<() => Promise<void>> = [];
  try {
    await prepare({ ...definedEnvironment(), ...env });
    // Made beforehand, as on every start but the first: the bundler's memory is not the node's.
    await Effect.runPromise(workflowBundle(allWorkflows, join(process.env['HUFU_STATE_DIR'] ?? '.hufu', 'cache')));
    const simulators = await startSimulators(directory);
    stops.push(simulators.stop);
    const node = await startNode({ ...env, ...simulators.env });
    stops.push(node.stop);
    const measured = await cycle(node, keyDir, cards, context.log);
    for (const stop of stops.splice(0).reverse()) await stop();
    const { db } = connection;
    if (db === undefined) throw new Error('no database');
    const records = await db.collection(JOURNAL).countDocuments();
    logCurve(context, measured);
    reportCycle(context, measured, records, await rawInserts(db, records));
  } finally {
    for (const stop of stops.reverse()) await stop();
    await connection.dropDatabase();
    await connection.close();
    await rm(directory, { recursive: true, force: true });
  }
};

const definedEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

export const bench: Bench = {
  name: 'card-making',
  title: 'A card-making cycle from the application to the last card, beside raw inserts of its journal records',
  servers: ['mongodb', 'redis', 'temporal'],
  run,
};
