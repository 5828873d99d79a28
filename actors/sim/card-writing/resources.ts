import { Effect, Either } from 'effect';
import { type Fault, isRefusal, type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import { type Imsi, parseImsi } from '../../../domain/sim/imsi.ts';
import type { Judged } from '../../../domain/sim/writing/judge.ts';
import { holderOf, subscriptionOf } from '../../../domain/sim/writing/resource.ts';
import type { CardWriteState } from '../../../domain/sim/writing/schema.ts';
import { smscRefusals } from '../../../domain/sim/writing/smsc.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { smscFor } from '../../../store/sim/card-writes.ts';
import { rangesKnown, rangesWithStock } from '../../../store/sim/number-ranges.ts';
import type { Actors } from '../../runtime/actors.ts';
import { blankCardActor } from '../blank-card.ts';
import { cardActor } from '../card.ts';
import { cardWriteActor } from '../card-write.ts';
import { imsiActor } from '../imsi.ts';
import { imsiRangeActor, rangeRegistryActor } from '../number-range.ts';
import { smscActor } from '../smsc.ts';
import { ask, decided, find, type Writing } from './asking.ts';
import type { Supply } from './supply.ts';

/**
 * The resource of a write: one IMSI out of the ranges of product and city, and the number of a short-message centre.
 * What is about to be taken is recorded first, so that whoever goes on after a crash finds it, and it is given back or
 * used up once the write has ended.
 */

type Asked<A> = Effect.Effect<A, Refusal | Fault, Actors | Mongo>;

const exhausted = (): Refusal =>
  refuse('exhausted', 'ImsiExhausted', 'No range has a free IMSI for this product and city.', {
    action: 'Register another range.',
  });

const smscOf = (writing: Writing, { product, city }: Judged, wanted: string | null): Asked<string> =>
  Effect.gen(function* () {
    const number = wanted ?? (yield* smscFor(writing.tenant, product, city));
    if (number === undefined) return yield* Effect.fail(smscRefusals.unknown());
    if (wanted === null) return number;
    const known = yield* find(writing.tenant, smscActor, number);
    if (known === null) return yield* Effect.fail(smscRefusals.unknown());
    return known.retired ? yield* Effect.fail(smscRefusals.retired()) : number;
  });

const EMPTY: ReadonlySet<string> = new Set(['RangeExhausted', 'RangeCrowded', 'RangeUnknown']);

/** Ranges that the list does not know yet, because it is behind: the registry names them, and each says itself what it is for. */
const unlistedRanges = ({ tenant }: Writing, { product, city }: Judged): Asked<readonly string[]> =>
  Effect.gen(function* () {
    const registry = yield* find(tenant, rangeRegistryActor, 'imsi');
    const listed = yield* rangesKnown(tenant, 'imsi');
    const keys = (registry?.ranges ?? []).map(({ key }) => key).filter((key) => !listed.has(key));
    const states = yield* Effect.forEach(keys, (key) => find(tenant, imsiRangeActor, key));
    return states.flatMap((state) => {
      const fits = state?.product === product && (state.city === null || state.city === city);
      return state !== null && fits ? [state.key] : [];
    });
  });

/** Takes one IMSI of the first range that has one. Which range it is comes into the write before it is asked. */
const takeImsi = (writing: Writing, judged: Judged, reader: string, known: string | null): Asked<Imsi> =>
  Effect.gen(function* () {
    const { iccid, profile, application, line, product, city } = judged;
    const listed = yield* rangesWithStock(writing.tenant, { type: 'imsi', product, city });
    const found = listed.length > 0 ? listed : yield* unlistedRanges(writing, judged);
    const order = known === null ? found : [known, ...found.filter((range) => range !== known)];
    for (const range of order) {
      const command = {
        _tag: 'Judge',
        iccid,
        profile: profile.id,
        reader,
        application,
        line,
        product,
        city,
        range,
      } as const;
      yield* ask(writing, cardWriteActor, writing.request, command, [iccid, reader, range].join('/'));
      const one = { application: holderOf(writing.request), line: 1, round: 1, quantity: 1, partial: false };
      const taken = yield* decided(ask(writing, imsiRangeActor, range, { _tag: 'Allocate', ...one }));
      if (Either.isRight(taken)) {
        const [block] = taken.right.blocks;
        const imsi = parseImsi(block?.first ?? '');
        return isRefusal(imsi) ? yield* Effect.fail(imsi) : imsi;
      } else if (!EMPTY.has(taken.left.code)) return yield* Effect.fail(taken.left);
    }
    return yield* Effect.fail(exhausted());
  });

/** Reserves what goes onto the card; the same again when it has been. Refused with what is missing. */
const reserve = (writing: Writing, write: CardWriteState, judged: Judged, reader: string): Asked<CardWriteState> =>
  Effect.gen(function* () {
    let now = write;
    if (now.status !== 'reserved') {
      const smsc = yield* smscOf(writing, judged, write.wanted.smsc);
      const imsi = yield* takeImsi(writing, judged, reader, write.range);
      ({ write: now } = yield* ask(writing, cardWriteActor, writing.request, { _tag: 'Reserve', imsi, smsc }));
    }
    const { iccid, application, line, product, city } = judged;
    yield* ask(writing, imsiActor, now.imsi ?? '', { _tag: 'Reserve', iccid, application, line, product, city });
    return now;
  });

/** Our own stock: an IMSI of a range, a centre, and the keys that came with the card. */
export const ownSupply: Supply = {
  objection: () => Effect.succeed(undefined),
  supply: ({ writing, write, judged, reader, own }) =>
    Effect.gen(function* () {
      const now = write.status === 'inDoubt' ? write : yield* reserve(writing, write, judged, reader);
      const data = subscriptionOf(judged.iccid, now.imsi ?? '', now.smsc ?? '', now.wanted.msisdn);
      return { write: now, data, keys: own };
    }),
};

const ofOtherCard = (failure: Refusal | Fault): boolean => isRefusal(failure) && failure.code === 'ImsiOnOtherCard';

/** An IMSI that turned out to be on another card is not handed out again. */
const giveBackImsi = (writing: Writing, { iccid, imsi, range, code }: CardWriteState): Asked<void> =>
  Effect.gen(function* () {
    let free = true;
    const reason = code ?? 'not written';
    if (imsi !== null && iccid !== null) {
      free = yield* ask(writing, imsiActor, imsi, { _tag: 'Release', iccid, reason }).pipe(
        Effect.as(true),
        Effect.catchIf(ofOtherCard, () => Effect.succeed(false)),
        // Taken of the range, and never reserved.
        Effect.catchIf(
          (failure) => isRefusal(failure) && failure.kind === 'missing',
          () => Effect.succeed(true),
        ),
      );
    }
    if (range === null) return;
    const application = holderOf(writing.request);
    yield* free
      ? ask(writing, imsiRangeActor, range, { _tag: 'Release', application, line: 1, round: 1, reason })
      : ask(writing, imsiRangeActor, range, { _tag: 'Settle', application });
  });

/** It has left the stock of blank cards. What staff have said of it before stands. */
const leaveStock = (writing: Writing, iccid: string, command: 'Use' | 'Spoil'): Asked<void> =>
  ask(writing, cardActor, iccid, { _tag: command, reason: `write ${writing.request}` }).pipe(
    Effect.asVoid,
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.code === 'CardNotInStock',
      () => Effect.void,
    ),
  );

