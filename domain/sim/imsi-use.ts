import { accept, type Decider, type Decision, type Facts } from '../kernel/decider.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';
import { isImsi } from './imsi.ts';
import type { ImsiCommand, ImsiEvent, ImsiReply, ImsiState } from './schema.ts';

/**
 * On which card an IMSI is: free → reserved → written → confirmed, and back to free when the card will not carry it.
 * `inDoubt`: it may be on the card, until the card is read again or a person settles it. The fact is decided here, once per IMSI, so an IMSI can never be on two cards, whatever files say (spec `sim`).
 */

type Outcome = ReadonlyArray<ImsiEvent> | Refusal;

export const imsiRefusals = {
  invalidImsi: (): Refusal => refuse('invalid', 'InvalidImsi', 'The key of an IMSI is 14 or 15 digits.'),
  unknown: (): Refusal => refuse('missing', 'ImsiUnknown', 'This IMSI has never been reserved for a card.'),
  onOtherCard: (): Refusal => refuse('conflict', 'ImsiOnOtherCard', 'The IMSI belongs to another card.'),
  notReserved: (): Refusal => refuse('conflict', 'ImsiNotReserved', 'The IMSI is not reserved for this card.'),
  notWritten: (): Refusal => refuse('conflict', 'ImsiNotWritten', 'The IMSI has not been written to this card.'),
  confirmed: (): Refusal => refuse('conflict', 'ImsiConfirmed', 'The card with this IMSI has been confirmed.'),
} as const;

const reserve = (
  state: ImsiState | null,
  command: Extract<ImsiCommand, { readonly _tag: 'Reserve' }>,
  facts: Facts,
): Outcome => {
  const imsi = facts.actor.key;
  if (!isImsi(imsi)) return imsiRefusals.invalidImsi();
  const { iccid, application, product, city } = command;
  if (state === null || state.status === 'free') {
    return [{ _tag: 'Reserved', imsi, iccid, application, product, city }];
  }
  return state.iccid === iccid ? [] : imsiRefusals.onOtherCard();
};

const outcomeOf = (state: ImsiState | null, command: ImsiCommand, facts: Facts): Outcome => {
  if (command._tag === 'Reserve') return reserve(state, command, facts);
  if (state === null) return imsiRefusals.unknown();
  if (state.status === 'free') {
    return command._tag === 'Release' || command._tag === 'Withdraw' ? [] : imsiRefusals.notReserved();
  }
  if (state.iccid !== command.iccid) return imsiRefusals.onOtherCard();
  switch (command._tag) {
    case 'Write':
      return state.status === 'reserved' || state.status === 'inDoubt'
        ? [{ _tag: 'Written', iccid: command.iccid }]
        : [];
    case 'Doubt':
      return state.status === 'reserved' ? [{ _tag: 'Doubted', iccid: command.iccid }] : [];
    case 'Confirm':
      if (state.status === 'reserved' || state.status === 'inDoubt') return imsiRefusals.notWritten();
      return state.status === 'written' ? [{ _tag: 'Confirmed', iccid: command.iccid }] : [];
    case 'Release':
      if (state.status === 'confirmed') return imsiRefusals.confirmed();
      return [{ _tag: 'Released', iccid: command.iccid, reason: command.reason }];
    case 'Withdraw':
      return [{ _tag: 'Released', iccid: command.iccid, reason: command.reason }];
  }
};

const evolve = (state: ImsiState | null, event: ImsiEvent): ImsiState | null => {
  if (event._tag === 'Reserved') {
    const { imsi, iccid, application, product, city } = event;
    return { imsi, status: 'reserved', iccid, application, product, city };
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'Written':
      return { ...state, status: 'written' };
    case 'Doubted':
      return { ...state, status: 'inDoubt' };
    case 'Confirmed':
      return { ...state, status: 'confirmed' };
    case 'Released':
      return { ...state, status: 'free', iccid: null, application: null };
  }
};

const decide = (state: ImsiState | null, command: ImsiCommand, facts: Facts): Decision<ImsiEvent, ImsiReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  return accept(outcome, { changed: outcome.length > 0, status: after?.status ?? 'free' });
};

export const imsiDecider: Decider<ImsiState | null, ImsiCommand, ImsiEvent, ImsiReply> = {
  initial: null,
  decide,
  evolve,
};
