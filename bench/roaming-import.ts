import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Stream } from 'effect';
import { importFileActor } from '../actors/roaming/import-file.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { FileReader } from '../domain/roaming/codec/file-reader.ts';
import { importKey } from '../domain/roaming/imports/import-file.ts';
import type { RoamingConfiguration } from '../partners/roaming/port.ts';
import type { SimulatedFile } from '../partners/roaming/simulator-file.ts';
import { type FileRef, Files } from '../store/files/files.ts';
import { Mongo } from '../store/mongo.ts';
import { agreementWith, roamingTerms } from '../test/support/roaming-import.ts';
import {
  importOnce,
  importRuntime,
  importTenant,
  openSubscribers,
  prepareImports,
  receiveFile,
} from '../test/support/roaming-import-run.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * A partner's TAP 3.12 file from the archive to the books: decoded, checked, duplicates out, attributed, rated, posted to
 * its subscribers, booked. A hundredth of the records first, in a process that has just started and once more, then a
 * tenth, then all of them: the time of a record must not grow. `HUFU_IMPORT_RECORDS` takes another number than
 * 100,000, or a million with `--full`. The baseline reads the same file's records and inserts them as they are, a thousand
 * at a time, acknowledged by the journal of the database.
 */

const RECORDS = 1_000_000;
const FEW = 100_000;
/** So many records of a subscriber, as a day in a large partner's network has them. */
const RECORDS_EACH = 20;
/** Of the baseline. */
const AT_ONCE = 1_000;
const DURABLE = { w: 'majority', j: true } as const;
const MEBI = 1024 * 1024;

const importOne = (file: SimulatedFile) =>
  Effect.gen(function* () {
    const stored = yield* receiveFile(file);
    const cpu = process.cpuUsage();
    const begun = performance.now();
    yield* importOnce(file.sender, stored);
    const seconds = (performance.now() - begun) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const id = { tenant: importTenant, key: importKey(file.sender, stored.sm3) };
    const { state } = yield* Effect.flatMap(Actors, (actors) => actors.read(importFileActor, id));
    if (state?.status !== 'done' || state.audit === null) throw new Error(`the import ended ${state?.status}`);
    return { stored, seconds, cpuSeconds: (user + system) / 1e6, audit: state.audit };
  });

/** Read and inserted, and nothing decided. @returns records a second */
const plainly = (stored: FileRef, records: number) =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const collection = connection.collection<{ readonly record: unknown }>('bench_plain_records');
    const files = yield* Files;
    const begun = performance.now();
    const reader = new FileReader({ reuse: true });
    let batch: Array<{ readonly record: unknown }> = [];
    const insert = Effect.suspend(() => {
      const some = batch;
      batch = [];
      return Effect.promise(() => collection.insertMany(some, { ordered: false, writeConcern: DURABLE }));
    });
    yield* Stream.runForEach(files.open(importTenant, stored.id), (bytes) =>
      Effect.gen(function* () {
        for (const piece of reader.feed(Buffer.from(bytes))) {
          if (piece.kind === 'record') batch.push({ record: piece.plain() });
        }
        if (batch.length >= AT_ONCE) yield* insert;
      }),
    );
    if (batch.length > 0) yield* insert;
    const seconds = (performance.now() - begun) / 1_000;
    yield* Effect.promise(() => collection.drop());
    return records / seconds;
  });

const terms: RoamingConfiguration = roamingTerms();

const run = async ({ full, report, log, mongodbUri, database }: BenchContext): Promise<void> => {
  const most = Number(process.env['HUFU_IMPORT_RECORDS'] ?? (full ? RECORDS : FEW));
  const [few, some] = [0.01, 0.1].map((share) => Math.max(1_000, Math.round(most * share))) as [number, number];
  const sizes = [
    { records: few, name: `${few} records, in a process that has just started` },
    { records: few, name: `${few} records` },
    { records: some, name: `${some} records` },
    { records: most, name: `${most} records` },
  ];
  const [partner] = terms.partners.values();
  if (partner === undefined) throw new Error('there is no partner');
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-keys-'));
  const own = `${database}_${randomBytes(3).toString('hex')}`;
  const runtime = importRuntime({ mongodbUri, database: own, directory }, terms);
  try {
    await runtime.runPromise(prepareImports);
    let opened = 0;
    let firstRecord = 0;
    for (const [at, { records, name }] of sizes.entries()) {
      const subscribers = Math.max(50, Math.round(records / RECORDS_EACH));
      log(`${name}, of ${subscribers} subscribers`);
      await runtime.runPromise(openSubscribers(opened, subscribers));
      opened = Math.max(opened, subscribers);
      const common = { sender: partner.code, recipient: terms.home, day: '20261101', utcOffset: '+0800' };
      const file = {
        ...common,
        sequence: at + 1,
        records,
        subscribers,
        firstRecord,
        agreement: agreementWith(partner.code),
      };
      firstRecord += records;
      let peak = process.memoryUsage.rss();
      const before = peak;
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
      const { stored, seconds, cpuSeconds, audit } = await runtime
        .runPromise(importOne(file))
        .finally(() => clearInterval(watch));
      const { in: all, rated, rejected, duplicate, quarantined } = audit;
      log(
        `in ${all} = rated ${rated} + rejected ${rejected} + duplicate ${duplicate} + quarantined ${quarantined}; ` +
          `${seconds.toFixed(1)} s, of which this process computed ${cpuSeconds.toFixed(1)} s`,
      );
      if (rated !== records) throw new Error(`${rated} of ${records} records were rated`);
      const baseline = await runtime.runPromise(plainly(stored, records));
      const goal = records === RECORDS ? { goal: { min: 20_000 } } : {};
      report({ figure: `import of ${name}`, value: records / seconds, unit: 'records/s', baseline, ...goal });
      report({ figure: `import of ${name}: memory grown`, value: (peak - before) / MEBI, unit: 'MiB' });
    }
    await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  } finally {
    await runtime.dispose();
    await rm(directory, { recursive: true });
  }
};

export const bench: Bench = {
  name: 'roaming-import',
  title: 'A partner’s file of a million records, from the archive to subscribers and books',
  servers: ['mongodb'],
  run,
};
