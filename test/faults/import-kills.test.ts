import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { expect, it } from 'vitest';
import type { SimulatedFile } from '../../partners/roaming/simulator-file.ts';
import { simulatedNrtrde } from '../../partners/roaming/simulator-nrtrde.ts';
import { Mongo } from '../../store/mongo.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { agreementWith, roamingTerms } from '../support/roaming-import.ts';
import {
  type ImportPlace,
  type ImportTotals,
  importRuntime,
  type NamedFile,
  openSubscribers,
  prepareImports,
  receiveFile,
  totalsOf,
} from '../support/roaming-import-run.ts';
import { randomOf } from './faults.ts';
import { importKilled, importUndisturbed } from './import-kills.ts';
import { importOnNodes } from './import-on-nodes.ts';
import { killTimes } from './kills.ts';

/** An import goes on after its process was killed, and its totals are those of one that was left alone. */

const PARTNER = 'HKGPP';
const SUBSCRIBERS = 300;
const KILLS = 6;
const BOOKS = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);
const file: SimulatedFile = {
  sender: PARTNER,
  recipient: 'CHNCM',
  sequence: 1,
  records: 5_000,
  // Some are nobody's.
  subscribers: SUBSCRIBERS + 20,
  day: '20261102',
  utcOffset: '+0800',
  agreement: agreementWith(PARTNER),
};

/** Imports the file in a database of its own. @returns its totals */
const totalsAfter = async (
  directory: string,
  importIt: (place: ImportPlace, stored: Parameters<typeof importUndisturbed>[2]) => Promise<void>,
  named?: NamedFile,
): Promise<ImportTotals> => {
  const place = { mongodbUri: serverAddress('MONGODB_URI'), database: uniqueName('import_kills'), directory };
  const before = importRuntime(place, roamingTerms(1));
  const stored = await before.runPromise(
    prepareImports.pipe(Effect.zipRight(openSubscribers(0, SUBSCRIBERS)), Effect.zipRight(receiveFile(file, named))),
  );
  // Its actors belong to the processes that follow.
  await before.dispose();
  await importIt(place, stored);
  const after = importRuntime(place, roamingTerms(1));
  try {
    return await after.runPromise(totalsOf(PARTNER, stored, SUBSCRIBERS, BOOKS));
  } finally {
    await after.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
    await after.dispose();
  }
};

it('an import whose process is killed again and again changes no total', { timeout: 240_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-import-kills-'));
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = randomOf(seed);
  try {
    let tookMs = 0;
    const undisturbed = await totalsAfter(directory, async (place, stored) => {
      tookMs = await importUndisturbed(place, PARTNER, stored);
    });
    expect(undisturbed).toMatchObject({ status: 'done', audit: { in: 5_000, rejected: 0, duplicate: 0 } });
    const { audit, sums, spent, usage } = undisturbed;
    expect(usage).toMatchObject({ records: audit?.rated, chargedMinor: sums?.chargedMinor });
    // Each record that was posted is kept, and each that is kept was posted.
    const posted = spent.flatMap((one) => one.spent).reduce((all, { spentMinor }) => all + BigInt(spentMinor), 0n);
    expect(BigInt(usage.retailMinor)).toBe(posted);
    let killed = 0;
    const disturbed = await totalsAfter(directory, async (place, stored) => {
      killed = await importKilled(place, PARTNER, stored, killTimes(random, KILLS, tookMs));
    });
    expect(disturbed, `HUFU_FAULTS_SEED=${seed}`).toEqual(undisturbed);
    expect(killed).toBeGreaterThan(0);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('an import whose worker and nodes are killed, as a house has them, changes no total', {
  timeout: 400_000,
}, async () => {
  const servers = {
    mongodbUri: serverAddress('MONGODB_URI'),
    redisUrl: serverAddress('REDIS_URL'),
    temporalAddress: serverAddress('TEMPORAL_ADDRESS'),
  };
  const common = { servers, file, subscribers: SUBSCRIBERS, books: BOOKS };
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const calm = await importOnNodes({ ...common, database: uniqueName('import_nodes') });
  expect(calm.totals).toMatchObject({ status: 'done', audit: { in: 5_000, rejected: 0, duplicate: 0 } });
  const told: Array<string> = [];
  const kills = {
    count: 3,
    random: randomOf(seed),
    tookMs: calm.tookMs,
    log: (line: string) => void told.push(line),
  };
  const disturbed = await importOnNodes({ ...common, database: uniqueName('import_nodes') }, kills);
  expect(disturbed.totals, `HUFU_FAULTS_SEED=${seed}: ${told.join('; ')}`).toEqual(calm.totals);
  expect(disturbed.killed).toBeGreaterThan(0);
});

it('usage in near real time is observed once, though the process is killed in the middle', {
  timeout: 240_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-import-kills-'));
  const { name, bytes } = simulatedNrtrde(file);
  const named = { name, pieces: [bytes] };
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = randomOf(seed);
  try {
    let tookMs = 0;
    const undisturbed = await totalsAfter(
      directory,
      async (place, stored) => {
        tookMs = await importUndisturbed(place, PARTNER, stored);
      },
      named,
    );
    expect(undisturbed).toMatchObject({
      status: 'done',
      audit: { in: 5_000, rejected: 0, duplicate: 0 },
      usage: { records: 0 },
    });
    let count = 0;
    const observed = undisturbed.spent.flatMap((one) => one.observed);
    expect(observed.reduce((all, { estimatedMinor }) => all + BigInt(estimatedMinor), 0n)).toBeGreaterThan(0n);
    const disturbed = await totalsAfter(
      directory,
      async (place, stored) => {
        count = await importKilled(place, PARTNER, stored, killTimes(random, 2, tookMs));
      },
      named,
    );
    expect(disturbed, `HUFU_FAULTS_SEED=${seed}`).toEqual(undisturbed);
    expect(count).toBeGreaterThan(0);
  } finally {
    await rm(directory, { recursive: true });
  }
});
