import { randomUUID } from 'node:crypto';
import { Effect, Either } from 'effect';
import { type CardReader, converse } from '../../../devices/card-reader/port.ts';
import { type Fault, isFault, isRefusal, type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import type { CardSeen } from '../../../domain/sim/uicc/card-profile.ts';
import { PROFILES } from '../../../domain/sim/uicc/profiles.ts';
import { planWrite, type WriteStep } from '../../../domain/sim/uicc/write-plan.ts';
import { blankCardRefusals } from '../../../domain/sim/writing/blank-card.ts';
import { writeRefusals } from '../../../domain/sim/writing/card-write.ts';
import { iccidOf, type Judged, judgeBlank } from '../../../domain/sim/writing/judge.ts';
import type { CardWriteState, WriteWanted } from '../../../domain/sim/writing/schema.ts';
import { admTriesLeft, noProgress, type WriteProgress } from '../../../domain/sim/writing/talk.ts';
import { type CardKeys, openCardKeys } from '../../../store/keys/card-keys.ts';
import { KeyRing } from '../../../store/keys/key-ring.ts';
import type { Mongo } from '../../../store/mongo.ts';
import type { Actors } from '../../runtime/actors.ts';
import { blankCardActor } from '../blank-card.ts';
import { cardActor } from '../card.ts';
import { cardWriteActor } from '../card-write.ts';
import { ask, decided, find, type Writing } from './asking.ts';
import { inspect, look, type TalkEnd, write as writeOn } from './conversation.ts';
import { follow, ownSupply } from './resources.ts';
import { type Supply, TelecomSupply } from './supply.ts';

/**
 * Writing a blank card over a reader, whatever its kind (seed 000 §4.2): the card is looked at and judged, a resource
 * is reserved, the intent recorded, the card written, read back and challenged, the outcome recorded, IMSI and range
 * told. The same request again goes on where the last one stopped: an answer that is known is given again, a write in
 * doubt is settled by looking at the card that lies in the reader.
 */

type Asked<A> = Effect.Effect<A, Refusal | Fault, Actors | KeyRing | Mongo>;

/** Nobody waits longer for a talk with a card: past that the write is in doubt. */
const TALK_MS = 120_000;

interface Session extends Writing {
  readonly reader: CardReader;
}

/** It ends here, before anything could reach the card. */
const end = (
  writing: Writing,
  outcome: 'refused' | 'failed',
  { code, message }: Pick<Refusal, 'code' | 'message'>,
): Asked<CardWriteState> =>
  Effect.flatMap(
    ask(writing, cardWriteActor, writing.request, { _tag: 'Fail', outcome, code, message }, code),
    ({ write }) => follow(writing, write),
  );

interface Prepared {
  readonly judged: Judged;
  readonly steps: readonly WriteStep[];
  readonly keys: CardKeys;
}

const noSupply = (): Refusal =>
  refuse('missing', 'TelecomNotConfigured', 'The node with this reader cannot ask EOP for the data of a card.', {
    action: 'Set EOP_URL and what belongs to it on this node (docs/partners/eop.md).',
  });

/** Whose data go onto the card. */
const supplyOf = ({ wanted }: CardWriteState): Effect.Effect<Supply, Refusal> =>
  wanted.operator === 'telecom'
    ? Effect.mapError(Effect.flatten(Effect.serviceOption(TelecomSupply)), noSupply)
    : Effect.succeed(ownSupply);

/** The keys of the card, opened here and nowhere else, and what is to be done to it. */
const prepare = (session: Session, write: CardWriteState, judged: Judged): Asked<Prepared> =>
  Effect.gen(function* () {
    const { tenant, reader } = session;
    const blank = yield* find(tenant, blankCardActor, judged.iccid);
    if (blank === null) return yield* Effect.fail(blankCardRefusals.keysMissing());
    const own = openCardKeys(yield* KeyRing, { tenant, key: judged.iccid }, blank.keys);
    if (isFault(own)) return yield* Effect.fail(own);
    const { supply } = yield* supplyOf(write);
    const { data, keys } = yield* supply({ writing: session, write, judged, reader: reader.name, own });
    const steps = planWrite(judged.profile, { ...data, ...keys }, judged.keepsIccid);
    return isRefusal(steps) ? yield* Effect.fail(steps) : { judged, steps, keys };
  });

/** VERIFY is announced to the card's actor before it goes out: a code that was refused goes out no more. */
const announceAdm = (session: Session, { judged }: Prepared, left: number | null, attempt: string) =>
  Effect.gen(function* () {
    if (judged.profile.adm === undefined) return undefined;
    const command = { _tag: 'TryAdm', request: session.request, left } as const;
    const answer = yield* decided(ask(session, blankCardActor, judged.iccid, command, attempt));
    if (Either.isLeft(answer)) return answer.left;
    return answer.right.adm._tag === 'Refused' ? blankCardRefusals.admRefused() : undefined;
  });

/** So are the keys of a secure channel. */
const announceChannel = (session: Session, { judged }: Prepared, attempt: string) =>
  Effect.gen(function* () {
    if (judged.profile.channel === undefined) return undefined;
    const command = { _tag: 'TryChannel', request: session.request } as const;
    const answer = yield* decided(ask(session, blankCardActor, judged.iccid, command, attempt));
    return Either.isLeft(answer) ? answer.left : undefined;
  });

const ANSWERS = { untried: 'notSent', right: 'right', refused: 'wrong' } as const;

const recordChannel = (session: Session, { judged }: Prepared, channel: WriteProgress['channel'], attempt: string) => {
  if (judged.profile.channel === undefined || channel === 'unknown') return Effect.void;
  const command = { _tag: 'ChannelAnswered', request: session.request, answer: ANSWERS[channel] } as const;
  return Effect.asVoid(ask(session, blankCardActor, judged.iccid, command, attempt));
};

const recordAdm = (session: Session, { judged }: Prepared, adm: WriteProgress['adm'], attempt: string) => {
  if (judged.profile.adm === undefined || adm === 'unknown') return Effect.void;
  const command = { _tag: 'AdmAnswered', request: session.request, answer: ANSWERS[adm] } as const;
  return Effect.asVoid(ask(session, blankCardActor, judged.iccid, command, attempt));
};

/** Everything that the card may refuse for good is announced; undefined: nothing speaks against it. */
const announce = (session: Session, prepared: Prepared, attempt: string): Asked<Refusal | undefined> =>
  Effect.gen(function* () {
    // Asked first: a card that is gone by now has been told nothing, and nothing is in question.
    const left = yield* converse(session.reader, admTriesLeft(prepared.judged.profile));
    const ofChannel = yield* announceChannel(session, prepared, attempt);
    if (ofChannel !== undefined) return ofChannel;
    const ofAdm = yield* announceAdm(session, prepared, left, attempt);
    if (ofAdm !== undefined) yield* recordChannel(session, prepared, 'untried', attempt);
    return ofAdm;
  });

const record = (session: Session, prepared: Prepared, { progress }: TalkEnd, attempt: string) =>
  Effect.zipRight(
    recordChannel(session, prepared, progress.channel, attempt),
    recordAdm(session, prepared, progress.adm, attempt),
  );

const finish = (session: Session, attempt: string, { problem, progress, proved }: TalkEnd) => {
  const unwritten = progress.imsi === 'absent' ? ('notReached' as const) : ('inDoubt' as const);
  const result = problem === undefined ? ('written' as const) : unwritten;
  const [code, message] = [problem?.code ?? null, problem?.message ?? null];
  const command = { _tag: 'Finish', attempt, result, proved, code, message } as const;
  return Effect.flatMap(ask(session, cardWriteActor, session.request, command, attempt), ({ write }) =>
    follow(session, write),
  );
};

/** Intent, talk, outcome: from the intent on it goes to its end, whoever has lost interest. */
const attempted = (session: Session, talk: (attempt: string) => Asked<TalkEnd>): Asked<CardWriteState> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const attempt = randomUUID();
      yield* ask(session, cardWriteActor, session.request, { _tag: 'Begin', attempt, forMs: TALK_MS }, attempt);
      return yield* finish(session, attempt, yield* talk(attempt));
    }),
  );

