import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { expect, vi } from 'vitest';
import type { mandateActors } from '../../actors/mandates/actors.ts';
import type { operationsActors } from '../../actors/operations/actors.ts';
import type { roamingActors } from '../../actors/roaming/actors.ts';
import type { Actors } from '../../actors/runtime/actors.ts';

import { ActorsLocal } from '../../actors/runtime/live.ts';
import { admin } from '../../cli/admin/index.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import { EXIT } from '../../cli/failure.ts';
import type { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { type Audit, AuditLive } from '../../store/operations/audit.ts';
import { serverAddress, uniqueName } from './names.ts';

/** `hufu admin …` as it is typed: what it prints, whole or as one object a line. */

export const hufu = async (...words: readonly string[]): Promise<string> => {
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    out += String(piece);
    return true;
  });
  try {
    expect(await admin(words)).toBe(EXIT.ok);
  } finally {
    spy.mockRestore();
  }
  return out;
};
export const objects = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

/** Stores of a test's own, which the commands find by the environment, and actors on them. */
export const startAdminStores = async (
  name: string,
  definitions: typeof mandateActors | typeof roamingActors | typeof operationsActors,
) => {
  const database = uniqueName(name);
  const directory = await mkdtemp(join(tmpdir(), 'hufu-admin-'));
  const keys = join(directory, 'keys');
  const stores = Layer.merge(
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database }),
    keyRingLayer({ directory: keys, demoKeys: true }),
  );
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(ActorsLocal(definitions), AuditLive, FilesLive).pipe(Layer.provideMerge(stores)),
  );
  const run = <A, E>(effect: Effect.Effect<A, E, Actors | Audit | Files | KeyRing | Mongo>): Promise<A> =>
    runtime.runPromise(effect);
  process.env['HUFU_DATABASE'] = database;
  process.env['HUFU_KEY_DIR'] = keys;
  process.env['HUFU_STATE_DIR'] = directory;
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  return {
    directory,
    run,
    stop: async (): Promise<void> => {
      await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => databaseOf(connection).dropDatabase())));
      await runtime.dispose();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
export type AdminStores = Awaited<ReturnType<typeof startAdminStores>>;
