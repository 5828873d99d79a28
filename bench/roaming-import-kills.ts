import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Effect } from 'effect';
import type { SimulatedFile } from '../partners/roaming/simulator-file.ts';
import { Mongo } from '../store/mongo.ts';
import { type Random, randomOf } from '../test/faults/faults.ts';
import { importKilled, importUndisturbed } from '../test/faults/import-kills.ts';
import { importOnNodes } from '../test/faults/import-on-nodes.ts';
import { killTimes } from '../test/faults/kills.ts';
import { agreementWith, roamingTerms } from '../test/support/roaming-import.ts';
import {
  type ImportTotals,
  importRuntime,
  openSubscribers,
  prepareImports,
  receiveFile,
  totalsOf,
} from '../test/support/roaming-import-run.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * An import that is killed with SIGKILL at random, ten times with `--full`, beside one that is left alone: all totals of file, subscribers
 * and books must be the same. As one process with its actors; then as a house has it, a worker and two nodes of actors, of
 * which any is killed. 20,000 records, a million with `--full`, another number with `HUFU_IMPORT_RECORDS`.
 * `HUFU_FAULTS_SEED` repeats a run's choices.
 */

const PARTNER = 'HKGPP';
const KILLS = 10;
const FEW_KILLS = 4;
const RECORDS_EACH = 20;
const BOOKS = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);

interface Of {
  readonly file: SimulatedFile;
  readonly subscribers: number;
  readonly random: Random;
  readonly kills: number;
}

/** Held against each other; what differs is told with the seed by the caller. */
const compare = ({ report }: BenchContext, what: string, disturbed: ImportTotals, undisturbed: ImportTotals): void => {
  const differs = isDeepStrictEqual(disturbed, undisturbed) ? 0 : 1;
  report({ figure: `${what}: totals that differ`, value: differs, unit: '', goal: { max: 0 } });
  if (differs > 0) throw new Error(`${what}: totals differ`);
};

const asOneProcess = async (context: BenchContext, { file, subscribers, random, kills }: Of): Promise<void> => {
  const { report, mongodbUri, database } = context;
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-kills-'));
  let tookMs = 0;
  let killed = 0;
  const totalsAfter = async (name: string, disturbed: boolean): Promise<ImportTotals> => {
    const place = { mongodbUri, database: `${database}_${name}`, directory };
    const before = importRuntime(place, roamingTerms(1));
    await before.runPromise(Effect.zipRight(prepareImports, openSubscribers(0, subscribers)));
    const stored = await before.runPromise(receiveFile(file));
    // Its actors belong to the processes that follow.
    await before.dispose();
    if (disturbed) {
      killed = await importKilled(place, PARTNER, stored, killTimes(random, kills, tookMs));
    } else tookMs = await importUndisturbed(place, PARTNER, stored);
    const after = importRuntime(place, roamingTerms(1));
    const totals = await after.runPromise(totalsOf(PARTNER, stored, subscribers, BOOKS));
    await after.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
    await after.dispose();
    return totals;
  };
  try {
    const undisturbed = await totalsAfter('calm', false);
    report({ figure: `one process, ${file.records} records: left alone`, value: tookMs / 1_000, unit: 's' });
    const disturbed = await totalsAfter('killed', true);
    report({ figure: 'one process: killed', value: killed, unit: 'times', goal: { min: kills } });
    compare(context, 'one process', disturbed, undisturbed);
  } finally {
    await rm(directory, { recursive: true });
  }
};

const onNodes = async (context: BenchContext, { file, subscribers, random, kills }: Of): Promise<void> => {
  const { report, log, mongodbUri, redisUrl, temporalAddress, database } = context;
  const servers = { mongodbUri, redisUrl, temporalAddress };
  const common = { servers, file, subscribers, books: BOOKS };
  const calm = await importOnNodes({ ...common, database: `${database}_nodes` });
  const figure = `worker and two nodes, ${file.records} records`;
  report({ figure: `${figure}: left alone`, value: calm.tookMs / 1_000, unit: 's' });
  const toKill = { count: kills, random, tookMs: calm.tookMs, log };
  const disturbed = await importOnNodes({ ...common, database: `${database}_nodes_killed` }, toKill);
  report({ figure: `${figure}: killed`, value: disturbed.killed, unit: 'times', goal: { min: kills } });
  report({
    figure: `${figure}: with kills`,
    value: disturbed.tookMs / 1_000,
    unit: 's',
    baseline: calm.tookMs / 1_000,
  });
  const { status, audit } = disturbed.totals;
  log(`${status}: ${JSON.stringify(audit)}`);
  compare(context, 'worker and two nodes', disturbed.totals, calm.totals);
};

const run = async (context: BenchContext): Promise<void> => {
  const { full, log, wants } = context;
  const records = Number(process.env['HUFU_IMPORT_RECORDS'] ?? (full ? 1_000_000 : 20_000));
  const subscribers = Math.max(50, Math.round(records / RECORDS_EACH));
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  log(`HUFU_FAULTS_SEED=${seed}; ${records} records of ${subscribers} subscribers`);
  const of = { random: randomOf(seed), kills: full ? KILLS : FEW_KILLS, subscribers };
  const common = { sender: PARTNER, recipient: 'CHNCM', sequence: 1, day: '20261101', utcOffset: '+0800' };
  const file = { ...common, records, subscribers, agreement: agreementWith(PARTNER) };
  if (wants('process')) await asOneProcess(context, { ...of, file });
  if (wants('nodes')) await onNodes(context, { ...of, file });
};

export const bench: Bench = {
  name: 'roaming-import-kills',
  title: 'An import that is killed again and again at random: totals as of one that is left alone',
  servers: ['mongodb', 'redis', 'temporal'],
  parts: ['process', 'nodes'],
  run,
};
