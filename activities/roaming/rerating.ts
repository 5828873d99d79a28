import { Effect, Either, Option, Schema, Stream } from 'effect';
import { reratingsActor } from '../../actors/roaming/reratings.ts';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { revisionReady } from '../../actors/roaming/terms-documents.ts';
import { Actors, type Ask } from '../../actors/runtime/actors.ts';
import { type Fault, fault, isFault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { groupsIn } from '../../domain/roaming/rating/retail.ts';
import {
  addTotals,
  type By,
  type CorrectedPart,
  correctPart,
  NO_TOTALS_YET,
} from '../../domain/roaming/rerating/correct.ts';
import { reratingRefusals } from '../../domain/roaming/rerating/refusals.ts';
import { monthsOf, reratingOf } from '../../domain/roaming/rerating/rerating.ts';
import {
  RERATING_LIMITS,
  Refused,
  type Rerating,
  type ReratingCommand,
  Totals,
} from '../../domain/roaming/rerating/schema.ts';
import type { SubscriberCommand, SubscriberState } from '../../domain/roaming/subscriber/schema.ts';
import { agreementName } from '../../domain/roaming/terms/terms.ts';
import { correctedBy, localDay, type RatedUsage } from '../../domain/roaming/usage/usage-record.ts';
import { type ConfiguredPartner, Roaming, type RoamingConfiguration } from '../../partners/roaming/port.ts';
import { listImportFiles } from '../../store/roaming/import-files.ts';
import { type KeptPart, keepUsage, partsOfPartner } from '../../store/roaming/usage.ts';
import type { UsagePart } from '../../store/roaming/usage-documents.ts';
import { removedUsageMonths } from '../../store/roaming/usage-months.ts';
import type { RerateInput, StalledRerating } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { alertOf } from './import-asking.ts';
import { postBooks } from './import-books.ts';
import { AdjustmentBooks } from './rerating-books.ts';

/**
 * Usage of a partner priced anew (seed 002 §3.1.1): kept records and their earlier corrections are read month by month, part by
 * part; what changes is kept as a part of differences beside the part it corrects, posted to the subscriber and to the books.
 * Ids are made of the part and the re-rating, so whatever is told again counts once.
 */

const PARTS = 200;
const READS_AT_ONCE = 100;
const LOOK_AGAIN_MS = 5_000;

/** How far an attempt is; the next one goes on behind it. */
const Progress = Schema.Struct({
  month: Schema.String,
  afterId: Schema.String,
  totals: Totals,
  refused: Schema.Array(Refused),
  refusedCount: Schema.Int,
});
type Progress = typeof Progress.Type;

const encodeProgress = Schema.encodeSync(Progress);
const progressOf = (heartbeat: unknown): Progress =>
  Option.getOrElse(Schema.decodeUnknownOption(Progress)(heartbeat), () => ({
    ...{ month: '', afterId: '', totals: NO_TOTALS_YET },
    ...{ refused: [], refusedCount: 0 },
  }));

/** Nothing is priced anew of which a part is gone. */
const usageKept = (period: Pick<Rerating, 'from' | 'to'>) =>
  Effect.flatMap(removedUsageMonths(monthsOf(period)), (gone) =>
    gone.length === 0 ? Effect.void : Effect.fail(reratingRefusals.usageRemoved(gone)),
  );

export interface Work {
  readonly input: RerateInput;
  readonly one: Rerating;
  readonly partner: ConfiguredPartner;
  readonly settings: RoamingConfiguration;
  readonly by: By;
}

export const unknownPartner = refuse('missing', 'UnknownPartner', 'No roaming partner of this code is configured.');

export const readOne = ({ tenant, partner, rerating }: RerateInput) =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(reratingsActor, { tenant, key: partner });
    return reratingOf(state, rerating) ?? (yield* Effect.fail(reratingRefusals.unknown()));
  });

export const ask = ({ tenant, partner }: RerateInput, command: ReratingCommand) =>
  Effect.gen(function* () {
    const { caller, commandIdFor } = yield* CurrentStep;
    const envelope = { commandId: commandIdFor(command._tag, command.rerating), caller };
    return (yield* (yield* Actors).ask(reratingsActor, { id: { tenant, key: partner }, command, envelope })).reply;
  });