/** The card is legal and its resource reserved: it is written. */
const writeNow = (session: Session, prepared: Prepared): Asked<CardWriteState> =>
  Effect.gen(function* () {
    const { judged, steps, keys } = prepared;
    const trial = randomUUID();
    const problem = yield* announce(session, prepared, trial);
    if (problem !== undefined) return yield* end(session, 'failed', problem);
    return yield* attempted(session, () =>
      Effect.tap(writeOn(session.reader, judged.profile, steps, keys.keys), (talk) =>
        record(session, prepared, talk, trial),
      ),
    );
  });

/** Looked at and judged. A refusal is final for this request; a fault is not, and the request may be sent again. */
const examine = ({ tenant, reader }: Session, write: CardWriteState): Asked<Judged | Refusal> =>
  Effect.gen(function* () {
    const looked = yield* look(reader, PROFILES);
    if (isRefusal(looked)) return looked;
    const iccid = iccidOf(looked.seen, write.wanted);
    if (isRefusal(iccid)) return iccid;
    const [card, blank] = yield* Effect.all([find(tenant, cardActor, iccid), find(tenant, blankCardActor, iccid)], {
      concurrency: 2,
    });
    return judgeBlank(looked.seen, { card, blank }, write.wanted, PROFILES);
  });

const begin = (session: Session, write: CardWriteState): Asked<CardWriteState> =>
  Effect.gen(function* () {
    const judged = yield* examine(session, write);
    if (isRefusal(judged)) return yield* end(session, write.status === 'requested' ? 'refused' : 'failed', judged);
    if (write.iccid !== null && write.iccid !== judged.iccid) return yield* Effect.fail(writeRefusals.cardChanged());
    const objection = yield* Effect.flatMap(supplyOf(write), (supply) => supply.objection(session, judged)).pipe(
      Effect.catchIf(isRefusal, (refusal) => Effect.succeed(refusal)),
    );
    if (objection !== undefined) return yield* end(session, 'refused', objection);
    const claim = { _tag: 'Claim', request: session.request } as const;
    const claimed = yield* decided(ask(session, blankCardActor, judged.iccid, claim));
    if (Either.isLeft(claimed)) return yield* end(session, 'refused', claimed.left);
    const ready = yield* decided(prepare(session, write, judged));
    return Either.isLeft(ready) ? yield* end(session, 'failed', ready.left) : yield* writeNow(session, ready.right);
  });

