import type { Command } from 'commander';
import { Effect } from 'effect';
import { type MigrationReport, migrate } from '../../store/migrations.ts';
import { Mongo, MongoLive } from '../../store/mongo.ts';
import { collectionPlans, dataMigrations } from './plans.ts';
import { runningEnv, withStores } from './stores.ts';

/** `hufu admin migrate`: makes the collections and indexes that are missing. `up` does the same before it starts. */

export const runMigrations = (env: Readonly<Record<string, string>>): Promise<MigrationReport> =>
  withStores(
    env,
    MongoLive,
    Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans, dataMigrations)),
  );

export const addMigrate = (tree: Command): void => {
  tree
    .command('migrate')
    .description('make the collections and indexes that are missing; safe to repeat')
    .action(async () => {
      const { made, alreadyThere, unplanned } = await runMigrations(runningEnv());
      for (const name of made) process.stdout.write(`made      ${name}\n`);
      for (const name of unplanned) process.stdout.write(`unplanned ${name} (left as it is)\n`);
      process.stdout.write(`${made.length} made, ${alreadyThere.length} already there\n`);
    });
};
