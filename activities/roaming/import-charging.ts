import { randomUUID } from 'node:crypto';
import { Effect, Either } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors, type Ask } from '../../actors/runtime/actors.ts';
import { type Fault, fault, isFault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { FATES, RATED } from '../../domain/roaming/imports/fate.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import type { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { afterPackages, rateForSubscriber } from '../../domain/roaming/rating/retail.ts';
import { subscriberRefusals } from '../../domain/roaming/subscriber/refusals.ts';
import type { SubscriberCommand, SubscriberState } from '../../domain/roaming/subscriber/schema.ts';
import { activeAt } from '../../domain/roaming/subscriber/subscriber.ts';
import type { RoamingPartner, RoamingTerms } from '../../partners/roaming/port.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { eventOf } from './import-rating.ts';

/**
 * A file's records on their way to those who pay for them: all of a subscriber's together, in parts whose ids are made of
 * the file's hash, so that a part that is told again changes nothing. What a subscriber's account does not take is
 * quarantined.
 */

type Post = Extract<SubscriberCommand, { readonly _tag: 'Post' }>;
type Posting = Post['postings'][number];

/** Records of a subscriber that go together; its actor takes some more. */
const PART_RECORDS = 1_000;
/** Subscribers whose parts are asked together. */
const BATCH = 1_000;
const BATCHES_AT_ONCE = 3;
const READS_AT_ONCE = 250;
/** Those who race for a package: one of them always gets through. */
const TRIES = 20;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface Part {
  readonly subscriber: string;
  /** `<sm3>.<number of the part>`: counts once for the subscriber. */
  readonly chunk: string;
  readonly rows: ReadonlyArray<number>;
}

/** Rows to be charged, in the order of the file, by subscriber. */
export const partsOf = (
  { fates, identities, rows: count }: UsageTable,
  { subscribers, owners }: Pick<Plan, 'subscribers' | 'owners'>,
  sm3: string,
): ReadonlyArray<Part> => {
  const rowsOf: Array<Array<number>> = subscribers.map(() => []);
  for (let row = 0; row < count; row += 1) {
    if (fates[row] === RATED) rowsOf[owners[identities[row] ?? -1] ?? -1]?.push(row);
  }
  return rowsOf.flatMap((rows, place) => {
    const subscriber = subscribers[place] ?? '';
    return Array.from({ length: Math.ceil(rows.length / PART_RECORDS) }, (_, part) => ({
      subscriber,
      chunk: `${sm3}.${part}`,
      rows: rows.slice(part * PART_RECORDS, (part + 1) * PART_RECORDS),
    }));
  });
};

const days = new Map<number, string>();
/** By the visited network's clock. */
const localDay = (table: UsageTable, row: number): string => {
  const day = Math.floor((table.atMs(row) + table.utcOffsetMinutes(row) * MINUTE_MS) / DAY_MS);
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  days.set(day, text);
  return text;
};

export class Charging {
  /** Numbers of records that name none of the subscriber's own. */
  readonly numbers = new Map<number, number>();
  private readonly table: UsageTable;
  private readonly terms: RoamingTerms;
  private readonly partner: RoamingPartner;
  private readonly currency: string;

  constructor(table: UsageTable, terms: RoamingTerms, partner: RoamingPartner) {
    this.table = table;
    this.terms = terms;
    this.partner = partner;
    const tariff = terms.plan.byNetwork.get(partner.code) ?? terms.plan.elsewhere;
    this.currency = tariff?.[0]?.terms.currency ?? '';
  }

  private numberOf(state: SubscriberState, row: number): string {
    const said = this.table.msisdns[this.table.identities[row] ?? -1] ?? '';
    if (state.numbers.some(({ number }) => number === said)) return said;
    const active = activeAt(state, this.table.atMs(row));
    this.numbers.set(row, Number(active));
    return active;
  }

  /** Without packages: a sum for each day and number, for the single events are in the file. */
  private summed(state: SubscriberState, rows: ReadonlyArray<number>): ReadonlyArray<Posting> {
    const sums = new Map<string, { day: string; number: string; atMs: number; total: number }>();
    for (const row of rows) {
      const day = localDay(this.table, row);
      const number = this.numberOf(state, row);
      const sum = sums.get(`${day}.${number}`);
      const total = this.table.retail[row] ?? 0;
      if (sum !== undefined) sum.total += total;
      else sums.set(`${day}.${number}`, { day, number, atMs: this.table.atMs(row), total });
    }
    return [...sums].map(([id, { day, number, atMs, total }]) => ({
      id,
      atMs,
      day,
      number,
      takes: [],
      totalMinor: BigInt(total),
    }));
  }

  /** With packages: event by event, in the order of the file. */
  private single(state: SubscriberState, rows: ReadonlyArray<number>): ReadonlyArray<Posting> {
    let { balances } = state;
    return rows.map((row) => {
      const price = rateForSubscriber(this.terms.plan, eventOf(this.table, row, this.terms, this.partner), balances);
      if (isRefusal(price)) throw new Error(`a record that was rated has no price: ${price.code}`);
      balances = afterPackages(balances, price);
      const takes = price.steps.flatMap((step) =>
        step.kind === 'package' ? [{ balance: step.balance, taken: Number(step.taken) }] : [],
      );
      const number = this.numberOf(state, row);
      const day = localDay(this.table, row);
      return { id: String(row), atMs: this.table.atMs(row), day, number, takes, totalMinor: price.totalMinor };
    });
  }

  postOf({ chunk, rows }: Part, state: SubscriberState): Post {
    const postings = state.balances.length === 0 ? this.summed(state, rows) : this.single(state, rows);
    return { _tag: 'Post', chunk, currency: this.currency, postings };
  }

  keptOut({ rows }: Part, { code }: Refusal): void {
    const fate = code === 'SubscriberUnknown' ? FATES.SubscriberUnknown : FATES.PostingRefused;
    for (const row of rows) {
      this.table.fates[row] = fate;
      this.numbers.delete(row);
    }
  }
}

const UNTAKEN = Symbol('a package was used up meanwhile');

/** Asks for some parts; gives those that must be priced anew. */
const postBatch = (input: ImportInput, charging: Charging, parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const states = yield* Effect.forEach(
      parts,
      ({ subscriber }) =>
        actors.read(subscriberActor, { tenant: input.tenant, key: subscriber }).pipe(
          Effect.map(({ state }) => state),
          Effect.catchIf(isRefusal, () => Effect.succeed(null)),
        ),
      { concurrency: READS_AT_ONCE },
    );
    // Told again by another attempt a part may be priced otherwise: the part's id makes it one, not the command's.
    const attempt = randomUUID();
    const asked: Array<Part> = [];
    const asks: Array<Ask<typeof subscriberActor, 'Post'>> = [];
    for (const [at, part] of parts.entries()) {
      const state = states[at];
      if (state === null || state === undefined) {
        charging.keptOut(part, subscriberRefusals.unknown());
        continue;
      }
      asked.push(part);
      asks.push({
        id: { tenant: input.tenant, key: part.subscriber },
        command: charging.postOf(part, state),
        envelope: { commandId: `${part.chunk}.${attempt}`, caller },
      });
    }
    const answers = yield* actors.askMany(subscriberActor, asks);
    const again: Array<Part> = [];
    for (const [at, part] of asked.entries()) {
      const outcome = yield* outcomeOf(answers[at]);
      if (outcome === UNTAKEN) again.push(part);
      else if (outcome !== undefined) charging.keptOut(part, outcome);
    }
    return again;
  });