const notRecognised = (): Refusal =>
  refuse('conflict', 'CardNotRecognised', 'The card does not say which it is, and may be any other.', {
    field: 'iccid',
    action: 'Look for the card that was in the reader, or settle the write by hand.',
  });

/** Whether the card in the reader is the one in doubt; else why not. */
const sameCard = ({ iccid, imsi }: CardWriteState, seen: CardSeen): Refusal | undefined => {
  if (seen.imsi !== null && seen.imsi === imsi) return undefined;
  if (seen.iccid === null) return notRecognised();
  if (seen.iccid !== iccid) return writeRefusals.cardChanged();
  return seen.imsi === null
    ? undefined
    : refuse('conflict', 'CardCarriesOther', 'The card carries another IMSI than that of this write.', {
        field: 'imsi',
      });
};

const NOT_ON_CARD = { code: 'NotOnCard', message: 'The card has been read again, and does not carry the IMSI.' };

/** The card is read again: without the IMSI it has failed; with it, it is brought to its end. */
const settleByReading = (session: Session, write: CardWriteState): Asked<CardWriteState> =>
  Effect.gen(function* () {
    const { tenant, reader } = session;
    const looked = yield* look(reader, PROFILES);
    if (isRefusal(looked)) return yield* Effect.fail(looked);
    const { seen } = looked;
    const other = sameCard(write, seen);
    if (other !== undefined) return yield* Effect.fail(other);
    if (seen.imsi === null) {
      return yield* attempted(session, () =>
        Effect.succeed({ progress: noProgress(), problem: NOT_ON_CARD, proved: false }),
      );
    }
    const iccid = write.iccid ?? '';
    const [card, blank] = [yield* find(tenant, cardActor, iccid), yield* find(tenant, blankCardActor, iccid)];
    const judged = judgeBlank(seen, { card, blank }, write.wanted, PROFILES, write.imsi);
    if (isRefusal(judged)) return yield* Effect.fail(judged);
    const prepared = yield* prepare(session, write, judged);
    const { profile } = judged;
    return yield* attempted(session, (attempt) =>
      Effect.gen(function* () {
        const inspected = yield* inspect(reader, profile, prepared.steps, prepared.keys.keys);
        if (inspected.problem === undefined) return inspected;
        const problem = yield* decided(announce(session, prepared, attempt)).pipe(
          Effect.map((answer) => (Either.isLeft(answer) ? answer.left : answer.right)),
          Effect.catchAll((fault) => Effect.succeed(fault)),
        );
        if (problem !== undefined) return { ...inspected, problem };
        const written = yield* writeOn(reader, profile, prepared.steps, prepared.keys.keys);
        yield* record(session, prepared, written, attempt);
        return { ...written, progress: { ...written.progress, imsi: 'written' as const } };
      }),
    );
  });

