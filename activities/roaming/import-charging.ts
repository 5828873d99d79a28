import { randomUUID } from 'node:crypto';
import { Effect, Either } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors, type Ask } from '../../actors/runtime/actors.ts';
import { type Fault, fault, isFault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { FATES, RATED } from '../../domain/roaming/imports/fate.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import type { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { afterPackages, groupsIn, rateForSubscriber, tariffIn } from '../../domain/roaming/rating/retail.ts';
import { numberKind } from '../../domain/roaming/statistics/calling-codes.ts';
import { subscriberRefusals } from '../../domain/roaming/subscriber/refusals.ts';
import type { SubscriberCommand, SubscriberState } from '../../domain/roaming/subscriber/schema.ts';
import { activeAt, isRestricted, verdictOnUsage } from '../../domain/roaming/subscriber/subscriber.ts';
import { localDay, type RatedUsage, type UsageTerms } from '../../domain/roaming/usage/usage-record.ts';
import type { RoamingPartner, RoamingTerms } from '../../partners/roaming/port.ts';
import { dropUsage } from '../../store/roaming/usage.ts';
import type { UsagePart } from '../../store/roaming/usage-documents.ts';
import { keepPriced, settlePricing } from '../../store/roaming/usage-pricing.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { alertOf } from './import-asking.ts';
import { eventOf, type RatedFile } from './import-rating.ts';

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

export interface Part {
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

/** What the records of a file are charged by. */
export interface ChargedFile {
  readonly table: UsageTable;
  readonly rated: RatedFile;
  readonly terms: RoamingTerms;
  readonly partner: RoamingPartner;
  /** Of the file's charges. */
  readonly money: { readonly currency: string | null; readonly decimals: number };
  readonly sm3: string;
  /** The record that a person gave to a subscriber; undefined: the whole file. */
  readonly settled?: number;
}

const summed = (records: ReadonlyArray<RatedUsage>): ReadonlyArray<Posting> => {
  const sums = new Map<string, Posting>();
  for (const { atMs, utcOffsetMinutes, number, retailMinor } of records) {
    const day = localDay(atMs, utcOffsetMinutes);
    const id = `${day}.${number}`;
    const sum = sums.get(id);
    const totalMinor = (sum?.totalMinor ?? 0n) + retailMinor;
    sums.set(id, { id, atMs: sum?.atMs ?? atMs, day, number, takes: [], totalMinor });
  }
  return [...sums.values()];
};

const singly = (records: ReadonlyArray<RatedUsage>): ReadonlyArray<Posting> =>
  records.map(({ record, atMs, utcOffsetMinutes, number, takes, retailMinor }) => {
    const day = localDay(atMs, utcOffsetMinutes);
    return { id: String(record), atMs, day, number, takes, totalMinor: retailMinor };
  });

export class Charging {
  /** Numbers of records that name none of the subscriber's own. */
  readonly numbers = new Map<number, number>();
  /** Of subscribers who have one. */
  readonly packageTypes = new Map<string, string>();
  /** Subscribers whose usage was not as their contracts have it, and what was the matter. */
  readonly against = new Map<string, Set<'off' | 'blocked'>>();
  readonly charged: ChargedFile;
  private readonly currency: string;
  private readonly usageTerms: UsageTerms;

  constructor(charged: ChargedFile) {
    this.charged = charged;
    const { terms, partner, money } = charged;
    const tariff = tariffIn(terms.plan, partner.code)?.[0]?.terms;
    this.currency = tariff?.currency ?? '';
    this.usageTerms = {
      roaming: 'outbound',
      partner: partner.code,
      network: partner.code,
      home: terms.home,
      charged: { currency: money.currency ?? '', decimals: money.decimals },
      retail: tariff === undefined ? null : { currency: tariff.currency, decimals: tariff.decimals },
      agreement: partner.agreement.agreement.id,
      plan: terms.plan.id,
    };
  }

  /** By its own number if it is the subscriber's, else the one active at that moment. */
  private attribute(state: SubscriberState, row: number): Pick<RatedUsage, 'number' | 'attributedBy'> {
    const { table, settled } = this.charged;
    const said = table.msisdns[table.identities[row] ?? -1] ?? '';
    const attributedBy = settled === undefined ? 'msisdn' : 'hand';
    if (state.numbers.some(({ number }) => number === said)) return { number: said, attributedBy };
    const active = activeAt(state, table.atMs(row));
    this.numbers.set(row, Number(active));
    return { number: active, attributedBy: settled === undefined ? 'imsi' : 'hand' };
  }

  private recordOf(
    state: SubscriberState,
    row: number,
    share: Pick<RatedUsage, 'retailMinor' | 'planVersion' | 'takes'>,
  ): RatedUsage {
    const { table, rated, settled } = this.charged;
    return {
      record: settled ?? row + 1,
      ...this.attribute(state, row),
      imsi: table.imsis[table.identities[row] ?? -1] ?? '',
      ...table.event(row),
      chargedMinor: BigInt(table.charge(row)),
      agreedMinor: BigInt(rated.agreed[row] ?? 0),
      agreementVersion: rated.agreementVersions[row] ?? 0,
      ...share,
    };
  }

  /** As for everybody, who has neither packages nor discounts of his own. */
  private asForAll(state: SubscriberState, rows: ReadonlyArray<number>): ReadonlyArray<RatedUsage> {
    const { table, rated } = this.charged;
    return rows.map((row) =>
      this.recordOf(state, row, {
        retailMinor: BigInt(table.retail[row] ?? 0),
        planVersion: rated.planVersions[row] ?? 0,
        takes: [],
      }),
    );
  }

  /** Event by event, in the order of the file. */
  private ofItsOwn(state: SubscriberState, rows: ReadonlyArray<number>): ReadonlyArray<RatedUsage> {
    const { table, terms, partner } = this.charged;
    const subscriber = groupsIn(this.charged.terms.plan, state.profile);
    let { balances } = state;
    return rows.map((row) => {
      const { number } = this.attribute(state, row);
      const local = terms.plan.local !== null && numberKind(number, terms.home, partner.code) === 'local';
      const event = { ...eventOf(table, row, terms, partner), subscriber, local };
      const price = rateForSubscriber(terms.plan, event, balances);
      if (isRefusal(price)) throw new Error(`a record that was rated has no price: ${price.code}`);
      balances = afterPackages(balances, price);
      const takes = price.steps.flatMap((step) =>
        step.kind === 'package' ? [{ balance: step.balance, taken: Number(step.taken) }] : [],
      );
      return this.recordOf(state, row, { retailMinor: price.totalMinor, planVersion: price.version, takes });
    });
  }

  /** The part's records with their prices, and what is posted for them: without packages a sum for each day and number. */
  priced(
    { subscriber, chunk, rows }: Part,
    state: SubscriberState,
  ): { readonly post: Post; readonly usage: UsagePart } {
    const packageType = state.profile?.packageType ?? null;
    if (packageType !== null) this.packageTypes.set(subscriber, packageType);
    const single = state.balances.length > 0;
    const { plan } = this.charged.terms;
    const own = single || plan.local !== null || groupsIn(plan, state.profile).length > 0;
    const records = own ? this.ofItsOwn(state, rows) : this.asForAll(state, rows);
    const postings = single ? singly(records) : summed(records);
    this.holdAgainst(subscriber, state, records);
    return {
      post: { _tag: 'Post', chunk, currency: this.currency, postings },
      usage: { owner: { subscriber }, file: this.charged.sm3, part: chunk, terms: this.usageTerms, records },
    };
  }

  private holdAgainst(subscriber: string, state: SubscriberState, records: ReadonlyArray<RatedUsage>): void {
    if (!isRestricted(state)) return;
    for (const record of records) {
      const verdict = verdictOnUsage(state, record);
      if (verdict === 'allowed') continue;
      const found = this.against.get(subscriber) ?? new Set();
      this.against.set(subscriber, found.add(verdict));
    }
  }

  keptOut({ rows }: Part, { code }: Refusal): void {
    const fate = code === 'SubscriberUnknown' ? FATES.SubscriberUnknown : FATES.PostingRefused;
    for (const row of rows) {
      this.charged.table.fates[row] = fate;
      this.numbers.delete(row);
    }
  }
}

const UNTAKEN = Symbol('a package was used up meanwhile');

/** The subscriber of each part as it is now; null: there is none. */
export const readSubscribers = ({ tenant }: ImportInput, parts: ReadonlyArray<Part>) =>
  Effect.flatMap(Actors, (actors) =>
    Effect.forEach(
      parts,
      ({ subscriber }) =>
        actors.read(subscriberActor, { tenant, key: subscriber }).pipe(
          Effect.map(({ state }) => state),
          Effect.catchIf(isRefusal, () => Effect.succeed(null)),
        ),
      { concurrency: READS_AT_ONCE },
    ),
  );

interface Asked {
  readonly part: Part;
  readonly usage: UsagePart;
  readonly post: Post;
}

const chunkOf = (state: SubscriberState | null | undefined, { chunk }: Part) =>
  state?.chunks.find((one) => one.chunk === chunk);

/** What is to be posted. Of a part that an attempt before has posted, the records stay as they were priced then. */
const toPost = (charging: Charging, parts: ReadonlyArray<Part>, states: ReadonlyArray<SubscriberState | null>) => {
  const asked: Array<Asked> = [];
  const posted: Array<Asked & { readonly priced: string }> = [];
  for (const [at, part] of parts.entries()) {
    const state = states[at] ?? null;
    if (state === null) {
      charging.keptOut(part, subscriberRefusals.unknown());
      continue;
    }
    const one = { part, ...charging.priced(part, state) };
    const known = chunkOf(state, part);
    if (known === undefined) asked.push(one);
    else if (known.priced !== undefined) posted.push({ ...one, priced: known.priced });
  }
  return { asked, posted };
};

/** Where another attempt was at work on the same parts, that one's pricing counts which the account has taken. */
const settleBetween = (input: ImportInput, asked: ReadonlyArray<Asked>) =>
  Effect.gen(function* () {
    const parts = asked.map(({ part }) => part);
    const states = yield* readSubscribers(input, parts);
    const posted = asked.flatMap(({ part, usage }, at) => {
      const priced = chunkOf(states[at], part)?.priced;
      return priced === undefined ? [] : [{ usage, priced }];
    });
    yield* settlePricing(input.tenant, posted);
  });

/** Asks for some parts; gives those that must be priced anew. */
const postBatch = (input: ImportInput, charging: Charging, parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const { tenant } = input;
    const { asked, posted } = toPost(charging, parts, yield* readSubscribers(input, parts));
    // The attempt before may have ended between the posting and this.
    yield* settlePricing(tenant, posted);
    // Before they are posted, so that none that counts is missing (decision 0270).
    const kept = yield* keepPriced(
      tenant,
      asked.map(({ usage }) => usage),
    );
    // Told again by another attempt a part may be priced otherwise: the part's id makes it one, not the command's.
    const attempt = randomUUID();
    const answers = yield* actors.askMany(
      subscriberActor,
      asked.map(
        ({ part, post }, at): Ask<typeof subscriberActor, 'Post'> => ({
          id: { tenant, key: part.subscriber },
          command: { ...post, priced: kept[at]?.priced ?? '' },
          envelope: { commandId: `${part.chunk}.${attempt}`, caller },
        }),
      ),
    );
    const again: Array<Part> = [];
    const refused: Array<UsagePart> = [];
    const between: Array<Asked> = [];
    for (const [at, one] of asked.entries()) {
      const answer = answers[at];
      const outcome = yield* outcomeOf(answer);
      if (outcome === UNTAKEN) again.push(one.part);
      else if (outcome !== undefined) {
        charging.keptOut(one.part, outcome);
        refused.push(one.usage);
      } else {
        const first = answer !== undefined && Either.isRight(answer) && answer.right.reply.changed;
        if (!first || kept[at]?.before === true) between.push(one);
      }
    }
    yield* dropUsage(tenant, refused);
    yield* settleBetween(input, between);
    return again;
  });

/** Undefined: taken, now or by an attempt before; else why the subscriber's account does not take the part. */
export const outcomeOf = (
  answer: Either.Either<unknown, Refusal | Fault> | undefined,
): Effect.Effect<Refusal | typeof UNTAKEN | undefined, Fault> => {
  if (answer === undefined || Either.isRight(answer)) return Effect.succeed(undefined);
  if (isFault(answer.left)) return Effect.fail(answer.left);
  if (answer.left.code === 'PackageExhausted') return Effect.succeed(UNTAKEN);
  // Posted by an earlier attempt, perhaps priced otherwise: what was posted stays.
  return Effect.succeed(answer.left.code === 'ChunkDiffers' ? undefined : answer.left);
};

/** Parts that are asked together. */
export const batchesOf = (parts: ReadonlyArray<Part>): ReadonlyArray<ReadonlyArray<Part>> =>
  Array.from({ length: Math.ceil(parts.length / BATCH) }, (_, at) => parts.slice(at * BATCH, (at + 1) * BATCH));

/** Told by name, of a file. */
const MOST_TOLD = 100;

/** Usage that the network let happen though the contract does not allow it is charged, and a person looks at it. */
const tellAgainst = ({ tenant }: ImportInput, { against }: Charging) =>
  Effect.forEach(
    [...against].slice(0, MOST_TOLD).flatMap(([subscriber, verdicts]) => [...verdicts].map((one) => [subscriber, one])),
    ([subscriber = '', verdict = '']) => alertOf(tenant, subscriber, 'UsageAgainstContract', verdict),
    { discard: true },
  );

/** Posts every part; says how far it is. */
export const chargeAll = (input: ImportInput, charging: Charging, parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    let posted = 0;
    yield* Effect.forEach(
      batchesOf(parts),
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
    yield* tellAgainst(input, charging);
  });