const outcomeOf = (
  answer: Either.Either<unknown, Refusal | Fault> | undefined,
): Effect.Effect<Refusal | typeof UNTAKEN | undefined, Fault> => {
  if (answer === undefined || Either.isRight(answer)) return Effect.succeed(undefined);
  if (isFault(answer.left)) return Effect.fail(answer.left);
  if (answer.left.code === 'PackageExhausted') return Effect.succeed(UNTAKEN);
  // Posted by an earlier attempt, perhaps priced otherwise: what was posted stays.
  return Effect.succeed(answer.left.code === 'ChunkDiffers' ? undefined : answer.left);
};

/** Posts every part; says how far it is. */
export const chargeAll = (input: ImportInput, charging: Charging, parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    const batches = Array.from({ length: Math.ceil(parts.length / BATCH) }, (_, at) =>
      parts.slice(at * BATCH, (at + 1) * BATCH),
    );
    let posted = 0;
    yield* Effect.forEach(
      batches,
      (batch) =>
        Effect.gen(function* () {
          let left: ReadonlyArray<Part> = batch;
          for (let tries = 0; left.length > 0 && tries < TRIES; tries += 1) {
            left = yield* postBatch(input, charging, left);
          }
          if (left.length > 0)
            return yield* Effect.fail(fault('roaming', 'Busy', 'Others keep taking the packages.', 1_000));
          posted += batch.length;
          yield* heartbeat({ stage: 'charging', parts: posted, of: parts.length });
        }),
      { concurrency: BATCHES_AT_ONCE, discard: true },
    );
  });
