import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Effect, type Either, Layer, type Runtime, type Scope } from 'effect';
import type { ActorId, TenantId } from '../../domain/kernel/actor-id.ts';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import type { Facts } from '../../domain/kernel/decider.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { mongoActorStorage } from '../../store/runtime/actor-storage.ts';
import { JOURNAL, type JournalDocument } from '../../store/runtime/journal.ts';
import { takeAllEpochs } from '../../store/runtime/journal-epochs.ts';
import type { Answer, Ask, Envelope } from './actors.ts';
import type { AnyDefinition, CommandOf, EventOf, NeedsOf, ReplyOf, SpecsOf, StateOf } from './definition.ts';
import { DeviceTalks } from './device-talks.ts';
import type { Tuning } from './live.ts';
import { ActorNode } from './node.ts';
import { PARTITIONS } from './partition.ts';
import { protocolOf } from './protocol.ts';
import { makeService } from './service.ts';

/**
 * For authors of actors. Three ways to try one: its decider alone (`given`), the actor on the real storage (`world`),
 * and the actor on a node that dies at a chosen point (`world.crash`), to see what survived.
 */

export const testTenant = 'test' as TenantId;

export const testCaller: Caller = { subject: 'service:test', tenant: testTenant, roles: ['operator'] };

export const testId = (key: string): ActorId => ({ tenant: testTenant, key });

// --- a decider alone ---

const testFacts = (facts: Partial<Facts>): Facts => ({
  nowMs: Date.UTC(2026, 0, 1),
  actor: testId('one'),
  caller: testCaller,
  commandId: 'command-1',
  ...facts,
});

/**
 * `given(Card, issued).when({ _tag: 'Block' }).events(blocked)`. Every event passes its schema both ways, as it would
 * through the journal. Throws an assertion error where it is not as said.
 */
export const given = <D extends AnyDefinition>(definition: D, ...events: ReadonlyArray<EventOf<D>>) => {
  const protocol = protocolOf(definition);
  const { decider } = protocol.definition;
  const stored = (event: unknown): unknown =>
    protocol.decodeEvent(definition.eventVersion, protocol.encodeEvent(event));
  const state: unknown = events.map(stored).reduce(decider.evolve, decider.initial);
  return {
    state: state as StateOf<D>,
    when: (command: CommandOf<SpecsOf<D>>, facts: Partial<Facts> = {}) => {
      const decision = decider.decide(state, command, testFacts(facts));
      const accepted = () => {
        assert.ok(!isRefusal(decision), `refused: ${isRefusal(decision) ? decision.code : ''}`);
        return decision;
      };
      return {
        decision,
        events: (...expected: ReadonlyArray<EventOf<D>>): void => assert.deepEqual([...accepted().events], expected),
        reply: (expected: unknown): void => assert.deepEqual(accepted().reply, expected),
        refused: (code: string): void => {
          assert.ok(isRefusal(decision), 'accepted');
          assert.equal(decision.code, code);
        },
        state: (expected: StateOf<D>): void =>
          assert.deepEqual(accepted().events.map(stored).reduce(decider.evolve, state), expected),
      };
    },
  };
};

/**
 * Keeps one sample of each event of each version for ever, as it was written then: all must still be readable.
 * `samples[version]` are encoded events.
 */
export const everyVersion = (
  definition: AnyDefinition,
  samples: Readonly<Record<number, ReadonlyArray<unknown>>>,
): void => {
  const { decodeEvent } = protocolOf(definition);
  for (let version = 1; version <= definition.eventVersion; version += 1) {
    const ofVersion = samples[version] ?? [];
    assert.ok(ofVersion.length > 0, `${definition.kind}: no sample of version ${version}`);
    for (const sample of ofVersion) assert.doesNotThrow(() => decodeEvent(version, sample));
  }
};

// --- on real storage ---

/** Where the process dies: the record is not written; written, but nobody was told; told, but no state document. */
export type CrashPoint = 'before append' | 'after append' | 'before state document';

type Result<Reply> = Either.Either<Answer<Reply>, Refusal | Fault>;

export interface World<D extends AnyDefinition> {
  readonly database: string;
  readonly mongo: Layer.Layer<Mongo, Fault>;
  readonly keys: Layer.Layer<KeyRing>;
  readonly ask: <Tag extends keyof SpecsOf<D> & string>(
    key: string,
    command: Extract<CommandOf<SpecsOf<D>>, { readonly _tag: Tag }>,
    envelope?: Partial<Envelope>,
  ) => Effect.Effect<Result<ReplyOf<SpecsOf<D>, Tag>>>;
  readonly read: (
    key: string,
  ) => Effect.Effect<Either.Either<{ readonly state: StateOf<D>; readonly rev: number }, Refusal | Fault>>;
  /** A node dies at this point of the command's turn. What the caller saw: an answer, or nothing. Then a new one starts. */
  readonly crash: <Tag extends keyof SpecsOf<D> & string>(
    point: CrashPoint,
    key: string,
    command: Extract<CommandOf<SpecsOf<D>>, { readonly _tag: Tag }>,
    envelope?: Partial<Envelope>,
  ) => Effect.Effect<Result<ReplyOf<SpecsOf<D>, Tag>> | undefined>;
  /** An orderly stop, and a new node. */
  readonly restart: Effect.Effect<void>;
  /** Actors awake on the node. */
  readonly awake: () => number;
  /** The actor's journal, in order. */
  readonly journal: (key: string) => Effect.Effect<ReadonlyArray<JournalDocument>>;
  /** Another node beside the first that also believes to own everything. */
  readonly rival: Effect.Effect<Pick<World<D>, 'ask' | 'read'>, never, Scope.Scope>;
}

