import { accept, type Decider, type Decision, type Facts } from '../kernel/decider.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';
import { isIccid } from './iccid.ts';
import type { CardCommand, CardEvent, CardReply, CardState, CardStatus } from './schema.ts';

/**
 * A card, by its ICCID: planned by the partner's card-making file, assigned to a vendor with a part, made or failed by
 * the vendor's POS file, confirmed or refused by the partner. Which IMSI it carries is its fact (seed 000 §6.2). It is
 * made or failed once: what is said again changes nothing, and a contradiction is refused.
 */

type Of<Tag extends CardCommand['_tag']> = Extract<CardCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<CardEvent> | Refusal;

export const cardRefusals = {
  cardUnknown: (): Refusal => refuse('missing', 'CardUnknown', 'No card with this ICCID has been planned.'),
  invalidIccid: (): Refusal => refuse('invalid', 'InvalidIccid', 'The key of a card is its ICCID.', { field: 'iccid' }),
  imsiMissing: (): Refusal =>
    refuse('invalid', 'ImsiMissing', 'A finished card carries an IMSI, a blank card does not.', { field: 'imsi' }),
  plannedDifferently: (): Refusal =>
    refuse('conflict', 'CardPlannedDifferently', 'The ICCID is used: for another line, or with another IMSI.'),
  atVendor: (): Refusal => refuse('conflict', 'CardAtVendor', 'The card has been given to a vendor with another part.'),
  notAssigned: (): Refusal => refuse('conflict', 'CardNotAssigned', 'The card has not been given to any vendor.'),
  atOtherVendor: (): Refusal =>
    refuse('conflict', 'CardAtOtherVendor', 'Another vendor than the one that reports it makes this card.'),
  decided: (): Refusal => refuse('conflict', 'CardAlreadyDecided', 'The card has been reported otherwise before.'),
  notMade: (): Refusal => refuse('conflict', 'CardNotMade', 'The card has not been reported as made or failed.'),
  notInStock: (): Refusal =>
    refuse('conflict', 'CardNotInStock', 'The card is not in stock: it is not made and confirmed, or it has left.'),
  cancelled: (): Refusal => refuse('conflict', 'CardCancelled', 'The card has been cancelled.'),
} as const;

const plan = (state: CardState | null, command: Of<'Plan'>, facts: Facts): Outcome => {
  const iccid = facts.actor.key;
  if (!isIccid(iccid)) return cardRefusals.invalidIccid();
  if ((command.imsi === null) !== (command.cardType === 'blank')) return cardRefusals.imsiMissing();
  const { application, line, imsi, product, city, cardType } = command;
  if (state === null) return [{ _tag: 'Planned', iccid, application, line, imsi, product, city, cardType }];
  const same = state.application === application && state.line === line && state.imsi === imsi;
  if (!same) return cardRefusals.plannedDifferently();
  return state.status === 'cancelled' ? cardRefusals.cancelled() : [];
};

const assign = (state: CardState, { vendor, part }: Of<'Assign'>): Outcome => {
  if (state.status === 'cancelled') return cardRefusals.cancelled();
  if (state.part === null) return [{ _tag: 'Assigned', vendor, part }];
  return state.vendor === vendor && state.part === part ? [] : cardRefusals.atVendor();
};

const produce = (state: CardState, { vendor, result, reason, posFile }: Of<'Produce'>): Outcome => {
  if (state.status === 'cancelled') return cardRefusals.cancelled();
  if (state.status === 'planned') return cardRefusals.notAssigned();
  if (state.vendor !== vendor) return cardRefusals.atOtherVendor();
  if (state.status === 'assigned') {
    return result === 'made' ? [{ _tag: 'Made', posFile }] : [{ _tag: 'Failed', posFile, reason }];
  }
  // A made card that the partner refused was reported as made all the same; one that has left the stock, too.
  const reported = state.posValidationFile !== null ? 'made' : state.status;
  return reported === result ? [] : cardRefusals.decided();
};

