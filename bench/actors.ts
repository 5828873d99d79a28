import { activation } from './actors/activation.ts';
import { asks } from './actors/asks.ts';
import { bound } from './actors/bound.ts';
import { idle } from './actors/idle.ts';
import { nodes } from './actors/nodes.ts';
import type { Bench, BenchContext } from './bench.ts';
import { type OwnDatabase, withDatabase } from './database.ts';

const parts: Readonly<Record<string, (context: BenchContext, own: OwnDatabase) => Promise<void>>> = {
  asks,
  nodes,
  activation,
  idle,
  bound,
};

const run = async (context: BenchContext): Promise<void> => {
  for (const [name, part] of Object.entries(parts)) {
    if (!context.wants(name)) continue;
    context.log(name);
    await withDatabase(context, name, (own) => part(context, own));
  }
};

export const bench: Bench = {
  name: 'actors',
  title: 'Durable asks here and between nodes, waking, memory, restart, beside raw inserts and finds',
  servers: ['mongodb'],
  parts: Object.keys(parts),
  run,
};
