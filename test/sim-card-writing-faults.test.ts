import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either, Layer, ManagedRuntime } from 'effect';
import { afterAll, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { cardWriteActor } from '../actors/sim/card-write.ts';
import { writeCard } from '../actors/sim/card-writing/write-card.ts';
import { imsiActor } from '../actors/sim/imsi.ts';
import { imsiRangeActor } from '../actors/sim/number-range.ts';
import { readerFault } from '../devices/card-reader/faults.ts';
import type { CardReader } from '../devices/card-reader/port.ts';
import { ADM1 } from '../devices/card-reader/simulator/card/personality.ts';
import { memoryReader } from '../devices/card-reader/simulator/memory-card.ts';
import type { Misbehaviour, SimulatedCard } from '../devices/card-reader/simulator/simulated-card.ts';
import type { ImsiState } from '../domain/sim/schema.ts';
import { PROFILES } from '../domain/sim/uicc/profiles.ts';
import type { CardWriteState } from '../domain/sim/writing/schema.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { writingPlans } from '../store/sim/card-writes.ts';
import { simPlans } from '../store/sim/lists.ts';
import { Random } from './simulation/random.ts';
import {
  caller,
  cardAt,
  iccidAt,
  imsiOn,
  protectedCardAt,
  provideCards,
  provideNumbers,
  tenant,
  WANTED,
} from './support/card-writing.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/**
 * Many writes with faults at every command: cards taken out before and after any APDU, silent, answering nonsense,
 * giving back spoilt files, refusing their ADM code, and the actors' node replaced in the middle. What was decided is
 * held against what lies on the cards. HUFU_CARD_WRITES and HUFU_CARD_SEED set size and seed.
 */

const WRITES = Number(process.env['HUFU_CARD_WRITES'] ?? 200);
const SEED = Number(process.env['HUFU_CARD_SEED'] ?? 20_261_126);
const TIMEOUT_MS = 60_000 + WRITES * 180;
const NODES = 4;
const AT_ONCE = 48;
/** APDUs of a write that goes well, and some. */
const LAST_APDU = 70;
/** Half of the cards need a secure channel. */
const PRODUCTS = ['usim-key-file', 'usim-key-file', 'usim-scp02', 'usim-scp03'].flatMap((id) =>
  PROFILES.filter((profile) => profile.id === id),
);

/** A node with its actors; when it dies, so do its links, and nobody hears of it any more. */
interface House {
  readonly runPromise: <A, E>(effect: Effect.Effect<A, E, Actors | Mongo | KeyRing>) => Promise<A>;
  readonly dispose: () => Promise<void>;
  readonly isDead: () => boolean;
  readonly died: Promise<'died'>;
  readonly die: () => void;
}
const houses: House[] = [];
let directory: string;

const database = uniqueName('card_faults');
const start = (): House => {
  const runtime = ManagedRuntime.make(
    ActorsLocal(simActors, { flushEveryMs: 50 }).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
    ),
  );
  let dead = false;
  let die = (): void => {};
  const died = new Promise<'died'>((resolve) => {
    die = () => {
      dead = true;
      resolve('died');
    };
  });
  const house: House = {
    runPromise: (effect) => runtime.runPromise(effect),
    dispose: () => runtime.dispose(),
    isDead: () => dead,
    died,
    die,
  };
  houses.push(house);
  return house;
};

afterAll(async () => {
  await houses
    .at(-1)
    ?.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await Promise.all(houses.map((house) => house.dispose()));
  await rm(directory, { recursive: true });
});

const random = new Random(SEED);

const misbehaviour = (): Misbehaviour => {
  const at = 1 + random.below(LAST_APDU);
  switch (random.below(8)) {
    case 0:
    case 1:
      return { removed: { at, when: 'before' } };
    case 2:
    case 3:
      return { removed: { at, when: 'after' } };
    case 4:
      return { silent: { at, ms: 60 } };
    case 5:
      return { garbage: { at } };
    case 6:
      return { corruptRead: random.pick(['6f07', '6f42', '6f78']) };
    default:
      return {};
  }
};

const requestAt = (no: number): string => `CRM-${no}`;

/** The reader as long as its node lives. */
const ofNode = (house: House, reader: CardReader): CardReader => ({
  ...reader,
  transmit: (command, options) =>
    Effect.suspend(() =>
      house.isDead() ? Effect.fail(readerFault('ReaderGone', 'the node is dead')) : reader.transmit(command, options),
    ),
});

const attempt = (house: House, no: number, card: SimulatedCard, patienceMs?: number) =>
  Promise.race([
    house.died,
    house.runPromise(
      Effect.either(
        Effect.flatMap(memoryReader(`reader ${no}`, card, patienceMs), (reader) =>
          writeCard(ofNode(house, reader), { tenant, caller, request: requestAt(no) }, WANTED),
        ),
      ),
    ),
  ]);

const each = async (list: readonly number[], work: (no: number) => Promise<unknown>): Promise<void> => {
  const left = list[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const no of left) await work(no);
    }),
  );
};

