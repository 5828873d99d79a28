import { expect, test } from 'vitest';
import type { ActorStorage } from '../../store/runtime/actor-storage.ts';
import { type Clock, systemClock } from '../../store/runtime/clock.ts';
import { Counter } from '../../test/support/counter.ts';
import type { AwakeActor } from './awake-actor.ts';
import { protocolOf } from './protocol.ts';
import { Receipts } from './receipts.ts';
import { WriteBehind } from './write-behind.ts';

const KEYS = { current: () => ({ id: 'none', key: Buffer.alloc(16) }), byId: () => undefined };

/** As much of an actor as is written behind. */
const dirty = (name: string): AwakeActor =>
  ({
    name,
    protocol: protocolOf(Counter),
    phase: 'awake',
    dirty: true,
    documentRev: -1,
    durable: { state: { value: 1, turns: 1 }, rev: 1, seq: 1 },
    receipts: new Receipts({ receipts: 1, mailbox: 1 }),
  }) as unknown as AwakeActor;

test('after a write that hung for minutes, a busy node rests no longer than half a minute', async () => {
  let nowMs = 0;
  const rests: Array<{ readonly ms: number; readonly run: () => void }> = [];
  const clock: Clock = {
    ...systemClock,
    monotonicMs: () => nowMs,
    setTimeout: (run, ms) => {
      rests.push({ ms, run });
      return { unref: () => undefined };
    },
  };
  const storage: Pick<ActorStorage, 'writeStateDocuments'> = {
    writeStateDocuments: async () => {
      nowMs += 180_000;
      behind.add(dirty('t/b'));
    },
  };
  const behind = new WriteBehind(storage as ActorStorage, clock, KEYS, 250, () => true);
  behind.add(dirty('t/a'));
  rests[0]?.run();
  await expect.poll(() => rests.map(({ ms }) => ms)).toEqual([250, 30_000]);
});
