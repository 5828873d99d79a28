import { Snowflake } from '@effect/cluster';
import { Effect, Exit } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exit, idOf, request } from '../../test/cluster-storage/envelopes.ts';
import { connectForTest } from '../../test/support/mongo.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo } from '../mongo.ts';
import { clusterIndexes, MESSAGES, REPLIES } from './cluster-storage.ts';
import { makeMessageStorage } from './cluster-storage-messages.ts';

/** What is our own; how it behaves as a storage of the cluster is in `test/cluster-storage/scenarios.ts`. */

let connection: mongoose.Connection;

beforeAll(async () => {
  connection = await connectForTest('cluster_messages');
  await Effect.runPromise(migrate(connection, clusterIndexes));
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

it('everything that is finished has a day to live, everything else a month after its moment', async () => {
  const storage = await Effect.runPromise(
    makeMessageStorage.pipe(Effect.provideService(Mongo, connection), Effect.provide(Snowflake.layerGenerator)),
  );
  const [done, open] = [request(), request({ atMs: Date.now() + 10 * 86_400_000 })];
  for (const one of [done, open]) await Effect.runPromise(storage.saveRequest(one));
  await Effect.runPromise(storage.saveReply(exit(done, Exit.succeed('x'))));
  const daysLeft = async (collection: string, of: typeof done) => {
    const found = await databaseOf(connection)
      .collection<{ requestId: string; expiresAt: Date }>(collection)
      .findOne({ requestId: String(idOf(of)) });
    return Math.round(((found?.expiresAt.getTime() ?? 0) - Date.now()) / 86_400_000);
  };
  expect(await daysLeft(MESSAGES, done)).toBe(1);
  expect(await daysLeft(REPLIES, done)).toBe(1);
  expect(await daysLeft(MESSAGES, open)).toBe(40);
});