/** Everything that was decided, from its owners. */
const audit = async (house: House, cards: readonly SimulatedCard[], range: string) => {
  const [writes, imsis, books] = await house.runPromise(
    Effect.gen(function* () {
      const actors = yield* Actors;
      const state = yield* actors.read(imsiRangeActor, { tenant, key: range });
      const found = yield* Effect.forEach(
        cards.keys(),
        (no) => Effect.map(actors.read(cardWriteActor, { tenant, key: requestAt(no) }), (one) => one.state),
        { concurrency: 256 },
      );
      const taken = found.flatMap((write) => (write?.imsi == null ? [] : [write.imsi]));
      const uses = yield* Effect.forEach(
        new Set(taken),
        (key) => Effect.map(actors.read(imsiActor, { tenant, key }), (one) => one.state),
        { concurrency: 256 },
      );
      return [found, uses, state.state?.books] as const;
    }),
  );
  const byImsi = new Map<string, ImsiState>(imsis.flatMap((one) => (one === null ? [] : [[one.imsi, one]])));
  const onCards = cards.flatMap((card, no) => {
    const imsi = imsiOn(card);
    return imsi === null ? [] : [{ imsi, iccid: iccidAt(no) }];
  });
  // None on two cards; none on a card that somebody else could be given.
  expect(new Set(onCards.map(({ imsi }) => imsi)).size).toBe(onCards.length);
  for (const { imsi, iccid } of onCards) {
    expect(byImsi.get(imsi)?.iccid).toBe(iccid);
    expect(['reserved', 'inDoubt', 'written', 'confirmed']).toContain(byImsi.get(imsi)?.status);
  }
  const count = (status: ImsiState['status']): number =>
    [...byImsi.values()].filter((one) => one.status === status).length;
  const held = count('reserved') + count('inDoubt') + count('written') + count('confirmed');
  return { writes, books, onCards: onCards.length, held, confirmed: count('confirmed'), inDoubt: count('inDoubt') };
};

const unfinished = (writes: ReadonlyArray<CardWriteState | null>): readonly number[] =>
  writes.flatMap((write, no) =>
    write === null || !(write.status === 'confirmed' || (write.closed && write.status !== 'written')) ? [no] : [],
  );

/** What the reminder tells a write whose writer is gone. */
const lapse = (house: House, no: number, { attempt: of }: CardWriteState) =>
  house.runPromise(
    Effect.flatMap(Actors, (actors) =>
      actors.ask(cardWriteActor, {
        id: { tenant, key: requestAt(no) },
        command: { _tag: 'Lapse', attempt: of },
        envelope: { commandId: `lapse ${of}`, caller },
      }),
    ),
  );

it(
  `${WRITES} writes with faults at any command: every IMSI is accounted for, and none is on two cards`,
  async () => {
    directory = await mkdtemp(join(tmpdir(), 'hufu-sim-keys-'));
    let house = start();
    await house.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, [...simPlans, ...writingPlans])));
    const size = WRITES + 50;
    const range = await house.runPromise(provideNumbers(size));
    const cards: SimulatedCard[] = [];
    for (const [at, profile] of PRODUCTS.entries()) {
      const [from = 0, to = 0] = [at, at + 1].map((part) => Math.floor((WRITES * part) / PRODUCTS.length));
      await house.runPromise(provideCards(from, to, profile.id));
      for (let no = from; no < to; no += 1) {
        // Every fortieth has another ADM code than its vendor says.
        if (profile.channel !== undefined) cards.push(protectedCardAt(no, profile));
        else cards.push(no % 40 === 7 ? cardAt(no, '99999999') : cardAt(no));
      }
    }
    const all = Array.from(cards.keys());
    let done = 0;
    await each(all, async (no) => {
      const card = cards[no] as SimulatedCard;
      card.misbehave(misbehaviour());
      await attempt(house, no, card, 40);
      done += 1;
      // A node is replaced while others of its writes are under way: from here on the old one cannot write any more.
      if (done % Math.ceil(WRITES / NODES) === 0) {
        const old = house;
        house = start();
        old.die();
      }
    });

    const between = await audit(house, cards, range);
    expect(between.inDoubt).toBeGreaterThan(0);
    expect(between.writes.filter((write) => write?.status === 'confirmed').length).toBeGreaterThan(0);

    // Everybody comes back: cards are read again, some with faults again.
    for (let round = 0; round < 4; round += 1) {
      const { writes } = await audit(house, cards, range);
      await each(unfinished(writes), async (no) => {
        const card = cards[no] as SimulatedCard;
        const write = writes[no] ?? null;
        card.misbehave(round < 2 ? misbehaviour() : {});
        if (write?.status === 'writing') await lapse(house, no, write);
        await attempt(house, no, card, 40);
      });
    }
    const end = await audit(house, cards, range);
    expect(unfinished(end.writes)).toEqual([]);
    const confirmed = end.writes.filter((write) => write?.status === 'confirmed');
    expect(confirmed.every((write) => write?.proved === true)).toBe(true);
    expect(end).toMatchObject({
      held: confirmed.length,
      confirmed: confirmed.length,
      onCards: confirmed.length,
      inDoubt: 0,
    });
    expect(end.books).toMatchObject({ size, free: size - confirmed.length, allocated: 0, used: confirmed.length });
    // No wrong code was ever tried twice.
    for (const card of cards) expect(card.card.codes.left(ADM1)).toBeGreaterThanOrEqual(2);
    expect(cards.filter((card) => card.card.codes.left(ADM1) === 2).length).toBeGreaterThan(0);
    // Asked once more, every request is answered as it was.
    expect(await attempt(house, 0, cards[0] as SimulatedCard)).toEqual(Either.right(end.writes[0]));
  },
  TIMEOUT_MS,
);