/** Records that are being posted would be missed. A fault as long as there are any. */
const withoutImports = ({ tenant, partner }: RerateInput, { roaming }: Rerating) =>
  Effect.gen(function* () {
    // Visitors' records come in files of our own network's elements.
    const elements = (yield* Roaming)?.elements.keys() ?? [];
    for (const from of roaming === 'outbound' ? [partner] : elements) {
      const status = ['planned', 'charged'] as const;
      const { items } = yield* listImportFiles({ tenant, filters: { partner: from, status }, limit: 1 });
      if (items.length === 0) continue;
      const what = `A file of ${from} is being imported.`;
      return yield* Effect.fail(fault('roaming', 'ImportRunning', what, LOOK_AGAIN_MS));
    }
  });

const workOf = (input: RerateInput, one: Rerating) =>
  Effect.gen(function* () {
    yield* usageKept(one);
    const settings = yield* Roaming;
    const partner = settings?.partners.get(input.partner);
    if (settings === undefined || partner === undefined) return yield* Effect.fail(unknownPartner);
    const { tenant } = input;
    const { roaming, from, to, agreement, plan } = one;
    const name =
      roaming === 'outbound' ? agreementName(settings.home, partner.code) : agreementName(partner.code, settings.home);
    const between = agreement === null ? null : yield* revisionReady({ tenant, kind: 'agreement', name }, agreement);
    const retail = plan === null ? null : yield* revisionReady({ tenant, kind: 'plan', name: settings.plan }, plan);
    const by = { agreement: between?.ready ?? null, plan: retail?.ready ?? null, from, to };
    return { input, one, partner, settings, by } satisfies Work;
  });

/** A part as it was imported, and what re-ratings have made of it. */
export interface Group {
  readonly base: KeptPart;
  readonly earlier: ReadonlyArray<RatedUsage>;
  /** What an earlier attempt of this re-rating has kept. */
  readonly own: KeptPart | undefined;
}

/** Corrections follow the part they correct. */
const groupsOf = <E, R>(parts: Stream.Stream<KeptPart, E, R>, rerating: string): Stream.Stream<Group, E, R> =>
  parts.pipe(
    Stream.map(Option.some),
    Stream.concat(Stream.succeed(Option.none<KeptPart>())),
    Stream.mapAccum(undefined as Group | undefined, (open, next) => {
      if (Option.isNone(next)) return [undefined, open];
      const part = next.value;
      const by = correctedBy(part.part);
      if (by === undefined) return [{ base: part, earlier: [], own: undefined }, open];
      // Of a part before those that are walked.
      if (open === undefined || part.part !== `${open.base.part}.${by}`) return [open, undefined];
      return [
        by === rerating ? { ...open, own: part } : { ...open, earlier: [...open.earlier, ...part.records] },
        undefined,
      ];
    }),
    Stream.filter((group) => group !== undefined),
  );

/** Of each group its subscriber's account; null where it has none, or none is known. */
export const readStates = (tenant: RerateInput['tenant'], groups: ReadonlyArray<Group>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    return yield* Effect.forEach(
      groups,
      ({ base: { subscriber } }) =>
        subscriber === null
          ? Effect.succeed(null)
          : actors.read(subscriberActor, { tenant, key: subscriber }).pipe(
              Effect.map(({ state }) => state),
              Effect.catchIf(isRefusal, () => Effect.succeed(null)),
            ),
      { concurrency: READS_AT_ONCE },
    );
  });

/** Who subscribers are says by which discounts they pay: where no plan is wanted nobody is asked. */
const statesFor = ({ input, by }: Work, groups: ReadonlyArray<Group>) =>
  by.plan === null ? Effect.succeed([]) : readStates(input.tenant, groups);

const correct = ({ by }: Work, { base, earlier }: Group, state: SubscriberState | null): CorrectedPart =>
  correctPart(base.records, earlier, base.terms, by, by.plan === null ? [] : groupsIn(by.plan, state?.profile ?? null));

type Batch<R> = (
  work: Work,
  month: string,
  groups: ReadonlyArray<Group>,
) => Effect.Effect<Pick<Progress, 'totals' | 'refused'>, Fault | Refusal, R>;

