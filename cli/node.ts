import { Layer } from 'effect';
import type { Fault, Refusal } from '../domain/kernel/refusal.ts';
import { MongoLive } from '../store/mongo.ts';
import { RedisLive } from '../store/redis.ts';
import type { Role } from './role.ts';

/** One node: the Layers of the rooms that its roles need. */
export const nodeLayer = (_roles: ReadonlySet<Role>): Layer.Layer<never, Refusal | Fault> =>
  Layer.discard(Layer.mergeAll(MongoLive, RedisLive)).pipe(Layer.orDie);
