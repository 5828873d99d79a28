import { randomUUID } from 'node:crypto';
import { Effect } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors, type Ask } from '../../actors/runtime/actors.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { delaysOf } from '../../domain/roaming/imports/delivery.ts';
import { DUPLICATE, RATED } from '../../domain/roaming/imports/fate.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import { subscriberRefusals } from '../../domain/roaming/subscriber/refusals.ts';
import type { SubscriberCommand } from '../../domain/roaming/subscriber/schema.ts';
import { keepDelivery } from '../../store/roaming/deliveries.ts';
import type { ImportInput, SettleInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { alertOf } from './import-asking.ts';
import { batchesOf, Charging, outcomeOf, type Part, partsOf, readSubscribers } from './import-charging.ts';
import type { Handling, Rated, Step, Work } from './import-handling.ts';
import { attributeToSubscribers } from './import-partner.ts';
import { RatedFile, ratedAlone } from './import-rating.ts';
import { readInto } from './import-reading.ts';
import { NrtrdeReading } from './nrtrde-reading.ts';
import type { PricedBy } from './terms.ts';

/**
 * A partner's NRTRDE file (TD.35): what our subscribers have used within the last hours, told to each of them as what it is
 * likely to cost, so that an alarm of high usage fires while he is abroad. Nothing is charged by it: neither books, nor
 * statistics, nor records of usage have it, for the same usage comes again as TAP.
 */

type Observe = Extract<SubscriberCommand, { readonly _tag: 'Observe' }>;

/** What is posted for a part, by day. */
const observed = (charging: Charging, part: Part, state: Parameters<Charging['priced']>[1]): Observe => {
  const { post } = charging.priced(part, state);
  const days = new Map<string, bigint>();
  for (const { day, totalMinor } of post.postings) days.set(day, (days.get(day) ?? 0n) + totalMinor);
  const observations = [...days].map(([day, estimatedMinor]) => ({ day, estimatedMinor }));
  return { _tag: 'Observe', chunk: part.chunk, currency: post.currency, observations };
};

const observeBatch = (input: ImportInput, charging: Charging, parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const states = yield* readSubscribers(input, parts);
    // The part's id makes it one, not the command's: told again by another attempt it may be priced otherwise.
    const attempt = randomUUID();
    const asked: Array<Part> = [];
    const asks: Array<Ask<typeof subscriberActor, 'Observe'>> = [];
    for (const [at, part] of parts.entries()) {
      const state = states[at];
      if (state === null || state === undefined) {
        charging.keptOut(part, subscriberRefusals.unknown());
        continue;
      }
      asked.push(part);
      asks.push({
        id: { tenant: input.tenant, key: part.subscriber },
        command: observed(charging, part, state),
        envelope: { commandId: `${part.chunk}.${attempt}`, caller },
      });
    }
    const answers = yield* actors.askMany(subscriberActor, asks);
    for (const [at, part] of asked.entries()) {
      const outcome = yield* outcomeOf(answers[at]);
      if (isRefusal(outcome)) charging.keptOut(part, outcome);
    }
  });

const observeAll = (input: ImportInput, charging: Charging, parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    let told = 0;
    for (const batch of batchesOf(parts)) {
      yield* observeBatch(input, charging, batch);
      told += batch.length;
      yield* heartbeat({ stage: 'observing', parts: told, of: parts.length });
    }
  });

/** In which units estimates are: those of the agreement, for NRTRDE says none. */
const moneyOf = ({ partner }: PricedBy) => {
  const newest = partner.agreement.terms.at(-1)?.terms;
  return { currency: newest?.currency ?? null, decimals: newest?.decimals ?? 0 };
};

const readingOf = (input: ImportInput, priced: PricedBy): NrtrdeReading =>
  new NrtrdeReading(input, priced.terms.home, moneyOf(priced));

/** When the events that came for the first time were over. */
function* newEnds({ table: { fates }, ends }: NrtrdeReading): Generator<number> {
  for (const [row, end] of ends.entries()) if (!Number.isNaN(end) && fates[row] !== DUPLICATE) yield end;
}

const rated = (input: ImportInput, priced: PricedBy, reading: NrtrdeReading, receivedAtMs: number): Rated => {
  const { terms, partner } = priced;
  const { table, about } = reading;
  const money = moneyOf(priced);
  const { sm3, name } = input.file;
  const file = new RatedFile(table, terms, partner, money.decimals);
  return {
    // What the network says an event costs, if it does, is nobody's charge.
    sums: () => ({ ...file.sums(), chargedMinor: 0n, priceDiffers: 0 }),
    charge: (plan: Plan) =>
      Effect.gen(function* () {
        const charging = new Charging({ table, rated: file, terms, partner, money, sm3 });
        yield* observeAll(input, charging, partsOf(table, plan, sm3));
        yield* keepDelivery(input.tenant, {
          ...{ partner: partner.code, name, file: sm3, sequence: about.sequence, receivedAtMs },
          availableAtMs: about.availableMs ?? receivedAtMs,
          delays: delaysOf(newEnds(reading), receivedAtMs),
        });
        return new Map();
      }),
    book: () => Effect.void,
  };
};

/** Tells a person of usage that TD.35 would have had here sooner. */
const alarm = ({ input }: Work, reading: NrtrdeReading, receivedAtMs: number): Step<void> =>
  Effect.suspend(() => {
    const { events, inTime } = delaysOf(newEnds(reading), receivedAtMs);
    return inTime < events ? alertOf(input.tenant, input.partner, 'NearRealTimeLate', 'delivery') : Effect.void;
  });

/** Reads the file anew: that it is NRTRDE was found by reading it as the partner's other files. */
export const nrtrdeHandling = (input: ImportInput, priced: PricedBy): Handling => {
  const reading = readingOf(input, priced);
  let receivedAtMs = 0;
  return {
    used: () => priced.used,
    returnsFatal: false,
    read: (atMs) =>
      Effect.suspend(() => {
        receivedAtMs = atMs;
        return readInto(input, reading);
      }),
    attribute: (work) => Effect.zipRight(alarm(work, reading, receivedAtMs), attributeToSubscribers(work)),
    rate: () => rated(input, priced, reading, receivedAtMs),
  };
};

/** A record of the quarantine that a person gave to a subscriber: observed as a part of its own. */
export const observeSettled = (input: SettleInput, priced: PricedBy, subscriber: string) =>
  Effect.gen(function* () {
    const { terms, partner } = priced;
    const reading = yield* readInto(input, readingOf(input, priced));
    const money = moneyOf(priced);
    const alone = ratedAlone(input.record, priced, reading.table, money.decimals);
    if (isRefusal(alone)) return yield* Effect.fail(alone);
    const { table } = alone;
    const { sm3 } = input.file;
    const charging = new Charging({ ...alone, terms, partner, money, sm3, settled: input.record });
    const owned = { subscribers: [subscriber], owners: Int32Array.of(0) };
    yield* observeAll(input, charging, partsOf(table, owned, `${sm3}.r${input.record}`));
    if (table.fates[0] !== RATED) return yield* Effect.fail(importRefusals.postingRefused());
  });
