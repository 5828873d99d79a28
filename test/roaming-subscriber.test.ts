import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roamingActors } from '../actors/roaming/actors.ts';
import { subscriberActor } from '../actors/roaming/subscriber.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { Caller } from '../domain/kernel/caller.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import type { UsageEvent } from '../domain/roaming/rating/rate.ts';
import { compilePlan, rateForSubscriber } from '../domain/roaming/rating/retail.ts';
import { decodeRetailPlan } from '../domain/roaming/rating/schema.ts';
import type { SubscriberCommand, SubscriberState } from '../domain/roaming/subscriber/schema.ts';
import { spentIn } from '../domain/roaming/subscriber/spending.ts';
import { keyRingLayer } from '../store/keys/key-ring.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { serverAddress, uniqueName } from './support/names.ts';
import { example, right } from './support/rating.ts';

/** One subscriber on real storage, written by two services at once. */

const tenant = 'demo' as TenantId;
const id = { tenant, key: 'S1' };
const caller: Caller = { subject: 'service:roaming', tenant, roles: ['operator'] };
const database = uniqueName('roaming_subscriber');
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo, unknown>;

const start = () =>
  ManagedRuntime.make(
    ActorsLocal(roamingActors).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
    ),
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-roaming-keys-'));
  runtime = start();
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const run = <A, E>(effect: Effect.Effect<A, E, Actors | Mongo>): Promise<A> => runtime.runPromise(effect);
const ask = (commandId: string, command: SubscriberCommand) =>
  run(
    Effect.either(
      Effect.flatMap(Actors, (actors) => actors.ask(subscriberActor, { id, command, envelope: { commandId, caller } })),
    ),
  );
const must = async (commandId: string, command: SubscriberCommand): Promise<void> => {
  const answer = await ask(commandId, command);
  if (Either.isLeft(answer)) throw new Error(answer.left.code);
};
const read = async (): Promise<SubscriberState> => {
  const { state } = await run(Effect.flatMap(Actors, (actors) => actors.read(subscriberActor, id)));
  if (state === null) throw new Error('not opened');
  return state;
};

const plan = right(compilePlan(right(decodeRetailPlan(example('plan')))));
const AT = Date.UTC(2026, 10, 20, 4);
const CALL_SECONDS = 90;
const call: UsageEvent = {
  home: 'CHNCM',
  visited: 'HKGPP',
  service: 'voice',
  direction: 'originating',
  destination: '85221234567',
  atMs: AT,
  utcOffsetMinutes: 480,
  quantity: CALL_SECONDS,
};

/** Prices a call by the balances as they are, and posts it; anew when another has used them up meanwhile. */
const postCall = async (service: string, chunk: string): Promise<number> => {
  for (let attempt = 1; attempt <= 50; attempt++) {
    const price = rateForSubscriber(plan, call, (await read()).balances);
    if (isRefusal(price)) throw new Error(price.code);
    const takes = price.steps.flatMap((step) =>
      step.kind === 'package' ? [{ balance: step.balance, taken: Number(step.taken) }] : [],
    );
    const posting = { id: chunk, atMs: AT, day: '2026-11-20', number: null, takes, totalMinor: price.totalMinor };
    const command = { _tag: 'Post', chunk, currency: 'CNY', postings: [posting] } as const;
    const answer = await ask(`${service}/${chunk}/${attempt}`, command);
    if (Either.isRight(answer)) return attempt;
    if (answer.left.code !== 'PackageExhausted') throw new Error(answer.left.code);
  }
  throw new Error('never accepted');
};

describe('one subscriber, two services at once', () => {
  it('loses nothing, charges each call once, and takes no package below zero', async () => {
    await must('open', { _tag: 'Open', primary: '8613912345678', currency: 'CNY' });
    await must('limits', { _tag: 'SetLimits', day: [500n], month: [500n, 1_000n] });
    const balance = { id: 'B1', package: 'VOICE-30', left: 1_800, fromMs: AT - 1, untilMs: AT + 1 };
    await must('grant', { _tag: 'Grant', balance });

    const calls = Array.from({ length: 30 }, (_, at) => `call-${at}`);
    // Both services have all the calls, each in an order of its own, several in flight.
    const service = async (name: string, list: ReadonlyArray<string>): Promise<void> => {
      const waiting = [...list];
      const worker = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await postCall(name, next);
      };
      await Promise.all([worker(), worker(), worker()]);
    };
    await Promise.all([service('a', calls), service('b', calls.toReversed())]);

    const state = await read();
    expect(state.chunks.map(({ chunk }) => chunk).sort()).toEqual(calls.toSorted());
    // 15 calls of two minutes each are in the package; the other 15 cost two minutes at 0.99 less 10 %.
    expect(state.balances).toMatchObject([{ left: 0 }]);
    expect(spentIn(state, '2026-11-20')).toBe(15n * 178n);
    expect(state.alarms).toHaveLength(3);
  });

  it('is the same after a restart, from its journal', async () => {
    const before = await read();
    await runtime.dispose();
    runtime = start();
    expect(await read()).toEqual(before);
  });
});
