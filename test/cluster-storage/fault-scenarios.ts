import { Runner, RunnerAddress } from '@effect/cluster';
import { Effect, Exit } from 'effect';
import { expect } from 'vitest';
import { ack, addressOf, chunk, exit, idOf, interrupt, request, shard, streamRequest } from './envelopes.ts';
import { type Messages, type Method, type Runners, run, type Scenario } from './scenario.ts';

/** The database is gone: every method that needs it says so by the one error that the cluster retries. */

const MEMORY_CANNOT_FAIL = 'there is nothing outside that could be gone';

type Calls = ReadonlyArray<Effect.Effect<unknown, unknown>>;

const allFail = async (calls: Calls): Promise<void> => {
  for (const call of calls) {
    expect(await run(Effect.either(call))).toMatchObject({ _tag: 'Left', left: { _tag: 'PersistenceError' } });
  }
};

const messageCalls = (messages: Messages): Calls => {
  const [one, stream] = [request(), streamRequest()];
  return [
    messages.saveRequest(one),
    messages.saveEnvelope(interrupt(one)),
    messages.saveEnvelope(ack(stream, chunk(stream, 0))),
    messages.saveReply(exit(one, Exit.succeed('x'))),
    messages.saveReply(chunk(stream, 0)),
    messages.clearReplies(idOf(one)),
    messages.repliesFor([one]),
    messages.repliesForUnfiltered([idOf(one)]),
    messages.requestIdForPrimaryKey({ address: addressOf(), tag: 'Do', id: 'k' }),
    messages.unprocessedMessages([shard(1)]),
    messages.unprocessedMessagesById([idOf(one)]),
    messages.resetShards([shard(1)]),
    messages.resetAddress(addressOf()),
    messages.clearAddress(addressOf()),
  ];
};

const runnerCalls = (runners: Runners): Calls => {
  const address = RunnerAddress.make('127.0.0.1', 1);
  return [
    runners.register(Runner.make({ address, groups: ['default'], weight: 1 }), true),
    runners.unregister(address),
    runners.getRunners,
    runners.setRunnerHealth(address, true),
    runners.acquire(address, [shard(1)]),
    runners.refresh(address, [shard(1)]),
    runners.refresh(address, []),
    runners.release(address, shard(1)),
    runners.releaseAll(address),
  ];
};

const MESSAGES: readonly [Method, ...Array<Method>] = [
  'messages.saveRequest',
  'messages.saveEnvelope',
  'messages.saveReply',
  'messages.clearReplies',
  'messages.repliesFor',
  'messages.repliesForUnfiltered',
  'messages.requestIdForPrimaryKey',
  'messages.unprocessedMessages',
  'messages.unprocessedMessagesById',
  'messages.resetShards',
  'messages.resetAddress',
  'messages.clearAddress',
];

const RUNNERS: readonly [Method, ...Array<Method>] = [
  'runners.register',
  'runners.unregister',
  'runners.getRunners',
  'runners.setRunnerHealth',
  'runners.acquire',
  'runners.refresh',
  'runners.release',
  'runners.releaseAll',
];

export const faultScenarios: ReadonlyArray<Scenario> = [
  {
    name: 'without the database every method of the messages fails as PersistenceError',
    of: MESSAGES,
    memoryDiffers: MEMORY_CANNOT_FAIL,
    run: async (world) => {
      const node = await world.node();
      await world.cutOff(node);
      await allFail(messageCalls(node.messages));
    },
  },
  {
    name: 'without the database every method of the runners fails as PersistenceError',
    of: RUNNERS,
    memoryDiffers: MEMORY_CANNOT_FAIL,
    run: async (world) => {
      const node = await world.node();
      await world.cutOff(node);
      await allFail(runnerCalls(node.runners));
    },
  },
];
