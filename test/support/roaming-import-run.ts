import { Effect, Either, Layer, ManagedRuntime, Stream } from 'effect';
import { CurrentStep } from '../../activities/activity.ts';
import { importFile } from '../../activities/roaming/import-file.ts';
import { roamingFile } from '../../activities/roaming/stored-file.ts';
import { loadFirstTerms } from '../../activities/roaming/terms.ts';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { booksActor } from '../../actors/roaming/books.ts';
import { importFileActor } from '../../actors/roaming/import-file.ts';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { importKey } from '../../domain/roaming/imports/import-file.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { Roaming, type RoamingConfiguration } from '../../partners/roaming/port.ts';
import { type SimulatedFile, simulatedFile, simulatedSubscriber } from '../../partners/roaming/simulator-file.ts';
import { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { bindIdentities } from '../../store/roaming/identities.ts';
import { partsOfPartner } from '../../store/roaming/usage.ts';

/** An import without Temporal, in this process or one that may be killed: the step itself over real storage and actors. */

export interface ImportPlace {
  readonly mongodbUri: string;
  readonly database: string;
  /** Of the keys. */
  readonly directory: string;
}

export const importTenant = 'demo' as TenantId;
const AT_ONCE = 2_000;
const WIDTH = 200;

export const importLayer = ({ mongodbUri, database, directory }: ImportPlace, terms: RoamingConfiguration) =>
  Layer.mergeAll(ActorsLocal(roamingActors), FilesLive, Layer.succeed(Roaming, terms)).pipe(
    Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
    Layer.provideMerge(mongoLayer({ uri: mongodbUri, database })),
  );

export const importRuntime = (place: ImportPlace, terms: RoamingConfiguration) =>
  ManagedRuntime.make(importLayer(place, terms));

export const stepOf = (run: string) =>
  CurrentStep.of({
    caller: { subject: 'service:worker', tenant: importTenant, roles: [] },
    commandIdFor: (...parts) => ['import', run, ...parts].join('/'),
    heartbeat: () => Effect.void,
    lastHeartbeat: undefined,
    attempt: 1,
    workflowId: 'import',
  });

export const prepareImports = Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)).pipe(
  Effect.zipRight(loadFirstTerms(importTenant)),
);

/** Subscribers `S<from>` to before `S<to>` of the simulated partner's files. */
export const openSubscribers = (from: number, to: number) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    for (let at = from; at < to; at += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, place) => at + place);
      const answers = yield* actors.askMany(
        subscriberActor,
        some.map((one) => ({
          id: { tenant: importTenant, key: `S${one}` },
          command: { _tag: 'Open' as const, primary: simulatedSubscriber(one).msisdn, currency: 'CNY' },
          envelope: { commandId: `open-${one}`, caller: stepOf('').caller },
        })),
      );
      if (answers.some(Either.isLeft)) throw new Error('a subscriber was not opened');
      yield* bindIdentities(
        some.map((one) => ({
          tenant: importTenant,
          kind: 'msisdn',
          value: simulatedSubscriber(one).msisdn,
          subscriber: `S${one}`,
        })),
      );
    }
  });

/** A file as a partner names it. */
export interface NamedFile {
  readonly name: string;
  readonly pieces: Iterable<Uint8Array>;
}

const tapOf = (file: SimulatedFile): NamedFile => ({
  name: `CD${file.sender}${file.recipient}${String(file.sequence).padStart(5, '0')}`,
  pieces: simulatedFile(file),
});

/** Puts the file into the archive, received and not yet imported. TAP when nothing else is said. */
export const receiveFile = (file: SimulatedFile, { name, pieces }: NamedFile = tapOf(file)) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const actors = yield* Actors;
    const stored = yield* files.put(roamingFile(importTenant, name, {}), Stream.fromIterable(pieces));
    yield* actors.ask(importFileActor, {
      id: { tenant: importTenant, key: importKey(file.sender, stored.sm3) },
      command: { _tag: 'Receive', name, ref: stored, source: 'upload' },
      envelope: { commandId: `receive-${name}`, caller: stepOf('').caller },
    });
    return stored;
  });

/** The step, once. */
export const importOnce = (partner: string, file: FileRef) =>
  importFile({ tenant: importTenant, partner, file }).pipe(Effect.provideService(CurrentStep, stepOf(file.sm3)));

/** As `totalsOf` gives them: amounts as text. */
export interface ImportTotals {
  readonly status?: string;
  readonly audit?: { readonly rated: number };
  readonly sums?: { readonly chargedMinor: string };
  readonly spent: ReadonlyArray<{
    readonly spent: ReadonlyArray<{ readonly spentMinor: string }>;
    readonly observed: ReadonlyArray<{ readonly estimatedMinor: string }>;
  }>;
  readonly booked: ReadonlyArray<unknown>;
  readonly usage: { readonly records: number; readonly retailMinor: string; readonly chargedMinor: string };
}

/** Everything that an import changes, in a form that can be compared: bigints as text. */
export const totalsOf = (partner: string, file: FileRef, subscribers: number, books: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const id = { tenant: importTenant, key: importKey(partner, file.sm3) };
    const { state } = yield* actors.read(importFileActor, id);
    const spent = yield* Effect.forEach(
      Array.from({ length: subscribers }, (_, at) => at),
      (at) =>
        actors.read(subscriberActor, { tenant: importTenant, key: `S${at}` }).pipe(
          Effect.map((one) => ({
            spent: one.state?.spent ?? [],
            observed: one.state?.observed ?? [],
            chunks: one.state?.chunks.length ?? 0,
          })),
        ),
      { concurrency: WIDTH },
    );
    const booked = yield* Effect.forEach(books, (key) =>
      actors.read(booksActor, { tenant: importTenant, key }).pipe(
        Effect.map((one) => ({
          lines: one.state?.open.flatMap(({ lines }) => lines) ?? [],
          audits: one.state?.files.map(({ audit }) => audit) ?? [],
        })),
        Effect.catchIf(isRefusal, () => Effect.succeed({ lines: [], audits: [] })),
      ),
    );
    const usage = yield* Stream.runFold(
      partsOfPartner(importTenant, partner, '2026-11'),
      { parts: 0, records: 0, retailMinor: 0n, chargedMinor: 0n },
      (sum, { records }) => ({
        parts: sum.parts + 1,
        records: sum.records + records.length,
        retailMinor: records.reduce((all, one) => all + one.retailMinor, sum.retailMinor),
        chargedMinor: records.reduce((all, one) => all + one.chargedMinor, sum.chargedMinor),
      }),
    );
    const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
    const { status, audit, sums } = state ?? {};
    return JSON.parse(JSON.stringify({ status, audit, sums, spent, booked, usage }, plain)) as ImportTotals;
  });
