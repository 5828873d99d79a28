import type { Command } from 'commander';
import { Effect, Layer } from 'effect';
import { rebuildStatistics } from '../../actors/sim/statistics.ts';
import { KeyRingLive } from '../../store/keys/key-ring.ts';
import { MongoLive } from '../../store/mongo.ts';
import { print } from './answer.ts';
import { runningEnv, withStores } from './stores.ts';

/** `hufu admin statistics rebuild`: counts the statistics and stock levels anew from the journal, also while nodes work. */

const TELL_EVERY = 50_000;

const rebuild = async (): Promise<void> => {
  let told = 0;
  const tell = (kind: string, records: number): void => {
    if (records - told < TELL_EVERY && records >= told) return;
    told = records;
    process.stderr.write(`${kind}: ${records} records\n`);
  };
  const counted = await withStores(
    runningEnv(),
    Layer.merge(MongoLive, KeyRingLive),
    Effect.suspend(() => rebuildStatistics(tell)),
  );
  for (const [kind, records] of Object.entries(counted)) print(`${kind}: counted from ${records} records`);
};

export const addStatistics = (tree: Command): void => {
  const statistics = tree.command('statistics').description('counters of cards and numbers');
  statistics
    .command('rebuild')
    .description('count everything anew from the journal; safe to repeat, also while nodes are at work')
    .action(rebuild);
};