const testKeys = (): Layer.Layer<KeyRing> => {
  const journal = { id: 'journal-1', key: randomBytes(16) };
  return Layer.succeed(KeyRing, {
    current: () => journal,
    byId: (_purpose, id) => (id === journal.id ? journal : undefined),
    refresh: Effect.void,
  });
};

const mongodbUri = (): string => {
  const uri = process.env['MONGODB_URI'];
  if (uri === undefined) throw new Error('MONGODB_URI is not set: run the tests with ./hufu test');
  return uri;
};

/** Dies at a batch: from there on nothing more comes out of the node. */
const dyingAt = (point: CrashPoint, dead: () => void): Tuning => {
  const never = new Promise<never>(() => {});
  if (point === 'before state document') return { flushEveryMs: 3_600_000 };
  return {
    writer: {
      timeoutMs: 3_600_000,
      around: async (insert) => {
        if (point === 'after append') await insert();
        dead();
        return never;
      },
    },
  };
};

const nothing = Symbol('nothing');

/** A world of one kind of actor on a database of its own (or on another world's), which is dropped in the end. */
export const world = <D extends AnyDefinition>(
  definition: D,
  tuning: Tuning = {},
  database: string = `actor_${randomBytes(6).toString('hex')}`,
): Effect.Effect<World<D>, Fault, Scope.Scope | NeedsOf<D>> =>
  Effect.gen(function* () {
    const mongo = mongoLayer({ uri: mongodbUri(), database });
    const keysLayer = testKeys();
    const context = yield* Layer.build(Layer.merge(mongo, keysLayer));
    const runtime = yield* Effect.runtime<NeedsOf<D>>();
    const { db } = yield* Effect.provide(Mongo, context);
    if (db === undefined) return yield* Effect.dieMessage('no database');
    const keys = yield* Effect.provide(KeyRing, context);

    const start = async (more: Tuning = {}) => {
      const talks = new DeviceTalks(runtime as Runtime.Runtime<unknown>);
      const node = new ActorNode({
        ...tuning,
        ...more,
        storage: mongoActorStorage(db),
        keys,
        alone: true,
        validUntilMs: () => Number.POSITIVE_INFINITY,
        onCommitted: (actor) => talks.committed(actor),
        onAwake: (actor) => talks.awoken(actor),
      });
      for (const [partition, epoch] of await takeAllEpochs(db, PARTITIONS)) node.open(partition, epoch);
      return { node, service: makeService(node, [definition]) };
    };
    type Running = Awaited<ReturnType<typeof start>>;
    let current = yield* Effect.promise(() => start());
    let commands = 0;
    const askOf =
      (running: () => Running): World<D>['ask'] =>
      (key, command, envelope = {}) => {
        commands += 1;
        const whole = { commandId: `command-${commands}`, caller: testCaller, ...envelope };
        return Effect.either(
          running().service.ask(definition, { id: testId(key), command, envelope: whole } as Ask<D>),
        ) as ReturnType<World<D>['ask']>;
      };
    const readOf =
      (running: () => Running): World<D>['read'] =>
      (key) =>
        Effect.either(running().service.read(definition, testId(key)));

    const crash: World<D>['crash'] = (point, key, command, envelope) =>
      Effect.gen(function* () {
        yield* Effect.promise(() => current.node.stop());
        let dead = (): void => {};
        const died = new Promise<typeof nothing>((resolve) => {
          dead = () => resolve(nothing);
        });
        const dying = yield* Effect.promise(() => start(dyingAt(point, dead)));
        const seen = yield* Effect.raceFirst(
          askOf(() => dying)(key, command, envelope),
          Effect.promise(() => died),
        );
        dying.node.abandon();
        current = yield* Effect.promise(() => start());
        return seen === nothing ? undefined : seen;
      }) as ReturnType<World<D>['crash']>;

    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        await current.node.stop();
        await db.dropDatabase();
      }),
    );
    return {
      database,
      mongo,
      keys: keysLayer,
      ask: askOf(() => current),
      read: readOf(() => current),
      crash,
      awake: () => current.node.awake,
      restart: Effect.promise(async () => {
        await current.node.stop();
        current = await start();
      }),
      journal: (key) =>
        Effect.promise(() =>
          db
            .collection<JournalDocument>(JOURNAL)
            .find({ kind: definition.kind, actor: formatActorId(testId(key)) }, { sort: { _id: 1 } })
            .toArray(),
        ),
      rival: Effect.map(
        Effect.acquireRelease(
          Effect.promise(() => start()),
          ({ node }) => Effect.promise(() => node.stop()),
        ),
        (running) => ({ ask: askOf(() => running), read: readOf(() => running) }),
      ),
    } satisfies World<D>;
  });
