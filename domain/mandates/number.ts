import { canonicalJson } from '../kernel/canonical-json.ts';
import { accept, type Decider, type Facts } from '../kernel/decider.ts';
import { isRefusal } from '../kernel/refusal.ts';
import { sm3Hex } from '../keys/sm3.ts';
import { payBill, recordCharge, topUp, withCharge } from './charges.ts';
import { cancel, confirmCancel, expiry, rejectCancel, resolve } from './ending.ts';
import { LIMITS } from './limits.ts';
import { changeTerms, decline, establish, reconcile, request } from './opening.ts';
import { mandateRefusals } from './refusals.ts';
import type { Answer, NumberCommand, NumberEvent, NumberReply, NumberState } from './schema.ts';
import { type Handled, type Message, nothing, withoutEnded } from './state.ts';

/**
 * All mandates of one primary number, with whatever bank: at most one of them stands, so one decider has them all (seed
 * 003; decision 0210). none → provisional → formal → cancelling → cancelled; declined, refused, expired. A message that
 * comes again, by its id or under a new one, is answered as the first was; a relation that differs goes to a person.
 */

const handle = (state: NumberState, command: Message, facts: Facts): Handled => {
  switch (command._tag) {
    case 'Request':
      return request(state, command, facts);
    case 'Establish':
      return establish(state, command, facts);
    case 'Decline':
      return decline(state, command, facts);
    case 'Cancel':
      return cancel(state, command, facts);
    case 'ConfirmCancel':
      return confirmCancel(state, command, facts);
    case 'RejectCancel':
      return rejectCancel(state, command, facts);
    case 'ChangeTerms':
      return changeTerms(state, command, facts);
    case 'Reconcile':
      return reconcile(state, command, facts);
    case 'TopUp':
      return topUp(state, command, facts);
    case 'PayBill':
      return payBill(state, command, facts);
    case 'RecordCharge':
      return recordCharge(state, command, facts);
    case 'Stop':
      return state.stopped ? nothing('stopped') : { events: [{ _tag: 'Stopped', atMs: facts.nowMs }], word: 'stopped' };
    case 'Resume':
      return state.stopped ? { events: [{ _tag: 'Resumed', atMs: facts.nowMs }], word: 'resumed' } : nothing('resumed');
  }
};

/** Rules and the CRM's answer are what we found out about a message, and may differ when it comes again. */
const digestOf = ({ message: _message, ...said }: Message): string =>
  sm3Hex(canonicalJson({ ...said, rules: undefined, subscriber: undefined }));

const withAnswer = (answers: ReadonlyArray<Answer>, answer: Answer): ReadonlyArray<Answer> =>
  [...answers, answer].slice(-LIMITS.answers);

const evolve = (state: NumberState, event: NumberEvent): NumberState => {
  switch (event._tag) {
    case 'Reserved': {
      const { claim, expiresAtMs, atMs } = event;
      return { ...state, relation: { ...claim, status: 'provisional', sinceMs: atMs, expiresAtMs, cancelledBy: null } };
    }
    case 'Formalised': {
      const { claim, atMs } = event;
      const relation = { ...claim, status: 'formal' as const, sinceMs: atMs, expiresAtMs: null, cancelledBy: null };
      return { ...state, relation, ended: withoutEnded(state.ended, claim) };
    }
    case 'Ended': {
      const { bank, agreement, ending, by, atMs } = event;
      const ours = state.relation?.bank === bank && state.relation.agreement === agreement;
      const ended = [...withoutEnded(state.ended, event), { bank, agreement, ending, by, atMs }];
      return { ...state, relation: ours ? null : state.relation, ended: ended.slice(-LIMITS.ended) };
    }
    case 'CancelBegun':
      return state.relation === null
        ? state
        : { ...state, relation: { ...state.relation, status: 'cancelling', cancelledBy: event.by } };
    case 'CancelRejected':
      return state.relation === null
        ? state
        : { ...state, relation: { ...state.relation, status: 'formal', cancelledBy: null } };
    case 'Changed':
      return state.relation === null ? state : { ...state, relation: { ...state.relation, ...event.claim } };
    case 'CaseOpened':
      return { ...state, cases: [...state.cases, event.case] };
    case 'CaseProposed': {
      const { action, by, note } = event;
      const proposed = { action, by, note };
      return { ...state, cases: state.cases.map((each) => (each.id === event.case ? { ...each, proposed } : each)) };
    }
    case 'CaseClosed':
      return { ...state, cases: state.cases.filter(({ id }) => id !== event.case) };
    case 'ChargeBegun':
      return { ...state, charges: withCharge(state.charges, event.charge) };
    case 'ChargeSettled': {
      const settled = state.charges.map((each) =>
        each.id === event.charge ? { ...each, status: event.status } : each,
      );
      return { ...state, charges: settled };
    }
    case 'Stopped':
      return { ...state, stopped: true };
    case 'Resumed':
      return { ...state, stopped: false };
    case 'Answered':
      return { ...state, number: event.number, answers: withAnswer(state.answers, event.answer) };
  }
};

const replyOf = (state: NumberState, answer: Omit<Answer, 'message' | 'digest'>, changed: boolean): NumberReply => {
  const { word, code, subject, tell, offer } = answer;
  const charge = state.charges.find(({ id }) => word === 'charge' && id === subject) ?? null;
  const said = { word, code, subject, tell, offer, changed, charge };
  if (state.relation === null) return { ...said, relation: null };
  const { account: _account, ...relation } = state.relation;
  return { ...said, relation };
};

const onMessage = (state: NumberState, command: Message, facts: Facts) => {
  const { message, number } = command;
  const digest = digestOf(command);
  const before = state.answers.find((answer) => answer.message === message);
  if (before !== undefined) {
    return before.digest === digest ? accept([], replyOf(state, before, false)) : mandateRefusals.messageConflict();
  }
  const handled = handle(state, command, facts);
  if (isRefusal(handled)) return handled;
  const { events, word, code = null, subject = null, tell = [], offer = null } = handled;
  const answer: Answer = { message, digest, word, code, subject, tell, offer };
  const all: ReadonlyArray<NumberEvent> = [...events, { _tag: 'Answered', number, answer }];
  return accept(all, replyOf(all.reduce(evolve, state), answer, events.length > 0));
};

const onExpiry = (state: NumberState, command: Extract<NumberCommand, { readonly _tag: 'Expire' }>, facts: Facts) => {
  const event = expiry(state, command, facts);
  const answer = { word: event === undefined ? ('unchanged' as const) : ('expired' as const), code: null };
  const events = event === undefined ? [] : [event];
  return accept(
    events,
    replyOf(events.reduce(evolve, state), { ...answer, subject: null, tell: [], offer: null }, events.length > 0),
  );
};

export const numberDecider: Decider<NumberState, NumberCommand, NumberEvent, NumberReply> = {
  initial: { number: null, relation: null, cases: [], ended: [], answers: [], charges: [], stopped: false },
  evolve,
  decide: (state, command, facts) => {
    if (command._tag === 'Expire') return onExpiry(state, command, facts);
    if (command._tag !== 'Resolve') return onMessage(state, command, facts);
    const decision = resolve(state, command, facts);
    if (isRefusal(decision)) return decision;
    return accept(decision.events, replyOf(decision.events.reduce(evolve, state), decision.reply, true));
  },
};
