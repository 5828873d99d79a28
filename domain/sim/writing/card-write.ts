import { canonicalJson } from '../../kernel/canonical-json.ts';
import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { CardWriteCommand, CardWriteEvent, CardWriteReply, CardWriteState } from './schema.ts';

/**
 * One write of a blank card, by the CRM's request id (seed 000 §4.2, spec `sim`): requested → judged → reserved →
 * writing → written → confirmed. It fails only while it is certain that the IMSI has not reached the card; past that
 * it is in doubt, until the card is read again or a person says what became of it. Nothing here touches a card: `Begin`
 * is the intent before the talk, `Finish` the outcome after it.
 */

type Of<Tag extends CardWriteCommand['_tag']> = Extract<CardWriteCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<CardWriteEvent> | Refusal;

/** A request that nobody goes on with is given up after so long. */
export const REQUEST_LIFE_MS = 15 * 60_000;

export const writeRefusals = {
  unknown: (): Refusal => refuse('missing', 'WriteUnknown', 'There is no write with this request id.'),
  differs: (): Refusal =>
    refuse('conflict', 'RequestDiffers', 'This request id was used for another write.', {
      field: 'request',
      action: 'Use a new request id for a new card.',
    }),
  cardChanged: (): Refusal =>
    refuse('conflict', 'CardChanged', 'Another card lies in the reader than the one this write began with.', {
      field: 'iccid',
      action: 'Put the first card back in.',
    }),
  notJudged: (): Refusal => refuse('conflict', 'WriteNotJudged', 'The card of this write has not been judged yet.'),
  reservedOtherwise: (): Refusal =>
    refuse('conflict', 'ReservedOtherwise', 'Another resource is reserved for this write.'),
  notReserved: (): Refusal =>
    refuse('conflict', 'WriteNotReserved', 'Nothing is reserved for this write: it has ended, or has not come so far.'),
  underWay: (): Refusal =>
    refuse('conflict', 'WriteUnderWay', 'This write is under way.', { action: 'Ask again when it has ended.' }),
  attemptOver: (): Refusal => refuse('conflict', 'AttemptOver', 'Another attempt of this write has begun since.'),
  reachable: (): Refusal =>
    refuse('conflict', 'WriteMayHaveReached', 'The write may have reached the card: it cannot simply fail.'),
  notInDoubt: (): Refusal => refuse('conflict', 'WriteNotInDoubt', 'Only a write in doubt is settled by a person.'),
  notEnded: (): Refusal => refuse('conflict', 'WriteNotEnded', 'This write has not ended.'),
} as const;

const request = (state: CardWriteState | null, { wanted }: Of<'Request'>, facts: Facts): Outcome => {
  if (state === null) {
    const { actor, caller, nowMs } = facts;
    return [{ _tag: 'Requested', request: actor.key, wanted, by: caller.subject, atMs: nowMs }];
  }
  return canonicalJson(state.wanted) === canonicalJson(wanted) ? [] : writeRefusals.differs();
};

const judge = (state: CardWriteState, { _tag, ...judged }: Of<'Judge'>): Outcome => {
  const event: CardWriteEvent = { _tag: 'Judged', ...judged };
  if (state.status === 'requested') return [event];
  if (state.status !== 'judged' && state.status !== 'reserved') return writeRefusals.notReserved();
  if (state.iccid !== judged.iccid) return writeRefusals.cardChanged();
  // What has been reserved stays; before that, another range may have more.
  return state.status === 'reserved' || state.range === judged.range ? [] : [event];
};

const reserve = (state: CardWriteState, { imsi, smsc }: Of<'Reserve'>): Outcome => {
  if (state.status === 'requested') return writeRefusals.notJudged();
  if (state.status === 'judged') return [{ _tag: 'Reserved', imsi, smsc }];
  if (state.status !== 'reserved') return writeRefusals.notReserved();
  return state.imsi === imsi && state.smsc === smsc ? [] : writeRefusals.reservedOtherwise();
};

const begin = (state: CardWriteState, { attempt, forMs }: Of<'Begin'>, facts: Facts): Outcome => {
  if (state.status === 'writing') return writeRefusals.underWay();
  if (state.status !== 'reserved' && state.status !== 'inDoubt') return writeRefusals.notReserved();
  return [{ _tag: 'Began', attempt, deadlineMs: facts.nowMs + forMs }];
};

const finish = (state: CardWriteState, command: Of<'Finish'>, { nowMs }: Facts): Outcome => {
  const { attempt, result, proved } = command;
  if (state.attempt !== attempt) return writeRefusals.attemptOver();
  // In doubt by time alone: the late outcome is the truth.
  if (state.status !== 'writing' && state.status !== 'inDoubt') return [];
  if (result === 'written') return [{ _tag: 'Written', proved, atMs: nowMs }];
  const [code, message] = [command.code ?? 'Unknown', command.message ?? 'The card says no more.'];
  if (result === 'notReached') return [{ _tag: 'Failed', outcome: 'failed', code, message, atMs: nowMs }];
  return state.status === 'inDoubt' && state.code === code ? [] : [{ _tag: 'Doubted', code, message, atMs: nowMs }];
};