/** Every part of the period, some at a time; goes on where an earlier attempt has been. */
export const walk = <R>(work: Work, batch: Batch<R>) =>
  Effect.gen(function* () {
    const { heartbeat, lastHeartbeat } = yield* CurrentStep;
    const { tenant, partner, rerating } = work.input;
    let progress = progressOf(lastHeartbeat);
    for (const month of monthsOf(work.by).filter((one) => one >= progress.month)) {
      const parts = partsOfPartner(tenant, partner, month, month === progress.month ? progress.afterId : '');
      const wanted = Stream.filter(parts, ({ terms }) => terms.roaming === work.one.roaming);
      yield* groupsOf(wanted, rerating).pipe(
        Stream.grouped(PARTS),
        Stream.runForEach((some) =>
          Effect.gen(function* () {
            const groups = [...some];
            const { totals, refused } = yield* batch(work, month, groups);
            progress = {
              month,
              // Corrections of the last one come behind it, and are left out without it.
              afterId: groups.at(-1)?.base.id ?? progress.afterId,
              totals: addTotals(progress.totals, totals),
              refused: [...progress.refused, ...refused].slice(0, RERATING_LIMITS.refused),
              refusedCount: progress.refusedCount + refused.length,
            };
            yield* heartbeat(encodeProgress(progress));
          }),
        ),
      );
    }
    return progress;
  });

const previewBatch = (work: Work, _month: string, groups: ReadonlyArray<Group>) =>
  Effect.map(statesFor(work, groups), (states) => ({
    totals: groups.map((group, at) => correct(work, group, states[at] ?? null).totals).reduce(addTotals, NO_TOTALS_YET),
    refused: [],
  }));

/** What it would come to; nothing is posted. What refuses to be computed fails the re-rating, and a person is told why. */
export const previewRerating = (input: RerateInput) =>
  Effect.gen(function* () {
    const one = yield* readOne(input);
    if (one.status !== 'previewing') return { status: one.status };
    yield* withoutImports(input, one);
    const work = yield* Effect.either(workOf(input, one));
    const { rerating } = input;
    if (Either.isLeft(work)) {
      if (isFault(work.left)) return yield* Effect.fail(work.left);
      const { code, message } = work.left;
      return { status: (yield* ask(input, { _tag: 'Fail', rerating, code, message })).status };
    }
    const { totals } = yield* walk(work.right, previewBatch);
    return { status: (yield* ask(input, { _tag: 'Preview', rerating, totals })).status };
  });

export const readRerating = (input: RerateInput) => Effect.map(readOne(input), ({ status }) => ({ status }));

export type Post = Extract<SubscriberCommand, { readonly _tag: 'Post' }>;

/** A sum for each day and number; may be below zero. */
export const postOf = (chunk: string, currency: string, records: ReadonlyArray<RatedUsage>): Post | undefined => {
  const sums = new Map<string, Post['postings'][number]>();
  for (const { atMs, utcOffsetMinutes, number, retailMinor } of records) {
    const day = localDay(atMs, utcOffsetMinutes);
    const id = `${day}.${number}`;
    const sum = sums.get(id);
    const totalMinor = (sum?.totalMinor ?? 0n) + retailMinor;
    sums.set(id, { id, atMs: sum?.atMs ?? atMs, day, number, takes: [], totalMinor });
  }
  const postings = [...sums.values()].filter(({ totalMinor }) => totalMinor !== 0n);
  return postings.length === 0 ? undefined : { _tag: 'Post', chunk, currency, postings };
};

/** Named by the part that it corrects and by what corrects it. */
export const ownPart = (rerating: string, { base }: Group, records: ReadonlyArray<RatedUsage>): UsagePart => ({
  owner:
    base.subscriber === null
      ? { visitorOf: base.terms.home, imsi: base.records[0]?.imsi ?? '' }
      : { subscriber: base.subscriber },
  file: base.file,
  part: `${base.part}.${rerating}`,
  terms: base.terms,
  records,
});

interface Asked {
  readonly group: Group;
  readonly differences: ReadonlyArray<RatedUsage>;
  readonly post: Post;
}

