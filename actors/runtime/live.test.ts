import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Effect, Either, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyPort } from '../../cli/supervisor/ports.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument } from '../../store/runtime/journal.ts';
import { Counter } from '../../test/support/counter.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { Actors } from './actors.ts';
import { clusterLayer } from './cluster.ts';
import { ActorsLive, ActorsLocal } from './live.ts';
import { testCaller, testId } from './test-kit.ts';

const database = uniqueName('actors_live');
const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database });
const storage = ManagedRuntime.make(mongo);
const noKeys = Layer.succeed(KeyRing, {
  current: () => ({ id: 'none', key: Buffer.alloc(16) }),
  byId: () => undefined,
  refresh: Effect.void,
});
const records = () =>
  storage.runPromise(
    Effect.flatMap(Mongo, ({ db }) =>
      Effect.promise(
        async () =>
          (await db
            ?.collection<JournalDocument>(JOURNAL)
            .find({}, { sort: { _id: 1 } })
            .toArray()) ?? [],
      ),
    ),
  );

beforeAll(() => storage.runPromise(Effect.void));
afterAll(async () => {
  await storage.runPromise(Effect.flatMap(Mongo, ({ db }) => Effect.promise(async () => db?.dropDatabase())));
  await storage.dispose();
});

/** Every sequence contiguous from 1, every command id once. */
const audit = (all: ReadonlyArray<JournalDocument>): ReadonlySet<string> => {
  const seqs = new Map<string, number>();
  const commands = new Set<string>();
  for (const record of all) {
    const actor = `${record.kind}/${record.actor}`;
    expect(record.seq).toBe((seqs.get(actor) ?? 0) + 1);
    seqs.set(actor, record.seq);
    for (const turn of record.turns ?? []) {
      expect(commands.has(turn.commandId)).toBe(false);
      commands.add(turn.commandId);
    }
  }
  return commands;
};

const asker = (prefix: string, actors: number) => {
  let count = 0;
  const acknowledged = new Set<string>();
  const one = Effect.gen(function* () {
    const service = yield* Actors;
    count += 1;
    const commandId = `${prefix}${count}`;
    const ask = { id: testId(`k${count % actors}`), command: { _tag: 'Add', by: 1 } as const };
    // As every caller does: the same id again until there is an answer.
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const result = yield* Effect.either(
        service.ask(Counter, { ...ask, envelope: { commandId, caller: testCaller } }),
      );
      if (Either.isRight(result)) {
        acknowledged.add(commandId);
        return;
      }
      expect(result.left).toMatchObject({ _tag: 'Fault' });
      yield* Effect.sleep(result.left._tag === 'Fault' ? (result.left.retryAfterMs ?? 50) : 50);
    }
    throw new Error(`${commandId} was never answered`);
  });
  const many = (asks: number) =>
    Effect.all(
      Array.from({ length: asks }, () => one),
      { concurrency: 32, discard: true },
    );
  return { many, acknowledged };
};

describe('two nodes', () => {
  test('share the actors, reach each other’s, and one goes on when the other leaves', async () => {
    const node = async () => {
      const cluster = clusterLayer({ host: '127.0.0.1', port: await anyPort() });
      return ManagedRuntime.make(
        ActorsLive([Counter]).pipe(Layer.provideMerge(cluster), Layer.provide(Layer.merge(mongo, noKeys))),
      );
    };
    const one = await node();
    const two = await node();
    try {
      const first = asker('one-', 60);
      const second = asker('two-', 60);
      await one.runPromise(first.many(300));
      await Promise.all([one.runPromise(first.many(300)), two.runPromise(second.many(600))]);
      const writers = new Set((await records()).map((record) => record.writer.split('.')[0]));
      expect(writers.size).toBe(2);
      const moving = two.runPromise(second.many(600));
      await one.dispose();
      await moving;
      const commands = audit(await records());
      for (const id of [...first.acknowledged, ...second.acknowledged]) expect(commands.has(id)).toBe(true);
      expect(commands.size).toBe(first.acknowledged.size + second.acknowledged.size);
      const sum = await two.runPromise(
        Effect.gen(function* () {
          const service = yield* Actors;
          let value = 0;
          for (let key = 0; key < 60; key += 1) value += (yield* service.read(Counter, testId(`k${key}`))).state.value;
          return value;
        }),
      );
      expect(sum).toBe(commands.size);
      const refused = await two.runPromise(
        Effect.flip(
          Effect.flatMap(Actors, (service) =>
            service.ask(Counter, {
              id: testId('k1'),
              command: { _tag: 'Take', by: 1_000_000 },
              envelope: { commandId: 'too much', caller: testCaller },
            }),
          ),
        ),
      );
      expect(refused).toMatchObject({ code: 'Overdrawn' });
    } finally {
      await one.dispose();
      await two.dispose();
    }
  });
});

describe('kill -9', () => {
  test('in the middle of a load: every acknowledged command is in the journal exactly once', async () => {
    const own = uniqueName('actors_kill');
    const child = spawn(process.execPath, ['test/support/counter-load.ts'], {
      env: { ...process.env, HUFU_DATABASE: own, HUFU_LOG: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const acknowledged: Array<string> = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 2_000) child.kill('SIGKILL');
    }
    await exited;
    const after = ManagedRuntime.make(
      ActorsLocal([Counter]).pipe(
        Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: own })),
        Layer.provide(noKeys),
      ),
    );
    try {
      const { db } = await after.runPromise(Mongo);
      const all =
        (await db
          ?.collection<JournalDocument>(JOURNAL)
          .find({}, { sort: { _id: 1 } })
          .toArray()) ?? [];
      const commands = audit(all);
      expect(acknowledged.length).toBeGreaterThanOrEqual(2_000);
      expect(acknowledged.filter((id) => !commands.has(id))).toEqual([]);
      // Asked again, they change nothing.
      const service = await after.runPromise(Actors);
      const key = (commandId: string) => testId(`k${Number(commandId.slice(1)) % 50}`);
      const again = await after.runPromise(
        service.askMany(
          Counter,
          acknowledged.slice(-500).map((commandId) => ({
            id: key(commandId),
            command: { _tag: 'Add' as const, by: 1 },
            envelope: { commandId, caller: testCaller },
          })),
        ),
      );
      expect(again.every(Either.isRight)).toBe(true);
      expect(await db?.collection(JOURNAL).countDocuments()).toBe(all.length);
      await db?.dropDatabase();
    } finally {
      await after.dispose();
    }
  });
});
