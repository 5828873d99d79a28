import { Config, Effect } from 'effect';
import { type Fault, isRefusal } from '../../domain/kernel/refusal.ts';
import { bodyOfIccid, type Iccid, parseIccid } from '../../domain/sim/iccid.ts';
import type { CardCommand, CardEvent, CardState, NumberType } from '../../domain/sim/schema.ts';
import type { Mongo } from '../../store/mongo.ts';
import { raiseOnce } from '../../store/operations/alerts.ts';
import { rangeOfNumber } from '../../store/sim/number-ranges.ts';
import { Actors } from '../runtime/actors.ts';
import { eventsOf, type Subscription, type Turn } from '../runtime/subscriptions.ts';
import { cardActor } from './card.ts';
import { imsiActor } from './imsi.ts';
import { rangeActorOf } from './register-range.ts';

/**
 * Recycling (seed 000 §6.2): when a card fails, is given up at a vendor, comes back or is found broken, its numbers go
 * into their ranges' quarantine. After it an IMSI is free again; an ICCID is never used a second time.
 */

const LOST: ReadonlySet<CardEvent['_tag']> = new Set(['Failed', 'Reversed', 'Cancelled', 'Returned', 'Spoiled']);
const DAY_MS = 86_400_000;

/** How long a number is kept out of use, in days: `HUFU_SIM_QUARANTINE_DAYS` (default 90; fractions are taken). */
const quarantineMs = Config.number('HUFU_SIM_QUARANTINE_DAYS').pipe(
  Config.withDefault(90),
  Config.validate({ message: 'HUFU_SIM_QUARANTINE_DAYS is at least 0', validation: (days) => days >= 0 }),
  Config.map((days) => Math.round(days * DAY_MS)),
);

/** Refusals are decisions: somebody else has the number by now. One that a person must see to becomes an alert. */
const takeBack = (turn: Turn, card: CardState, type: NumberType, number: string, keptMs: number) =>
  Effect.gen(function* () {
    const { tenant } = turn.id;
    const actors = yield* Actors;
    const range = yield* rangeOfNumber(tenant, type, number);
    if (range === null) return;
    const envelope = { commandId: `recycle:${turn.id.key}:${turn.rev}`, caller: turn.caller };
    const reason = card.reason ?? 'the card is lost';
    const { application } = card;
    yield* actors
      .ask(rangeActorOf(type), {
        id: { tenant, key: range },
        command: { _tag: 'TakeBack', number, application, quarantineMs: keptMs, reason },
        envelope,
      })
      .pipe(
        Effect.catchIf(isRefusal, ({ code }) => {
          const alert = { source: 'recycling', subject: range, level: 'problem', code, stage: 'quarantine' } as const;
          return raiseOnce(tenant, alert, { rev: turn.atMs, atMs: turn.atMs });
        }),
      );
  });

/** False when the IMSI is on another card by now: then it is not this one's to give back. */
const withdraw = (turn: Turn, imsi: string, iccid: Iccid, reason: string) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    return yield* actors
      .ask(imsiActor, {
        id: { tenant: turn.id.tenant, key: imsi },
        command: { _tag: 'Withdraw', iccid, reason },
        envelope: { commandId: `recycle:${turn.id.key}:${turn.rev}`, caller: turn.caller },
      })
      .pipe(
        Effect.as(true),
        Effect.catchIf(isRefusal, ({ code }) => Effect.succeed(code === 'ImsiUnknown')),
      );
  });

/** Told by the command alone: of the many turns of cards few lose one, and the others are not decoded. */
const MAY_LOSE: ReadonlySet<string> = new Set<CardCommand['_tag']>(['Produce', 'Confirm', 'Cancel', 'Return', 'Spoil']);

const recycle = (turn: Turn, keptMs: number): Effect.Effect<void, Fault, Actors | Mongo> =>
  Effect.gen(function* () {
    if (!MAY_LOSE.has(turn.command)) return;
    const lost = eventsOf(cardActor, turn).find((event) => LOST.has(event._tag));
    if (lost === undefined) return;
    const actors = yield* Actors;
    const iccid = parseIccid(turn.id.key);
    const card = yield* actors.read(cardActor, turn.id).pipe(
      Effect.map(({ state }) => state),
      Effect.catchIf(isRefusal, () => Effect.succeed(null)),
    );
    if (card === null || isRefusal(iccid)) return;
    // Cards that no vendor has had are given up with their line, whose blocks its range takes back as they are.
    if (lost._tag === 'Cancelled' && card.part === null) return;
    yield* takeBack(turn, card, 'iccid', bodyOfIccid(iccid), keptMs);
    if (card.imsi === null) return;
    const ours = yield* withdraw(turn, card.imsi, iccid, card.reason ?? 'the card is lost');
    if (ours) yield* takeBack(turn, card, 'imsi', card.imsi, keptMs);
  });

/** Made when a node starts: a setting that is malformed is found then. */
export const recyclingSubscription = Effect.map(
  quarantineMs,
  (keptMs): Subscription<Actors | Mongo> => ({
    name: 'sim.recycling',
    kinds: [cardActor.kind],
    slices: 1,
    handle: (turn) => recycle(turn, keptMs),
  }),
);
