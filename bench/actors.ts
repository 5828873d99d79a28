import { activation } from './actors/activation.ts';
import { asks } from './actors/asks.ts';
import { bound } from './actors/bound.ts';
import { idle } from './actors/idle.ts';
import { nodes } from './actors/nodes.ts';
import type { Bench } from './bench.ts';
import { inParts } from './database.ts';

export const bench: Bench = {
  name: 'actors',
  title: 'Durable asks here and between nodes, waking, memory, restart, beside raw inserts and finds',
  servers: ['mongodb'],
  ...inParts({ asks, nodes, activation, idle, bound }),
};
