import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Effect, Schedule, Stream } from 'effect';
import { expect, it } from 'vitest';
import { CurrentStep } from '../../activities/activity.ts';
import { previewRerating } from '../../activities/roaming/rerating.ts';
import { reratingsActor } from '../../actors/roaming/reratings.ts';
import { termsActor } from '../../actors/roaming/terms.ts';
import { proposeTerms } from '../../actors/roaming/terms-documents.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { reratingOf } from '../../domain/roaming/rerating/rerating.ts';
import type { ReratingCommand } from '../../domain/roaming/rerating/schema.ts';
import type { TermsKind } from '../../domain/roaming/terms/schema.ts';
import { termsKey } from '../../domain/roaming/terms/terms.ts';
import { correctedBy } from '../../domain/roaming/usage/usage-record.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { Mongo } from '../../store/mongo.ts';
import { partsOfPartner } from '../../store/roaming/usage.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { agreementWith, correctedAgreement, planJson, roamingTerms } from '../support/roaming-import.ts';
import {
  type ImportPlace,
  importOnce,
  importRuntime,
  openSubscribers,
  prepareImports,
  receiveFile,
  stepOf,
  importTenant as tenant,
  totalsOf,
} from '../support/roaming-import-run.ts';
import { randomOf } from './faults.ts';
import { killed, killTimes, undisturbed } from './kills.ts';

/** A re-rating goes on after its process was killed, and its totals are those of one that was left alone. */

const PROGRAM = fileURLToPath(new URL('./rerating-process.ts', import.meta.url));
const PARTNER = 'HKGPP';
const RERATING = 'v0123456789abcdef';
const SUBSCRIBERS = 300;
const KILLS = 6;
const BOOKS = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);
const envelope = (commandId: string, subject: string) => ({ commandId, caller: { subject, tenant, roles: [] } });

const approved = (kind: TermsKind, name: string, document: unknown) =>
  Effect.gen(function* () {
    yield* proposeTerms({ tenant, kind, name }, document, 'corrected', envelope(`propose-${kind}`, 'li'));
    const id = { tenant, key: termsKey(kind, name) };
    const command = { _tag: 'Approve', revision: 2 } as const;
    yield* (yield* Actors).ask(termsActor, { id, command, envelope: envelope(`approve-${kind}`, 'wang') });
  });

const ask = (command: ReratingCommand, subject: string) =>
  Effect.flatMap(Actors, (actors) =>
    actors.ask(reratingsActor, { id: { tenant, key: PARTNER }, command, envelope: envelope(command._tag, subject) }),
  );

/** A file imported by the first revisions, others approved since, and a re-rating that is approved and not posted. */
const prepared = Effect.gen(function* () {
  yield* prepareImports;
  yield* openSubscribers(0, SUBSCRIBERS);
  const file = { sender: PARTNER, recipient: 'CHNCM', sequence: 1, records: 4_000, subscribers: SUBSCRIBERS };
  const stored = yield* receiveFile({
    ...file,
    day: '20261102',
    utcOffset: '+0800',
    agreement: agreementWith(PARTNER),
  });
  yield* importOnce(PARTNER, stored);
  yield* approved('agreement', `CHNCM-${PARTNER}`, correctedAgreement(PARTNER));
  yield* approved('plan', 'TRAVEL', planJson('0.60'));
  const wanted = { roaming: 'outbound', from: '2026-11-01', to: '2026-11-30', agreement: 2, plan: 2 } as const;
  yield* ask({ _tag: 'Start', rerating: RERATING, ...wanted, reason: 'amendment' }, 'li');
  const preview = previewRerating({ tenant, partner: PARTNER, rerating: RERATING });
  // Files that are done may still be listed as they were.
  yield* Effect.retry(Effect.provideService(preview, CurrentStep, stepOf('preview')), {
    while: ({ code }) => code === 'ImportRunning',
    schedule: Schedule.spaced('100 millis'),
  });
  yield* ask({ _tag: 'Approve', rerating: RERATING }, 'wang');
  return stored;
});

const totalsAfterwards = (stored: FileRef) =>
  Effect.gen(function* () {
    const totals = yield* totalsOf(PARTNER, stored, SUBSCRIBERS, BOOKS);
    const { state } = yield* (yield* Actors).read(reratingsActor, { tenant, key: PARTNER });
    const one = reratingOf(state, RERATING);
    const differences = yield* partsOfPartner(tenant, PARTNER, '2026-11').pipe(
      Stream.filter(({ part }) => correctedBy(part) === RERATING),
      Stream.runFold(0, (sum, { records }) => sum + records.length),
    );
    expect(one?.posted).toEqual(one?.preview);
    const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
    return { totals, differences, posted: JSON.stringify(one?.posted, plain), status: one?.status };
  });

/** Prepares a database of its own, posts the re-rating there. @returns everything that it has changed */
const totalsAfter = async (directory: string, post: (args: ReadonlyArray<string>) => Promise<unknown>) => {
  const place: ImportPlace = {
    mongodbUri: serverAddress('MONGODB_URI'),
    database: uniqueName('rerating_kills'),
    directory,
  };
  const before = importRuntime(place, roamingTerms(1));
  const stored = await before.runPromise(prepared);
  // Its actors belong to the processes that follow.
  await before.dispose();
  await post([place.mongodbUri, place.database, directory, PARTNER, RERATING]);
  const after = importRuntime(place, roamingTerms(1));
  try {
    return await after.runPromise(totalsAfterwards(stored));
  } finally {
    await after.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
    await after.dispose();
  }
};

it('a re-rating whose process is killed again and again changes no total', { timeout: 240_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-rerating-kills-'));
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = randomOf(seed);
  try {
    let tookMs = 0;
    const calm = await totalsAfter(directory, async (args) => {
      tookMs = await undisturbed(PROGRAM, args);
    });
    expect(calm.status).toBe('done');
    expect(calm.differences).toBeGreaterThan(0);
    let kills = 0;
    const disturbed = await totalsAfter(directory, async (args) => {
      kills = await killed(PROGRAM, args, killTimes(random, KILLS, tookMs));
    });
    expect(disturbed, `HUFU_FAULTS_SEED=${seed}`).toEqual(calm);
    expect(kills).toBeGreaterThan(0);
  } finally {
    await rm(directory, { recursive: true });
  }
});
