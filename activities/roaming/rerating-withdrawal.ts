import { Effect, Either, Stream } from 'effect';
import { booksActor } from '../../actors/roaming/books.ts';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors, type Ask } from '../../actors/runtime/actors.ts';
import { isFault, isRefusal } from '../../domain/kernel/refusal.ts';
import { NO_TOTALS_YET } from '../../domain/roaming/rerating/correct.ts';
import { monthsOf, withdrawalOf } from '../../domain/roaming/rerating/rerating.ts';
import type { Refused } from '../../domain/roaming/rerating/schema.ts';
import { correctedBy, type RatedUsage } from '../../domain/roaming/usage/usage-record.ts';
import { Roaming } from '../../partners/roaming/port.ts';
import { keepUsage, partsOfPartner } from '../../store/roaming/usage.ts';
import type { RerateInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { bookNames, type Chunk, postBooks } from './import-books.ts';
import {
  ask,
  type Group,
  ownPart,
  type Post,
  postOf,
  readOne,
  readStates,
  refusedOf,
  unknownPartner,
  type Work,
  walk,
} from './rerating.ts';
import { AdjustmentBooks } from './rerating-books.ts';

/**
 * A re-rating that could be posted in part only, taken back: what it has added to records, subscribers and books is added again
 * the other way round, under an id of its own. Prices then stand as they did before it, for whichever comes next.
 */

const reversed = (one: RatedUsage): RatedUsage => ({
  ...one,
  agreedMinor: -one.agreedMinor,
  retailMinor: -one.retailMinor,
});

interface Asked {
  readonly group: Group;
  readonly records: ReadonlyArray<RatedUsage>;
  readonly post: Post;
}

/** What an account never got it does not give back; what it does not give back stays between it and the subscriber. */
const takeBackBatch = (work: Work, month: string, groups: ReadonlyArray<Group>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const { input, one } = work;
    const withdrawal = withdrawalOf(one.rerating);
    const posted = groups.filter(({ own }) => own !== undefined);
    const states = yield* readStates(input.tenant, posted);
    const parts = posted.map((group) => ({ group, records: (group.own?.records ?? []).map(reversed) }));
    yield* keepUsage(
      input.tenant,
      parts.map(({ group, records }) => ownPart(withdrawal, group, records)),
    );
    const asked = parts.flatMap(({ group, records }, at): ReadonlyArray<Asked> => {
      const { part, terms, subscriber } = group.base;
      const chunk = (rerating: string): string => `${part}.${rerating}.${month}`;
      const known = states[at]?.chunks.some((had) => had.chunk === chunk(one.rerating)) === true;
      const post = postOf(chunk(withdrawal), terms.retail?.currency ?? '', records);
      return known && subscriber !== null && post !== undefined ? [{ group, records, post }] : [];
    });
    const asks = asked.map(
      ({ group, post }): Ask<typeof subscriberActor, 'Post'> => ({
        id: { tenant: input.tenant, key: group.base.subscriber ?? '' },
        command: post,
        envelope: { commandId: post.chunk, caller },
      }),
    );
    const answers = yield* actors.askMany(subscriberActor, asks);
    const refused: Array<Refused> = [];
    for (const [at, { group, records, post }] of asked.entries()) {
      const answer = answers[at];
      if (answer === undefined || Either.isRight(answer)) continue;
      if (isFault(answer.left)) return yield* Effect.fail(answer.left);
      refused.push(refusedOf({ group, post }, answer.left.code));
      const between = records.map((record) => ({ ...record, retailMinor: 0n }));
      yield* keepUsage(input.tenant, [ownPart(withdrawal, group, between)]);
    }
    return { totals: NO_TOTALS_YET, refused };
  });

/** Which of a re-rating's chunks each book has. */
const bookedChunks = ({ input, one, partner }: Work) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const booked = new Map<string, (chunk: number) => boolean>();
    for (const book of bookNames(partner)) {
      const state = yield* actors.read(booksActor, { tenant: input.tenant, key: book }).pipe(
        Effect.map((found) => found.state),
        Effect.catchIf(isRefusal, () => Effect.succeed(null)),
      );
      const file = state?.files.find((known) => known.file === one.rerating);
      if (file === undefined) continue;
      // With its audit line a book has all of them, and remembers their number alone.
      booked.set(book, (chunk) => (file.audit === null ? file.chunks[chunk] !== undefined : chunk < file.posted));
    }
    return booked;
  });

const unbook = (work: Work) =>
  Effect.gen(function* () {
    const { input, one, partner, settings, by } = work;
    const { tenant, partner: code } = input;
    const { zone } = settings;
    const booked = yield* bookedChunks(work);
    const own = Stream.fromIterable(monthsOf(by)).pipe(
      Stream.flatMap((month) => partsOfPartner(tenant, code, month)),
      Stream.filter(({ part }) => correctedBy(part) === one.rerating),
    );
    const numbers = new Map<string, number>();
    const back = new AdjustmentBooks(partner, zone).chunks(own).pipe(
      Stream.filter(({ book, number }) => booked.get(book)?.(number) === true),
      Stream.map(({ book, entries }): Chunk => {
        const number = numbers.get(book) ?? 0;
        numbers.set(book, number + 1);
        return { book, number, entries: entries.map((entry) => ({ ...entry, amountMinor: -entry.amountMinor })) };
      }),
    );
    const audits = () =>
      [...numbers].map(([book, chunks]) => ({
        ...({ _tag: 'Balance', book, file: '', chunks } as const),
        ...{ in: 0, rated: 0, rejected: 0, duplicate: 0, quarantined: 0 },
      }));
    yield* postBooks({ tenant, partner: code, zone, file: withdrawalOf(one.rerating) }, back, audits);
  });

/** Takes back what was posted of a re-rating that a person withdraws. */
export const takeBackRerating = (input: RerateInput) =>
  Effect.gen(function* () {
    const one = yield* readOne(input);
    if (one.status !== 'withdrawing') return { status: one.status };
    const settings = yield* Roaming;
    const partner = settings?.partners.get(input.partner);
    if (settings === undefined || partner === undefined) return yield* Effect.fail(unknownPartner);
    const by = { agreement: null, plan: null, from: one.from, to: one.to };
    const work: Work = { input, one, partner, settings, by };
    const { refused, refusedCount } = yield* walk(work, takeBackBatch);
    yield* unbook(work);
    const done = { _tag: 'TakenBack', rerating: input.rerating, refused, refusedCount } as const;
    return { status: (yield* ask(input, done)).status };
  });
