import { Effect } from 'effect';
import { describe, expect, it } from 'vitest';
import { serverAddress, uniqueName } from '../test/support/names.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoFault, mongoHealth, mongoLayer, mongoTry } from './mongo.ts';
import { redisHealth, redisLayer } from './redis.ts';

const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('connections') });
/** Reserved for discard; nothing listens there. */
const NOBODY = '127.0.0.1:9';

describe('MongoDB', () => {
  it('is healthy when a primary answers', () => Effect.runPromise(mongoHealth().pipe(Effect.provide(mongo))));

  it('gives a fault with the address when nobody answers', async () => {
    const nobody = mongoLayer({ uri: `mongodb://${NOBODY}`, database: 'none', serverSelectionTimeoutMs: 300 });
    const failure = await Effect.runPromise(Effect.flip(mongoHealth().pipe(Effect.provide(nobody))));
    expect(failure).toMatchObject({ _tag: 'Fault', service: 'mongodb', code: 'Unavailable' });
    expect(failure.message).toContain(NOBODY);
  });

  it('tells outages, time limits and bugs apart, and quotes no document', () =>
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const things = db.collection<{ _id: string }>('things');
      yield* mongoTry('writing a thing', () => things.insertOne({ _id: 'secret' }));
      const twice = yield* Effect.promise(() => things.insertOne({ _id: 'secret' }).catch((cause: unknown) => cause));
      expect(isDuplicateKey(twice)).toBe(true);
      expect(mongoFault('writing', twice)).toBeUndefined();

      const slow = () => things.find({ $where: 'sleep(200) || true' }, { maxTimeMS: 20 }).toArray();
      const late = yield* Effect.flip(mongoTry('looking', slow));
      expect(late).toMatchObject({ code: 'Timeout', message: 'MongoDB took too long while looking.' });

      const bug = yield* Effect.exit(mongoTry('asking', () => db.command({ noSuchCommand: 1 })));
      expect(bug._tag === 'Failure' && bug.cause._tag).toBe('Die');
      yield* Effect.promise(() => db.dropDatabase());
    }).pipe(Effect.provide(mongo), Effect.runPromise));
});

describe('Redis', () => {
  it('is healthy when it answers', () =>
    Effect.runPromise(redisHealth().pipe(Effect.provide(redisLayer(serverAddress('REDIS_URL'))))));

  it('gives a fault when nobody answers', async () => {
    const nobody = redisLayer(`redis://:a-password@${NOBODY}`);
    const failure = await Effect.runPromise(Effect.flip(redisHealth(1_000).pipe(Effect.provide(nobody))));
    expect(failure).toMatchObject({ _tag: 'Fault', service: 'redis' });
    expect(failure.message).not.toContain('a-password');
  });
});
