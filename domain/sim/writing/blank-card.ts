import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { isIccid } from '../iccid.ts';
import type { BlankCardCommand, BlankCardEvent, BlankCardReply, BlankCardState } from './schema.ts';

/**
 * What writing knows of a blank card, by its ICCID: its profile and sealed keys, which write has it, and what it has
 * said to its ADM code. A code that the card refused is never tried again on it, whoever asks: VERIFY is recorded
 * before it is sent, and one whose answer got lost is tried again only when the card's counter shows that no try is gone.
 * The keys of its secure channel are kept by the same rule; no card tells how many of their tries are left.
 */

type Of<Tag extends BlankCardCommand['_tag']> = Extract<BlankCardCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<BlankCardEvent> | Refusal;

/** More wrong codes than any card takes. */
const MOST_REFUSED = 16;

export const blankCardRefusals = {
  invalidIccid: (): Refusal => refuse('invalid', 'InvalidIccid', 'The key of a card is its ICCID.', { field: 'iccid' }),
  keysMissing: (): Refusal =>
    refuse('missing', 'CardKeysMissing', 'No keys are known for this card.', {
      field: 'iccid',
      action: 'Import the key file of its batch.',
    }),
  beingWritten: (): Refusal =>
    refuse('conflict', 'CardBeingWritten', 'Another write has this card.', {
      action: 'Wait for its end; settle it when it is in doubt.',
    }),
  written: (): Refusal => refuse('conflict', 'CardWritten', 'This card has been written.'),
  scrapped: (): Refusal => refuse('conflict', 'CardScrapped', 'This card has been taken out of use.'),
  notClaimed: (): Refusal => refuse('conflict', 'CardNotClaimed', 'This write does not have the card.'),
  admRefused: (): Refusal =>
    refuse('denied', 'AdmRefused', 'The card has refused its ADM code; the same code is never tried again.', {
      field: 'adm',
      action: 'Get the right code from the vendor and import it.',
    }),
  notUncertain: (): Refusal =>
    refuse('conflict', 'TryNotUncertain', 'It is known what the card has answered, or nothing has been tried.', {
      field: 'of',
    }),
  admUncertain: (): Refusal =>
    refuse(
      'denied',
      'AdmUncertain',
      'The card may have refused its ADM code, and does not tell how many tries are left.',
      {
        field: 'adm',
        action: 'Check the code, then allow another try, or import it anew.',
      },
    ),
  channelRefused: (): Refusal =>
    refuse(
      'denied',
      'ChannelRefused',
      'The card has refused the keys of its secure channel; they are never tried again.',
      {
        field: 'channel',
        action: 'Get the right keys from the vendor and import them.',
      },
    ),
  channelUncertain: (): Refusal =>
    refuse('denied', 'ChannelUncertain', 'The card may have refused the keys of its secure channel.', {
      field: 'channel',
      action: 'Check the keys, then allow another try, or import them anew.',
    }),
} as const;

const provide = (state: BlankCardState | null, command: Of<'Provide'>, facts: Facts): Outcome => {
  const iccid = facts.actor.key;
  if (!isIccid(iccid)) return blankCardRefusals.invalidIccid();
  if (state?.status === 'claimed') return blankCardRefusals.beingWritten();
  if (state?.status === 'written') return blankCardRefusals.written();
  if (state?.status === 'scrapped') return blankCardRefusals.scrapped();
  if (state !== null && state.refused.length >= MOST_REFUSED) return blankCardRefusals.admRefused();
  if (state !== null && state.refusedChannels.length >= MOST_REFUSED) return blankCardRefusals.channelRefused();
  const { profile, keys, admRefused, channelRefused } = command;
  return state?.keys === keys && state.profile === profile
    ? []
    : [{ _tag: 'Provided', iccid, profile, keys, admRefused, channelRefused }];
};

const handOver = (state: BlankCardState | null, { profile, keys }: Of<'HandOver'>, facts: Facts): Outcome => {
  const iccid = facts.actor.key;
  if (!isIccid(iccid)) return blankCardRefusals.invalidIccid();
  return state === null ? [{ _tag: 'Provided', iccid, profile, keys, admRefused: false, channelRefused: false }] : [];
};

const claim = (state: BlankCardState, { request }: Of<'Claim'>): Outcome => {
  if (state.status === 'scrapped') return blankCardRefusals.scrapped();
  if (state.status === 'written') return state.request === request ? [] : blankCardRefusals.written();
  if (state.status === 'claimed') return state.request === request ? [] : blankCardRefusals.beingWritten();
  if (state.channel === 'refused') return blankCardRefusals.channelRefused();
  return state.adm._tag === 'Refused' ? blankCardRefusals.admRefused() : [{ _tag: 'Claimed', request }];
};

const tryAdm = ({ adm }: BlankCardState, { left }: Of<'TryAdm'>): Outcome => {
  if (adm._tag === 'Refused') return blankCardRefusals.admRefused();
  if (adm._tag === 'Right') return [];
  if (adm._tag === 'Untried') return [{ _tag: 'AdmTried', left }];
  if (left === null || adm.left === null) return blankCardRefusals.admUncertain();
  return left < adm.left ? [{ _tag: 'AdmRefused' }] : [{ _tag: 'AdmTried', left }];
};

const admAnswered = ({ adm }: BlankCardState, { answer }: Of<'AdmAnswered'>): Outcome => {
  if (answer === 'right') return adm._tag === 'Right' ? [] : [{ _tag: 'AdmAccepted' }];
  if (answer === 'wrong') return adm._tag === 'Refused' ? [] : [{ _tag: 'AdmRefused' }];
  return adm._tag === 'Trying' ? [{ _tag: 'AdmNotSent' }] : [];
};

