import type { Command } from 'commander';
import { Effect, Layer } from 'effect';
import { actorDefinitions } from '../../actors/actors.ts';
import { rebuildStateDocuments } from '../../actors/runtime/replay.ts';
import { KeyRingLive } from '../../store/keys/key-ring.ts';
import { MongoLive } from '../../store/mongo.ts';
import { Failure } from '../failure.ts';
import { runningEnv, withStores } from './stores.ts';

/** `hufu admin rebuild [KIND…]`: writes the state documents anew from the journal, also while actors are at work. */

const chosen = (kinds: readonly string[]) => {
  const known = actorDefinitions.map((definition) => definition.kind);
  const unknown = kinds.filter((kind) => !known.some((one) => one === kind));
  if (unknown.length > 0) {
    throw new Failure(`no such kind of actor: ${unknown.join(', ')}`, `The kinds are ${known.join(', ')}.`);
  }
  return actorDefinitions.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
};

export const addRebuild = (tree: Command): void => {
  tree
    .command('rebuild')
    .argument('[kind...]', 'kinds of actors, e.g. sim.card; all when left out')
    .description('write the state documents anew from the journal; safe to repeat')
    .action(async (kinds: readonly string[]) => {
      for (const definition of chosen(kinds)) {
        const stores = Layer.merge(MongoLive, KeyRingLive);
        const { actors, records } = await withStores(
          runningEnv(),
          stores,
          Effect.suspend(() => rebuildStateDocuments(definition)),
        );
        process.stdout.write(`${definition.kind}: ${actors} actors from ${records} records\n`);
      }
    });
};
