import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Effect } from 'effect';
import { Mongo } from '../store/mongo.ts';
import { randomOf } from '../test/faults/faults.ts';
import { importKilled, importUndisturbed } from '../test/faults/import-kills.ts';
import { killTimes } from '../test/faults/kills.ts';
import { agreementWith, roamingTerms } from '../test/support/roaming-import.ts';
import {
  importRuntime,
  openSubscribers,
  prepareImports,
  receiveFile,
  totalsOf,
} from '../test/support/roaming-import-run.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * An import whose process, with its actors, is killed with SIGKILL ten times at random, beside one that is left alone: all
 * totals of file, subscribers and books must be the same. 20,000 records, a million with `--full`, another number with
 * `HUFU_IMPORT_RECORDS`. `HUFU_FAULTS_SEED` repeats a run's choices.
 */

const PARTNER = 'HKGPP';
const KILLS = 10;
const RECORDS_EACH = 20;
const BOOKS = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);

const run = async ({ full, report, log, mongodbUri, database }: BenchContext): Promise<void> => {
  const records = Number(process.env['HUFU_IMPORT_RECORDS'] ?? (full ? 1_000_000 : 20_000));
  const subscribers = Math.max(50, Math.round(records / RECORDS_EACH));
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  log(`HUFU_FAULTS_SEED=${seed}; ${records} records of ${subscribers} subscribers`);
  const random = randomOf(seed);
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-kills-'));
  const common = { sender: PARTNER, recipient: 'CHNCM', sequence: 1, day: '20261101', utcOffset: '+0800' };
  const file = { ...common, records, subscribers, agreement: agreementWith(PARTNER) };
  let tookMs = 0;
  let killed = 0;
  const totalsAfter = async (name: string, disturbed: boolean): Promise<unknown> => {
    const place = { mongodbUri, database: `${database}_${name}`, directory };
    const before = importRuntime(place, roamingTerms(1));
    await before.runPromise(Effect.zipRight(prepareImports, openSubscribers(0, subscribers)));
    const stored = await before.runPromise(receiveFile(file));
    // Its actors belong to the processes that follow.
    await before.dispose();
    if (disturbed) {
      killed = await importKilled(place, PARTNER, stored, killTimes(random, KILLS, tookMs));
    } else tookMs = await importUndisturbed(place, PARTNER, stored);
    const after = importRuntime(place, roamingTerms(1));
    const totals = await after.runPromise(totalsOf(PARTNER, stored, subscribers, BOOKS));
    await after.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
    await after.dispose();
    return totals;
  };
  try {
    const undisturbed = await totalsAfter('calm', false);
    report({ figure: `undisturbed import of ${records} records`, value: tookMs / 1_000, unit: 's' });
    const disturbed = await totalsAfter('killed', true);
    report({ figure: 'processes killed', value: killed, unit: '' });
    const differs = isDeepStrictEqual(disturbed, undisturbed) ? 0 : 1;
    report({ figure: 'totals that differ', value: differs, unit: '', goal: { max: 0 } });
    if (differs > 0) throw new Error(`totals differ: HUFU_FAULTS_SEED=${seed}`);
  } finally {
    await rm(directory, { recursive: true });
  }
};

export const bench: Bench = {
  name: 'roaming-import-kills',
  title: 'An import whose process is killed ten times at random: totals as of one that is left alone',
  servers: ['mongodb'],
  run,
};