const tryChannel = ({ channel }: BlankCardState): Outcome => {
  if (channel === 'refused') return blankCardRefusals.channelRefused();
  if (channel === 'trying') return blankCardRefusals.channelUncertain();
  return channel === 'right' ? [] : [{ _tag: 'ChannelTried' }];
};

const channelAnswered = ({ channel }: BlankCardState, { answer }: Of<'ChannelAnswered'>): Outcome => {
  if (answer === 'right') return channel === 'right' ? [] : [{ _tag: 'ChannelAccepted' }];
  if (answer === 'wrong') return channel === 'refused' ? [] : [{ _tag: 'ChannelRefused' }];
  return channel === 'trying' ? [{ _tag: 'ChannelNotSent' }] : [];
};

/** Never while a write has the card: its answer may be under way. */
const allowTry = ({ status, adm, channel }: BlankCardState, command: Of<'AllowTry'>, facts: Facts): Outcome => {
  if (status === 'claimed') return blankCardRefusals.beingWritten();
  if (status === 'written') return blankCardRefusals.written();
  if (status === 'scrapped') return blankCardRefusals.scrapped();
  const { of, reason } = command;
  const standing = of === 'adm' ? adm._tag : channel;
  if (standing === 'Refused') return blankCardRefusals.admRefused();
  if (standing === 'refused') return blankCardRefusals.channelRefused();
  if (standing !== 'Trying' && standing !== 'trying') return blankCardRefusals.notUncertain();
  return [{ _tag: 'TryAllowed', of, reason, by: facts.caller.subject }];
};

const ofWriter = (
  state: BlankCardState,
  command: Of<'TryAdm' | 'AdmAnswered' | 'TryChannel' | 'ChannelAnswered' | 'Release' | 'Write' | 'Scrap'>,
): Outcome => {
  const { request } = command;
  switch (command._tag) {
    case 'TryAdm':
      return tryAdm(state, command);
    case 'AdmAnswered':
      return admAnswered(state, command);
    case 'TryChannel':
      return tryChannel(state);
    case 'ChannelAnswered':
      return channelAnswered(state, command);
    case 'Release':
      return state.status === 'claimed' ? [{ _tag: 'Released', request }] : blankCardRefusals.written();
    case 'Write':
      return state.status === 'claimed' ? [{ _tag: 'Written', request }] : [];
    case 'Scrap':
      return [{ _tag: 'Scrapped', request }];
  }
};

const outcomeOf = (state: BlankCardState | null, command: BlankCardCommand, facts: Facts): Outcome => {
  if (command._tag === 'Provide') return provide(state, command, facts);
  if (command._tag === 'HandOver') return handOver(state, command, facts);
  if (state === null) return blankCardRefusals.keysMissing();
  if (command._tag === 'Claim') return claim(state, command);
  if (command._tag === 'AllowTry') return allowTry(state, command, facts);
  if (state.request === command.request) {
    // Said again: the card has gone on to what it says.
    if (state.status === 'scrapped') return command._tag === 'Scrap' ? [] : blankCardRefusals.scrapped();
    return ofWriter(state, command);
  }
  return command._tag === 'Release' ? [] : blankCardRefusals.notClaimed();
};

const evolve = (state: BlankCardState | null, event: BlankCardEvent): BlankCardState | null => {
  if (event._tag === 'Provided') {
    const { iccid, profile, keys, admRefused, channelRefused } = event;
    return {
      iccid,
      profile,
      keys,
      adm: { _tag: admRefused ? 'Refused' : 'Untried' },
      channel: channelRefused ? 'refused' : 'untried',
      refused: state?.refused ?? [],
      refusedChannels: state?.refusedChannels ?? [],
      status: 'blank',
      request: null,
    };
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'Claimed':
      return { ...state, status: 'claimed', request: event.request };
    case 'AdmTried':
      return { ...state, adm: { _tag: 'Trying', left: event.left } };
    case 'AdmNotSent':
      return { ...state, adm: { _tag: 'Untried' } };
    case 'AdmAccepted':
      return { ...state, adm: { _tag: 'Right' } };
    case 'AdmRefused':
      return { ...state, adm: { _tag: 'Refused' }, refused: [...state.refused, state.keys] };
    case 'ChannelTried':
      return { ...state, channel: 'trying' };
    case 'ChannelNotSent':
      return { ...state, channel: 'untried' };
    case 'ChannelAccepted':
      return { ...state, channel: 'right' };
    case 'ChannelRefused':
      return { ...state, channel: 'refused', refusedChannels: [...state.refusedChannels, state.keys] };
    case 'TryAllowed':
      return event.of === 'adm' ? { ...state, adm: { _tag: 'Untried' } } : { ...state, channel: 'untried' };
    case 'Released':
      return { ...state, status: 'blank', request: null };
    case 'Written':
      return { ...state, status: 'written' };
    case 'Scrapped':
      return { ...state, status: 'scrapped' };
  }
};

const decide = (
  state: BlankCardState | null,
  command: BlankCardCommand,
  facts: Facts,
): Decision<BlankCardEvent, BlankCardReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return blankCardRefusals.keysMissing();
  return accept(outcome, { changed: outcome.length > 0, status: after.status, adm: after.adm, channel: after.channel });
};

export const blankCardDecider: Decider<BlankCardState | null, BlankCardCommand, BlankCardEvent, BlankCardReply> = {
  initial: null,
  decide,
  evolve,
};