const giveBackCard = (writing: Writing, { iccid, scrapped }: CardWriteState): Asked<void> =>
  Effect.gen(function* () {
    if (iccid === null) return;
    const command = { _tag: scrapped ? ('Scrap' as const) : ('Release' as const), request: writing.request };
    yield* ask(writing, blankCardActor, iccid, command);
    if (scrapped) yield* leaveStock(writing, iccid, 'Spoil');
  });

const useUp = (writing: Writing, { iccid, imsi, range }: CardWriteState): Asked<void> =>
  Effect.gen(function* () {
    if (iccid === null || imsi === null) return;
    const confirmed = Effect.zipRight(
      ask(writing, imsiActor, imsi, { _tag: 'Write', iccid }),
      ask(writing, imsiActor, imsi, { _tag: 'Confirm', iccid }),
    );
    const settled =
      range === null
        ? Effect.void
        : ask(writing, imsiRangeActor, range, { _tag: 'Settle', application: holderOf(writing.request) });
    const told = ask(writing, blankCardActor, iccid, { _tag: 'Write', request: writing.request });
    // Each is another owner's fact, and none waits for the others.
    yield* Effect.all([confirmed, settled, told, leaveStock(writing, iccid, 'Use')], { concurrency: 'unbounded' });
  });

/**
 * What follows from the end of a write: IMSI, range and card are told, then the write is closed. Doubt is told to the
 * IMSI alone. Whoever comes by does it, as often as they like.
 */
export const follow = (writing: Writing, write: CardWriteState): Asked<CardWriteState> =>
  Effect.gen(function* () {
    const { status, iccid, imsi, closed } = write;
    if (status === 'inDoubt' && iccid !== null && imsi !== null) {
      yield* ask(writing, imsiActor, imsi, { _tag: 'Doubt', iccid });
    }
    const ended = status === 'written' || status === 'failed' || status === 'refused';
    if (!ended || closed) return write;
    if (status === 'written') yield* useUp(writing, write);
    else {
      yield* giveBackImsi(writing, write);
      yield* giveBackCard(writing, write);
    }
    return (yield* ask(writing, cardWriteActor, writing.request, { _tag: 'Close' })).write;
  });
