import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { EopOrderCommand, EopOrderEvent, EopOrderReply, EopOrderState } from './schema.ts';

/**
 * EOP's part of a write, by the same request id (seed 000 §4.3 steps 3, 4, 6): what the component showed, what EOP
 * handed out, and what EOP and the CRM know of the end. Keys never come here. What became of the write is decided by
 * the write alone; whoever has been told a final word is never told another one.
 */

type Of<Tag extends EopOrderCommand['_tag']> = Extract<EopOrderCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<EopOrderEvent> | Refusal;

export const eopOrderRefusals = {
  unknown: (): Refusal =>
    refuse('missing', 'EopOrderUnknown', 'No challenge was asked for under this request id.', {
      action: 'Ask for a challenge first.',
    }),
  underWay: (): Refusal =>
    refuse(
      'conflict',
      'EopOrderUnderWay',
      'EOP has been asked under this request id; the component has shown itself.',
      {
        action: 'Use a new request id for a new card.',
      },
    ),
  otherChallenge: (): Refusal =>
    refuse('conflict', 'ChallengeDiffers', 'The component answers another challenge than the last one.', {
      field: 'nonce',
      action: 'Sign the challenge that was asked for last under this request id.',
    }),
  notProved: (): Refusal =>
    refuse('denied', 'ComponentNotProved', 'EOP is not asked before the component has shown itself.'),
  otherCard: (): Refusal =>
    refuse('conflict', 'CardChanged', 'EOP was asked for another card under this request id.', {
      field: 'iccid',
      action: 'Put the first card back in.',
    }),
  notAsked: (): Refusal => refuse('conflict', 'EopNotAsked', 'EOP has not been asked for this write.'),
  dataDiffer: (): Refusal =>
    refuse('conflict', 'EopDataDiffers', 'EOP has handed out other data for this request than before.', {
      action: 'Ask EOP which of them are right.',
    }),
  wordDiffers: (): Refusal =>
    refuse('conflict', 'WordDiffers', 'This party has been told another end of this write for good.'),
} as const;

const challenge = (state: EopOrderState | null, { nonce, forMs }: Of<'Challenge'>, facts: Facts): Outcome => {
  if (state !== null && state.iccid !== null) return eopOrderRefusals.underWay();
  if (state?.challenge.nonce === nonce) return [];
  return [{ _tag: 'Challenged', request: facts.actor.key, nonce, untilMs: facts.nowMs + forMs }];
};

const prove = (state: EopOrderState, { proof }: Of<'Prove'>, { nowMs }: Facts): Outcome => {
  if (proof.nonce !== state.challenge.nonce) return eopOrderRefusals.otherChallenge();
  const known = state.proof;
  const same =
    known?.nonce === proof.nonce &&
    known.name === proof.name &&
    known.version === proof.version &&
    known.signature === proof.signature;
  if (same) return [];
  return state.iccid === null ? [{ _tag: 'Proved', ...proof, atMs: nowMs }] : eopOrderRefusals.underWay();
};

const askFor = (state: EopOrderState, { iccid, component }: Of<'Ask'>): Outcome => {
  if (state.proof === null) return eopOrderRefusals.notProved();
  if (state.iccid === null) return [{ _tag: 'Asked', iccid, component }];
  return state.iccid === iccid ? [] : eopOrderRefusals.otherCard();
};

const take = (state: EopOrderState, { order, imsi, smsc }: Of<'Take'>): Outcome => {
  if (state.iccid === null) return eopOrderRefusals.notAsked();
  if (state.order === null) return [{ _tag: 'Taken', order, imsi, smsc }];
  const same = state.order === order && state.imsi === imsi && state.smsc === smsc;
  return same ? [] : eopOrderRefusals.dataDiffer();
};

const told = (state: EopOrderState, { party, revision, word }: Of<'Told'>): Outcome => {
  const known = state.knows[party];
  if (known.revision >= revision) return [];
  const final = known.word === 'confirmed' || known.word === 'failed';
  return final && known.word !== word ? eopOrderRefusals.wordDiffers() : [{ _tag: 'Told', party, revision, word }];
};

const untold = (state: EopOrderState, { party, revision, code }: Of<'Untold'>): Outcome => {
  const known = state.knows[party];
  const late = known.revision >= revision || known.problem === code;
  return late ? [] : [{ _tag: 'Untold', party, revision, code }];
};

const outcomeOf = (state: EopOrderState | null, command: EopOrderCommand, facts: Facts): Outcome => {
  if (command._tag === 'Challenge') return challenge(state, command, facts);
  if (state === null) return eopOrderRefusals.unknown();
  switch (command._tag) {
    case 'Prove':
      return prove(state, command, facts);
    case 'Ask':
      return askFor(state, command);
    case 'Take':
      return take(state, command);
    case 'Told':
      return told(state, command);
    case 'Untold':
      return untold(state, command);
  }
};

const NOTHING = { revision: 0, word: null, problem: null } as const;

const evolve = (state: EopOrderState | null, event: EopOrderEvent): EopOrderState | null => {
  if (event._tag === 'Challenged') {
    const { request, nonce, untilMs } = event;
    const none = { component: null, iccid: null, order: null, imsi: null, smsc: null };
    const knows = state?.knows ?? { eop: NOTHING, crm: NOTHING };
    return { request, challenge: { nonce, untilMs }, proof: null, ...none, knows };
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'Proved': {
      const { _tag, ...proof } = event;
      return { ...state, proof };
    }
    case 'Asked':
      return { ...state, iccid: event.iccid, component: event.component };
    case 'Taken':
      return { ...state, order: event.order, imsi: event.imsi, smsc: event.smsc };
    case 'Told': {
      const { revision, word } = event;
      return { ...state, knows: { ...state.knows, [event.party]: { revision, word, problem: null } } };
    }
    case 'Untold': {
      const knowledge = { ...state.knows[event.party], problem: event.code };
      return { ...state, knows: { ...state.knows, [event.party]: knowledge } };
    }
  }
};

const decide = (
  state: EopOrderState | null,
  command: EopOrderCommand,
  facts: Facts,
): Decision<EopOrderEvent, EopOrderReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const order = outcome.reduce(evolve, state);
  return order === null ? eopOrderRefusals.unknown() : accept(outcome, { changed: outcome.length > 0, order });
};

export const eopOrderDecider: Decider<EopOrderState | null, EopOrderCommand, EopOrderEvent, EopOrderReply> = {
  initial: null,
  decide,
  evolve,
};