/**
 * Goes on with a write from wherever it is. Refusals that leave it as it is (the wrong card in the reader, another one
 * writing) and faults are failures; everything that was decided is in the state that comes back.
 */
const goOn = (session: Session, write: CardWriteState): Asked<CardWriteState> => {
  switch (write.status) {
    case 'requested':
    case 'judged':
    case 'reserved':
      return begin(session, write);
    case 'writing':
      return Effect.fail(writeRefusals.underWay());
    case 'inDoubt':
      return settleByReading(session, write);
    default:
      return follow(session, write);
  }
};

/** Records that the CRM wants a card written; the same request again is as it was. Refused with `RequestDiffers`. */
export const requestWrite = (writing: Writing, wanted: WriteWanted): Asked<CardWriteState> =>
  Effect.map(
    ask(writing, cardWriteActor, writing.request, { _tag: 'Request', wanted }, randomUUID()),
    ({ write }) => write,
  );

/** The whole of it: requests the write, or finds it, and brings it as far as it goes with the card in this reader. */
export const writeCard = (reader: CardReader, writing: Writing, wanted: WriteWanted): Asked<CardWriteState> =>
  Effect.flatMap(requestWrite(writing, wanted), (write) => goOn({ ...writing, reader }, write));

/** Goes on with a write that has been requested, with the card in this reader. */
export const continueWrite = (reader: CardReader, writing: Writing): Asked<CardWriteState> =>
  Effect.flatMap(find(writing.tenant, cardWriteActor, writing.request), (write) =>
    write === null ? Effect.fail(writeRefusals.unknown()) : goOn({ ...writing, reader }, write),
  );

/** Ends a write that has not come to its card; one that may have is refused with `WriteMayHaveReached`. */
export const giveUp = (writing: Writing, why: Pick<Refusal, 'code' | 'message'>): Asked<CardWriteState> =>
  end(writing, 'failed', why);

/** What is left to be told of a write that has ended. Whoever hears of it may do it, as often as they like. */
export const followWrite = (writing: Writing): Asked<CardWriteState | null> =>
  Effect.flatMap(find(writing.tenant, cardWriteActor, writing.request), (write) =>
    write === null ? Effect.succeed(null) : follow(writing, write),
  );