export const refusedOf = ({ group, post }: Pick<Asked, 'group' | 'post'>, code: string): Refused => ({
  subscriber: group.base.subscriber ?? '',
  code,
  amountMinor: post.postings.reduce((sum, { totalMinor }) => sum + totalMinor, 0n),
});

/** Differences are kept before they are posted, as records are; what an account does not take stays between operators alone. */
const postBatch = (work: Work, month: string, groups: ReadonlyArray<Group>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const { tenant } = work.input;
    const states = yield* statesFor(work, groups);
    let totals = NO_TOTALS_YET;
    const kept: Array<UsagePart> = [];
    const asked: Array<Asked> = [];
    for (const [at, group] of groups.entries()) {
      const state = states[at] ?? null;
      const corrected = correct(work, group, state);
      totals = addTotals(totals, corrected.totals);
      const { base, own } = group;
      const chunk = `${base.part}.${work.one.rerating}.${month}`;
      // Posted by an earlier attempt: what it kept stays.
      const posted = own !== undefined && state?.chunks.some((known) => known.chunk === chunk) === true;
      if (posted || corrected.differences.length === 0) continue;
      const { differences } = corrected;
      kept.push(ownPart(work.one.rerating, group, differences));
      const post = postOf(chunk, base.terms.retail?.currency ?? '', differences);
      if (post !== undefined && base.subscriber !== null) asked.push({ group, differences, post });
    }
    yield* keepUsage(tenant, kept);
    const asks = asked.map(
      ({ group, post }): Ask<typeof subscriberActor, 'Post'> => ({
        id: { tenant, key: group.base.subscriber ?? '' },
        command: post,
        envelope: { commandId: post.chunk, caller },
      }),
    );
    const answers = yield* actors.askMany(subscriberActor, asks);
    const refused: Array<Refused> = [];
    for (const [at, one] of asked.entries()) {
      const answer = answers[at];
      if (answer === undefined || Either.isRight(answer)) continue;
      if (isFault(answer.left)) return yield* Effect.fail(answer.left);
      refused.push(refusedOf(one, answer.left.code));
      const between = one.differences.map((record) => ({ ...record, retailMinor: 0n }));
      yield* keepUsage(tenant, [ownPart(work.one.rerating, one.group, between)]);
    }
    return { totals, refused };
  });

const bookAdjustments = ({ input, one, partner, settings, by }: Work) => {
  const { tenant, partner: code } = input;
  const { zone } = settings;
  const books = new AdjustmentBooks(partner, zone);
  const own = Stream.fromIterable(monthsOf(by)).pipe(
    Stream.flatMap((month) => partsOfPartner(tenant, code, month)),
    Stream.filter(({ part }) => correctedBy(part) === one.rerating),
  );
  return postBooks({ tenant, partner: code, zone, file: one.rerating }, books.chunks(own), () => books.audits());
};

/** Keeps and posts the differences of an approved re-rating. */
export const postRerating = (input: RerateInput) =>
  Effect.gen(function* () {
    const one = yield* readOne(input);
    if (one.status !== 'approved') return { status: one.status };
    yield* withoutImports(input, one);
    const work = yield* workOf(input, one);
    const step = yield* CurrentStep;
    const progress = yield* walk(work, postBatch);
    const { totals, refused, refusedCount } = progress;
    // A step that is cut short while it books goes on behind all parts.
    const heartbeat = () => step.heartbeat(encodeProgress(progress));
    yield* bookAdjustments(work).pipe(Effect.provideService(CurrentStep, { ...step, heartbeat }));
    const finish = { _tag: 'Finish', rerating: input.rerating, totals, refused, refusedCount } as const;
    return { status: (yield* ask(input, finish)).status };
  });

/** It cannot go on: it says why until a person has it tried again or withdraws it, and operations are told. */
export const stallRerating = (input: StalledRerating) =>
  Effect.gen(function* () {
    const { rerating, code, message } = input;
    const { status } = yield* ask(input, { _tag: 'Stall', rerating, code, message });
    const stage = status === 'withdrawing' ? 'taking back' : 'posting';
    yield* alertOf(input.tenant, `re-rating ${input.partner}`, code, stage);
    return { status };
  });