const fail = (state: CardWriteState, { outcome, code, message }: Of<'Fail'>, { nowMs }: Facts): Outcome => {
  switch (state.status) {
    case 'requested':
    case 'judged':
    case 'reserved':
      return [{ _tag: 'Failed', outcome, code, message, atMs: nowMs }];
    case 'refused':
    case 'failed':
      return [];
    default:
      return writeRefusals.reachable();
  }
};

const settle = (state: CardWriteState, { outcome, reason }: Of<'Settle'>, facts: Facts): Outcome => {
  if (state.status !== 'inDoubt') return writeRefusals.notInDoubt();
  return [{ _tag: 'Settled', outcome, reason, by: facts.caller.subject, atMs: facts.nowMs }];
};

const lapse = (state: CardWriteState, { attempt }: Of<'Lapse'>, { nowMs }: Facts): Outcome => {
  const before = state.status === 'requested' || state.status === 'judged' || state.status === 'reserved';
  if (before && attempt === null) {
    const message = 'Nobody has gone on with this write.';
    return [{ _tag: 'Failed', outcome: 'failed', code: 'Abandoned', message, atMs: nowMs }];
  }
  if (state.status !== 'writing' || state.attempt !== attempt) return [];
  const message = 'Whoever wrote the card has not said what became of it.';
  return [{ _tag: 'Doubted', code: 'WriterLost', message, atMs: nowMs }];
};

const close = (state: CardWriteState): Outcome => {
  if (state.closed) return [];
  const ended = state.status === 'written' || state.status === 'refused' || state.status === 'failed';
  return ended ? [{ _tag: 'Closed' }] : writeRefusals.notEnded();
};

const outcomeOf = (state: CardWriteState | null, command: CardWriteCommand, facts: Facts): Outcome => {
  if (command._tag === 'Request') return request(state, command, facts);
  if (state === null) return writeRefusals.unknown();
  switch (command._tag) {
    case 'Judge':
      return judge(state, command);
    case 'Reserve':
      return reserve(state, command);
    case 'Begin':
      return begin(state, command, facts);
    case 'Finish':
      return finish(state, command, facts);
    case 'Fail':
      return fail(state, command, facts);
    case 'Settle':
      return settle(state, command, facts);
    case 'Lapse':
      return lapse(state, command, facts);
    case 'Close':
      return close(state);
  }
};

const requested = ({ request, wanted, by, atMs }: Extract<CardWriteEvent, { _tag: 'Requested' }>): CardWriteState => ({
  request,
  wanted,
  status: 'requested',
  iccid: null,
  profile: null,
  reader: null,
  application: null,
  line: null,
  product: wanted.product,
  city: wanted.city,
  range: null,
  imsi: null,
  smsc: null,
  attempt: null,
  attempts: 0,
  deadlineMs: null,
  proved: false,
  code: null,
  message: null,
  scrapped: false,
  closed: false,
  settledBy: null,
  requestedBy: by,
  requestedAtMs: atMs,
  endedAtMs: null,
});

const settled = (state: CardWriteState, event: Extract<CardWriteEvent, { _tag: 'Settled' }>): CardWriteState => {
  const { outcome, reason, by, atMs } = event;
  const whole = { ...state, settledBy: by, endedAtMs: atMs, message: reason };
  return outcome === 'written'
    ? { ...whole, status: 'written', code: null }
    : {
        ...whole,
        status: 'failed',
        code: outcome === 'scrapped' ? 'Scrapped' : 'NotWritten',
        scrapped: outcome === 'scrapped',
      };
};

const evolveRequested = (
  state: CardWriteState,
  event: Exclude<CardWriteEvent, { readonly _tag: 'Requested' }>,
): CardWriteState => {
  switch (event._tag) {
    case 'Judged': {
      const { _tag, ...judged } = event;
      return { ...state, ...judged, status: 'judged' };
    }
    case 'Reserved':
      return { ...state, status: 'reserved', imsi: event.imsi, smsc: event.smsc };
    case 'Began': {
      const { attempt, deadlineMs } = event;
      return { ...state, status: 'writing', attempt, deadlineMs, attempts: state.attempts + 1 };
    }
    case 'Written':
      return { ...state, status: 'written', proved: event.proved, code: null, message: null, endedAtMs: event.atMs };
    case 'Failed':
      return { ...state, status: event.outcome, code: event.code, message: event.message, endedAtMs: event.atMs };
    case 'Doubted':
      return { ...state, status: 'inDoubt', code: event.code, message: event.message };
    case 'Settled':
      return settled(state, event);
    case 'Closed':
      return { ...state, closed: true, status: state.status === 'written' ? 'confirmed' : state.status };
  }
};

const evolve = (state: CardWriteState | null, event: CardWriteEvent): CardWriteState | null => {
  if (event._tag === 'Requested') return requested(event);
  return state === null ? null : evolveRequested(state, event);
};

const decide = (
  state: CardWriteState | null,
  command: CardWriteCommand,
  facts: Facts,
): Decision<CardWriteEvent, CardWriteReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const write = outcome.reduce(evolve, state);
  return write === null ? writeRefusals.unknown() : accept(outcome, { changed: outcome.length > 0, write });
};

export const cardWriteDecider: Decider<CardWriteState | null, CardWriteCommand, CardWriteEvent, CardWriteReply> = {
  initial: null,
  decide,
  evolve,
};
