import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { CurrentStep } from '../activities/activity.ts';
import { importResourceFile } from '../activities/sim/resource-files.ts';
import { ResourceReading } from '../activities/sim/resource-reading.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { resourceFileActor } from '../actors/sim/resource-file.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { PartnerLayoutWriter } from '../domain/sim/resource/partner-layout.ts';
import { Files } from '../store/files/files.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * A file of a million IMSIs, a line each, read in both layouts and in the worst order, and imported into ranges over the
 * file store and actors. The baseline does the least that any reader must: it splits lines and cells.
 */

const tenant = 'bench' as TenantId;
const PIECE = 256 * 1024;
const BATCH = 10_000;
const MEBI = 1024 * 1024;

const imsi = (n: number): string => `46001${String(n).padStart(10, '0')}`;

const piecesOf = (bytes: Buffer): ReadonlyArray<Buffer> =>
  Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, at) => bytes.subarray(at * PIECE, (at + 1) * PIECE));

const partnerFile = (numbers: Uint32Array): ReadonlyArray<Buffer> => {
  const writer = new PartnerLayoutWriter({
    type: 'imsi',
    sender: 'VOP',
    receiver: 'RPS',
    batch: '20261126-01',
    sequence: 1,
    created: '2026-11-26T02:00:00Z',
  });
  const pieces = [writer.begin()];
  for (let at = 0; at < numbers.length; at += BATCH) {
    const rows = [...numbers.subarray(at, at + BATCH)];
    pieces.push(writer.rows(rows.map((n) => ({ first: imsi(n), last: '', product: '4G-STD', city: '110000' }))));
  }
  return piecesOf(Buffer.concat([...pieces, writer.end()]));
};

const csvFile = (numbers: Uint32Array): ReadonlyArray<Buffer> => {
  const pieces = [Buffer.from('imsi,product,city\n')];
  for (let at = 0; at < numbers.length; at += BATCH) {
    const rows = [...numbers.subarray(at, at + BATCH)];
    pieces.push(Buffer.from(rows.map((n) => `${imsi(n)},4G-STD,110000\n`).join('')));
  }
  return piecesOf(Buffer.concat(pieces));
};

/** The same numbers in an order in which hardly any follows its neighbour. */
const shuffled = (numbers: Uint32Array): Uint32Array => {
  const out = numbers.slice();
  let seed = 42;
  for (let at = out.length - 1; at > 0; at -= 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const other = seed % (at + 1);
    [out[at], out[other]] = [out[other] ?? 0, out[at] ?? 0];
  }
  return out;
};

const plainSplit = (pieces: ReadonlyArray<Buffer>, separator: string): number => {
  const begun = performance.now();
  let rest = '';
  let cells = 0;
  for (const piece of pieces) {
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) cells += line.split(separator).length;
  }
  if (cells === 0) throw new Error('nothing was split');
  return (performance.now() - begun) / 1_000;
};

/** Reads and plans. @returns seconds, and how much memory grew at most (MiB) */
const readAll = (pieces: ReadonlyArray<Buffer>, lines: number): { seconds: number; grown: number } => {
  const before = process.memoryUsage.rss();
  let most = before;
  const begun = performance.now();
  const reading = new ResourceReading('RPS', 'bench.txt');
  for (const piece of pieces) {
    reading.feed(piece);
    most = Math.max(most, process.memoryUsage.rss());
  }
  const { problems } = reading.end();
  const plan = reading.runs.plan([]);
  const seconds = (performance.now() - begun) / 1_000;
  most = Math.max(most, process.memoryUsage.rss());
  if (problems.length > 0 || plan.accepted !== lines || plan.ranges.length !== 1) {
    throw new Error(
      `accepted ${plan.accepted} of ${lines} lines in ${plan.ranges.length} ranges: ${JSON.stringify(problems)}`,
    );
  }
  return { seconds, grown: (most - before) / MEBI };
};

const step = CurrentStep.of({
  caller: { subject: 'service:bench', tenant, roles: [] },
  commandIdFor: (...parts) => ['bench', ...parts].join('/'),
  heartbeat: () => Effect.void,
  lastHeartbeat: undefined,
  attempt: 1,
  workflowId: 'bench',
});

const importAll = (pieces: ReadonlyArray<Buffer>, lines: number) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const actors = yield* Actors;
    const kept = { tenant, area: 'sim', name: 'bench.txt', contentType: 'text/plain', sealed: true };
    const file = yield* files.put(kept, Stream.fromIterable(pieces));
    const begun = performance.now();
    const id = { tenant, key: file.sm3 };
    yield* actors.ask(resourceFileActor, {
      id,
      command: { _tag: 'Receive', name: file.name, ref: file, source: 'upload' },
      envelope: { commandId: 'receive', caller: step.caller },
    });
    yield* importResourceFile({ tenant, file }).pipe(Effect.provideService(CurrentStep, step));
    const { state } = yield* actors.read(resourceFileActor, id);
    if (state?.status !== 'done' || state.accepted !== lines)
      throw new Error(`imported ${state?.accepted} of ${lines}`);
    return (performance.now() - begun) / 1_000;
  });

const run = async ({ full, report, log, mongodbUri, database }: BenchContext): Promise<void> => {
  const lines = full ? 5_000_000 : 1_000_000;
  const numbers = Uint32Array.from({ length: lines }, (_, n) => n);
  const partner = partnerFile(numbers);
  const files = [
    { name: 'the partner’s layout', separator: '|', pieces: partner },
    { name: 'CSV', separator: ',', pieces: csvFile(numbers) },
    { name: 'CSV, shuffled', separator: ',', pieces: csvFile(shuffled(numbers)) },
  ];
  for (const { name, separator, pieces } of files) {
    log(`${name}: ${lines} lines`);
    const { seconds, grown } = readAll(pieces, lines);
    const baseline = lines / plainSplit(pieces, separator);
    report({ figure: `read ${name}`, value: lines / seconds, unit: 'lines/s', baseline, goal: { min: 100_000 } });
    // What the CSV parser leaves to the garbage collector: the same for a million lines and for three.
    report({ figure: `read ${name}: memory grown`, value: grown, unit: 'MiB', goal: { max: 320 } });
  }
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-keys-'));
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(ActorsLocal(simActors), FilesLive).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: mongodbUri, database: `${database}_${randomBytes(3).toString('hex')}` })),
    ),
  );
  try {
    log('importing from the file store into ranges');
    await runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
    const seconds = await runtime.runPromise(Effect.provideService(importAll(partner, lines), CurrentStep, step));
    const goal = { max: full ? 300 : 60 };
    report({ figure: 'import of the partner’s file into ranges', value: seconds, unit: 's', goal });
    await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  } finally {
    await runtime.dispose();
    await rm(directory, { recursive: true });
  }
};

export const bench: Bench = {
  name: 'resource-files',
  title: 'A million IMSIs of a resource file become ranges',
  servers: ['mongodb'],
  run,
};
