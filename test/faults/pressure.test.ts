import { setTimeout as sleep } from 'node:timers/promises';
import { Effect, Either } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import { House } from './house.ts';
import { actorKey, PROGRAMS } from './load.ts';
import { percentile } from './summary.ts';

/** A flood on one actor: its callers are told that it is busy, those of all others are answered as before. */

const FLOODED = 0;
const FLOODERS = 4_000;
const FOR_MS = 5_000;

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house?.remove());

const told = { answered: 0, busy: 0, other: 0 };

const flood = (stopping: () => boolean) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const flooder = (name: string) =>
      Effect.gen(function* () {
        for (let number = 0; !stopping(); number += 1) {
          const outcome = yield* Effect.either(PROGRAMS[1].add(actors, actorKey(FLOODED), `${name}.${number}`));
          if (Either.isRight(outcome)) told.answered += 1;
          else if (isFault(outcome.left) && outcome.left.code === 'Busy') told.busy += 1;
          else told.other += 1;
          if (Either.isLeft(outcome)) yield* Effect.sleep(200);
        }
      });
    yield* Effect.all(
      Array.from({ length: FLOODERS }, (_, n) => flooder(`flood${n}`)),
      { concurrency: 'unbounded', discard: true },
    );
  });

const waits = async (whileMs: number): Promise<ReadonlyArray<number>> => {
  house.forgetWaits();
  await sleep(whileMs);
  return house.answersMs
    .filter(([actor]) => actor !== FLOODED)
    .map(([, ms]) => ms)
    .sort((a, b) => a - b);
};

test('slows nobody else; the flooder is told that the actor is busy', { timeout: 120_000 }, async () => {
  const quiet = await waits(FOR_MS);
  let stopping = false;
  const flooding = house.run(flood(() => stopping));
  await expect.poll(() => told.busy, { timeout: 30_000 }).toBeGreaterThan(0);
  const flooded = await waits(FOR_MS);
  stopping = true;
  await flooding;
  const at = (part: number) => ({ before: percentile(quiet, part), during: percentile(flooded, part) });
  const [p50, p99] = [at(0.5), at(0.99)];
  for (const [name, { before, during }] of Object.entries({ p50, p99 })) {
    const ratio = (during / before).toFixed(1);
    console.log(
      `others' answers, ${name}: ${before.toFixed(1)} ms before, ${during.toFixed(1)} ms during the flood (${ratio} times)`,
    );
  }
  console.log(`the flood: ${told.answered} answered, ${told.busy} told that the actor is busy`);
  expect(told.busy).toBeGreaterThan(0);
  expect(told.other).toBe(0);
  // A machine with much else to do takes its time over both.
  expect(p50.during).toBeLessThan(10 * p50.before + 1_000);
  expect((await house.close()).violations).toEqual([]);
});