const confirm = (state: CardState, { result, reason, posValidationFile }: Of<'Confirm'>): Outcome => {
  if (state.status === 'cancelled') return cardRefusals.cancelled();
  if (state.status === 'failed')
    return state.posValidationFile !== null && result === 'accepted' ? cardRefusals.decided() : [];
  if (state.confirmed) return result === 'accepted' ? [] : cardRefusals.decided();
  if (state.status !== 'made') return cardRefusals.notMade();
  return result === 'accepted'
    ? [{ _tag: 'Confirmed', posValidationFile }]
    : [{ _tag: 'Reversed', posValidationFile, reason }];
};

const cancel = (state: CardState, { reason }: Of<'Cancel'>): Outcome => {
  if (state.status === 'made' || state.confirmed) return cardRefusals.decided();
  return state.status === 'cancelled' || state.status === 'failed' ? [] : [{ _tag: 'Cancelled', reason }];
};

/** From which statuses of a confirmed card staff may say so. */
const AFTER = {
  Use: { event: 'Used', status: 'used', from: ['made'] },
  Return: { event: 'Returned', status: 'returned', from: ['made', 'used'] },
  Spoil: { event: 'Spoiled', status: 'defective', from: ['made', 'used', 'returned'] },
} as const satisfies Record<string, { event: string; status: CardStatus; from: ReadonlyArray<CardStatus> }>;

const leaveStock = (state: CardState, { _tag, reason }: Of<'Use' | 'Return' | 'Spoil'>): Outcome => {
  const { event, status, from } = AFTER[_tag];
  if (state.status === status) return [];
  const allowed: ReadonlyArray<CardStatus> = from;
  return state.confirmed && allowed.includes(state.status) ? [{ _tag: event, reason }] : cardRefusals.notInStock();
};

const outcomeOf = (state: CardState | null, command: CardCommand, facts: Facts): Outcome => {
  if (command._tag === 'Plan') return plan(state, command, facts);
  if (state === null) return cardRefusals.cardUnknown();
  switch (command._tag) {
    case 'Assign':
      return assign(state, command);
    case 'Produce':
      return produce(state, command);
    case 'Confirm':
      return confirm(state, command);
    case 'Cancel':
      return cancel(state, command);
    case 'Use':
    case 'Return':
    case 'Spoil':
      return leaveStock(state, command);
  }
};

const evolvePlanned = (state: CardState, event: Exclude<CardEvent, { readonly _tag: 'Planned' }>): CardState => {
  switch (event._tag) {
    case 'Assigned':
      return { ...state, status: 'assigned', vendor: event.vendor, part: event.part };
    case 'Made':
      return { ...state, status: 'made', posFile: event.posFile };
    case 'Failed':
      return { ...state, status: 'failed', posFile: event.posFile, reason: event.reason };
    case 'Confirmed':
      return { ...state, confirmed: true, posValidationFile: event.posValidationFile };
    case 'Reversed':
      return { ...state, status: 'failed', posValidationFile: event.posValidationFile, reason: event.reason };
    case 'Cancelled':
      return { ...state, status: 'cancelled', reason: event.reason };
    case 'Used':
      return { ...state, status: 'used', reason: event.reason };
    case 'Returned':
      return { ...state, status: 'returned', reason: event.reason };
    case 'Spoiled':
      return { ...state, status: 'defective', reason: event.reason };
  }
};

const evolve = (state: CardState | null, event: CardEvent): CardState | null => {
  if (event._tag !== 'Planned') return state === null ? null : evolvePlanned(state, event);
  const { _tag, ...planned } = event;
  return {
    ...planned,
    status: 'planned',
    confirmed: false,
    vendor: null,
    part: null,
    posFile: null,
    posValidationFile: null,
    reason: null,
  };
};

const decide = (state: CardState | null, command: CardCommand, facts: Facts): Decision<CardEvent, CardReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return cardRefusals.cardUnknown();
  const { status, confirmed, imsi, application, line, part } = after;
  return accept(outcome, { changed: outcome.length > 0, status, confirmed, imsi, application, line, part });
};

export const cardDecider: Decider<CardState | null, CardCommand, CardEvent, CardReply> = {
  initial: null,
  decide,
  evolve,
};
