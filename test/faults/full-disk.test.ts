import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFault } from '../../domain/kernel/refusal.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { SimulatedFile } from '../../partners/roaming/simulator-file.ts';
import { agreementWith, roamingTerms } from '../support/roaming-import.ts';
import {
  type ImportPlace,
  importOnce,
  importRuntime,
  openSubscribers,
  prepareImports,
  receiveFile,
  totalsOf,
} from '../support/roaming-import-run.ts';
import { EAGER, Mongod } from './mongod.ts';

/**
 * The disk of the database is full while a file is stored, and while one is imported: MongoDB ends when it cannot write. A
 * limit on the size of its files stands for the disk, for the system refuses its writes just the same.
 */

const PARTNER = 'HKGPP';
const SUBSCRIBERS = 2_000;
const BOOKS = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);
const ROOM_BYTES = 64 * 1024;
const common = { sender: PARTNER, recipient: 'CHNCM', day: '20261102', utcOffset: '+0800' };
const agreement = agreementWith(PARTNER);
const file: SimulatedFile = { ...common, sequence: 1, records: 40_000, subscribers: SUBSCRIBERS, agreement };
/** Does not fit beside the first one. */
const larger: SimulatedFile = { ...file, sequence: 2, records: 80_000, firstRecord: 40_000 };

let mongod: Mongod;
let directory: string;
let stored: FileRef;

const place = (database: string): ImportPlace => ({ mongodbUri: mongod.uri, database, directory });
const within = async <A>(
  database: string,
  work: (runtime: ReturnType<typeof importRuntime>) => Promise<A>,
): Promise<A> => {
  const runtime = importRuntime(place(database), roamingTerms(1));
  try {
    return await work(runtime);
  } finally {
    await runtime.dispose();
  }
};
const prepared = (database: string): Promise<FileRef> =>
  within(database, (runtime) =>
    runtime.runPromise(
      prepareImports.pipe(Effect.zipRight(openSubscribers(0, SUBSCRIBERS)), Effect.zipRight(receiveFile(file))),
    ),
  );
const totals = (database: string, ref: FileRef) =>
  within(database, (runtime) => runtime.runPromise(totalsOf(PARTNER, ref, SUBSCRIBERS, BOOKS)));

beforeAll(async () => {
  mongod = await Mongod.start(EAGER);
  directory = await mkdtemp(join(tmpdir(), 'hufu-full-disk-'));
  stored = await prepared('full');
}, 120_000);
afterAll(async () => {
  await mongod.remove();
  await rm(directory, { recursive: true });
});

it.each([
  ['imported', () => Effect.asVoid(importOnce(PARTNER, stored))],
  ['stored', () => Effect.asVoid(receiveFile(larger))],
])(
  'a disk that is full while a file is %s is a fault, and nothing of the file is lost or kept out',
  async (_, work) => {
    await mongod.stop();
    await mongod.startWithRoomFor(ROOM_BYTES);
    await within('full', async (runtime) => {
      const failed = await runtime.runPromise(Effect.either(work()));
      expect(Either.isLeft(failed) && isFault(failed.left)).toBe(true);
    });
    expect(await mongod.lastWords()).toContain('File too large');
    await mongod.startAgain();
    expect(await totals('full', stored)).toMatchObject({
      status: expect.stringMatching(/^(received|planned|charged)$/),
    });
  },
  240_000,
);

it('goes on when there is room: totals are those of a file that was not disturbed', async () => {
  await within('full', (runtime) => runtime.runPromise(importOnce(PARTNER, stored)));
  const disturbed = await totals('full', stored);
  expect(disturbed).toMatchObject({ status: 'done', audit: { in: 40_000, rated: 40_000, duplicate: 0 } });
  const calm = await prepared('calm');
  await within('calm', (runtime) => runtime.runPromise(importOnce(PARTNER, calm)));
  expect(disturbed).toEqual(await totals('calm', calm));
  const again = await within('full', (runtime) => runtime.runPromise(receiveFile(larger)));
  expect(again.bytes).toBeGreaterThan(stored.bytes);
}, 240_000);
