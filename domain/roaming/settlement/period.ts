import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import { absolute } from '../../kernel/decimal.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { sumOf } from './amount.ts';
import { daysBetween, monthDays } from './day.ts';
import { digestOf } from './digest.ts';
import { addedSums } from './month.ts';
import { periodRefusals } from './refusals.ts';
import {
  PERIOD_LIMITS,
  type PeriodCommand,
  type PeriodEvent,
  type PeriodReply,
  type PeriodState,
  type PeriodTerms,
  type Reconciled,
} from './schema.ts';
import { comparedStatements, drawnStatement } from './statement.ts';

/**
 * The settlement of an agreement period with a partner (seed 002 §2.2.2, §3.2.3; spec `roaming`, Settlement): closed days
 * are added, a statement is drawn and compared with the partner's, finance approves it, an invoice or payment is
 * instructed, the money is confirmed, the period is closed. Until an instruction has gone out it can be reopened; what
 * comes later is booked on an open day, so it is an adjustment of the next period.
 */

type Of<Tag extends PeriodCommand['_tag']> = Extract<PeriodCommand, { readonly _tag: Tag }>;
type Stage = PeriodState['stage'];
type Outcome = ReadonlyArray<PeriodEvent> | Refusal;

const wholePeriod = ({ from, to, frequency }: PeriodTerms): boolean => {
  const month = Number(from.slice(5, 7));
  const last = frequency === 'monthly' ? month : month + 2;
  if (frequency === 'quarterly' && month % 3 !== 1) return false;
  return from.endsWith('-01') && to === monthDays(`${from.slice(0, 5)}${String(last).padStart(2, '0')}`).to;
};

const open = (state: PeriodState | null, { _tag, ...terms }: Of<'Open'>): Outcome => {
  if (state !== null) return digestOf(state.terms) === digestOf(terms) ? [] : periodRefusals.termsDiffer();
  if (!wholePeriod(terms)) return periodRefusals.invalidPeriod();
  if (terms.mechanism === 'bce' && terms.frequency !== 'monthly') return periodRefusals.notMonthly();
  if (terms.rates.some(({ currency }) => currency === terms.currency)) return periodRefusals.rateOfOwn(terms.currency);
  const twice = terms.rates.find((rate, at) =>
    terms.rates.slice(0, at).some((one) => one.currency === rate.currency && one.decimals === rate.decimals),
  );
  return twice === undefined ? [{ _tag: 'PeriodOpened', ...terms }] : periodRefusals.rateTwice(twice.currency);
};

const addRate = (
  { terms, stage }: PeriodState,
  { _tag, ...rate }: Of<'AddRate'>,
  { caller, nowMs }: Facts,
): Outcome => {
  if (!caller.roles.includes('finance')) return periodRefusals.notFinance();
  if (rate.currency === terms.currency) return periodRefusals.rateOfOwn(rate.currency);
  const known = terms.rates.find((one) => one.currency === rate.currency && one.decimals === rate.decimals);
  // Fixed for the period.
  if (known !== undefined) return known.rate === rate.rate ? [] : periodRefusals.rateTwice(rate.currency);
  if (stage !== 'open') return periodRefusals.wrongStage(stage);
  return [{ _tag: 'RateAdded', ...rate, by: caller.subject, atMs: nowMs }];
};

const addDay = ({ terms, stage, days }: PeriodState, { book, day, lines }: Of<'AddDay'>): Outcome => {
  const digest = digestOf(lines);
  const known = days.find((one) => one.book === book && one.day === day);
  if (known !== undefined) return known.digest === digest ? [] : periodRefusals.dayDiffers();
  if (stage !== 'open') return periodRefusals.wrongStage(stage);
  if (day < terms.from || day > terms.to) return periodRefusals.dayOutside();
  if (days.length >= PERIOD_LIMITS.days) return periodRefusals.tooMany('days of books', PERIOD_LIMITS.days);
  return [{ _tag: 'DayAdded', book, day, digest, lines }];
};

const draw = (state: PeriodState, { books, rules, reconciled }: Of<'Draw'>, { nowMs }: Facts): Outcome => {
  if (state.stage === 'drawn') return [];
  if (state.stage !== 'open') return periodRefusals.wrongStage(state.stage);
  const have = new Set(state.days.map(({ book, day }) => `${book}|${day}`));
  for (const day of daysBetween(state.terms.from, state.terms.to)) {
    const book = books.find((one) => !have.has(`${one}|${day}`));
    if (book !== undefined) return periodRefusals.dayMissing(book, day);
  }
  const statement = drawnStatement(state.terms, state.sums, rules, nowMs, state.revision);
  if ('_tag' in statement) return statement;
  return [{ _tag: 'Drawn', statement, ...(reconciled === undefined ? {} : { reconciled }) }];
};

const compare = ({ stage, statement, terms }: PeriodState, { lines, netMinor }: Of<'Compare'>): Outcome => {
  if (stage !== 'drawn' || statement === null) return periodRefusals.wrongStage(stage);
  return [{ _tag: 'Compared', comparison: comparedStatements(statement, { lines, netMinor }, terms.tolerance) }];
};

const notReconciled = ({ detail, open: differing, first: [one] }: Reconciled): Refusal => {
  const unread = detail === null ? null : `in ${detail}`;
  return periodRefusals.notReconciled(differing, one === undefined ? unread : `${one.file} record ${one.record}`);
};

/** Undefined where all is well, or the agreement does not ask for it. */
const unreconciledOf = (state: PeriodState, { reconciliation }: Of<'Approve'>): Reconciled | undefined => {
  if (state.reconciled === undefined) return undefined;
  // Nobody has looked.
  const { detail, open: differing, first } = reconciliation ?? { detail: null, open: 0, first: [] };
  return detail !== null && differing === 0 ? undefined : { detail, open: differing, first };
};

const approve = (state: PeriodState, command: Of<'Approve'>, { caller, nowMs }: Facts): Outcome => {
  const { despite, openCases = [] } = command;
  const { stage, statement, comparison, approvals, terms } = state;
  const unreconciled = unreconciledOf(state, command);
  if (!caller.roles.includes('finance')) return periodRefusals.notFinance();
  if ((stage !== 'drawn' && stage !== 'approving') || statement === null) return periodRefusals.wrongStage(stage);
  if (unreconciled !== undefined && despite === null) return notReconciled(unreconciled);
  if (comparison?.tolerated !== true && despite === null) return periodRefusals.notTolerated();
  if (openCases.length > 0 && despite === null) return periodRefusals.casesOpen(openCases);
  if (approvals.some(({ by }) => by === caller.subject)) return periodRefusals.samePerson();
  // Whoever goes on without reconciled records is not alone.
  const overridden = unreconciled !== undefined || approvals.some((one) => one.unreconciled !== undefined);
  const needed = overridden || absolute(statement.netMinor) > terms.twoPersonsOverMinor ? 2 : 1;
  const final = approvals.length + 1 >= needed;
  const known = {
    ...(openCases.length === 0 ? {} : { openCases }),
    ...(unreconciled === undefined ? {} : { unreconciled }),
  };
  return [{ _tag: 'Approved', by: caller.subject, atMs: nowMs, despite, ...known, final }];
};

const REOPENABLE: ReadonlyArray<Stage> = ['drawn', 'rejected', 'approving', 'approved'];

const turnBack = (state: PeriodState, command: Of<'Reject'> | Of<'Reopen'>, { caller, nowMs }: Facts): Outcome => {
  if (!caller.roles.includes('finance')) return periodRefusals.notFinance();
  const from: ReadonlyArray<Stage> = command._tag === 'Reject' ? ['drawn', 'approving'] : REOPENABLE;
  if (!from.includes(state.stage)) return periodRefusals.wrongStage(state.stage);
  const _tag = command._tag === 'Reject' ? 'Rejected' : 'Reopened';
  return [{ _tag, by: caller.subject, atMs: nowMs, reason: command.reason }];
};

const instruct = (state: PeriodState, { id, due }: Of<'Instruct'>, { caller, nowMs }: Facts): Outcome => {
  const { stage, statement, instruction } = state;
  if (instruction !== null) {
    return instruction.id === id && instruction.due === due ? [] : periodRefusals.instructionDiffers();
  }
  if (!caller.roles.includes('finance')) return periodRefusals.notFinance();
  if (stage !== 'approved' || statement === null) return periodRefusals.wrongStage(stage);
  if (statement.netMinor === 0n) return periodRefusals.nothingToPay();
  const kind = statement.netMinor > 0n ? 'invoice' : 'payment';
  const { currency } = statement;
  const amountMinor = absolute(statement.netMinor);
  return [{ _tag: 'Instructed', id, kind, currency, amountMinor, due, by: caller.subject, atMs: nowMs }];
};

/** What is still to be paid: below zero when more was paid than asked for. */
const outstandingOf = ({ instruction, confirmations }: PeriodState): bigint | null =>
  instruction === null ? null : instruction.amountMinor - sumOf(confirmations.map((one) => one.amountMinor));

const confirm = (state: PeriodState, { _tag, ...money }: Of<'Confirm'>): Outcome => {
  const { stage, instruction, confirmations } = state;
  const known = confirmations.find(({ id }) => id === money.id);
  if (known !== undefined) return digestOf(known) === digestOf(money) ? [] : periodRefusals.confirmationDiffers();
  const outstanding = outstandingOf(state);
  if ((stage !== 'instructed' && stage !== 'paid') || instruction === null || outstanding === null) {
    return periodRefusals.wrongStage(stage);
  }
  if (money.currency !== instruction.currency) return periodRefusals.wrongCurrency(instruction.currency);
  if (confirmations.length >= PERIOD_LIMITS.confirmations) {
    return periodRefusals.tooMany('confirmations', PERIOD_LIMITS.confirmations);
  }
  return [{ _tag: 'Confirmed', ...money, settled: money.amountMinor >= outstanding }];
};

/** What was paid too much: above zero, the partner owes it (we overpaid); below zero, we owe it. */
const creditOf = (state: PeriodState): bigint => {
  const outstanding = outstandingOf(state) ?? 0n;
  if (outstanding >= 0n) return 0n;
  return state.instruction?.kind === 'invoice' ? outstanding : -outstanding;
};

const close = (state: PeriodState, { nowMs }: Facts): Outcome => {
  const { stage, statement } = state;
  if (stage === 'closed') return [];
  if (stage === 'instructed') return periodRefusals.notPaid();
  const even = stage === 'approved' && statement?.netMinor === 0n;
  if (stage !== 'paid' && !even) return periodRefusals.wrongStage(stage);
  return [{ _tag: 'PeriodClosed', atMs: nowMs, creditMinor: creditOf(state) }];
};

const outcomeOf = (state: PeriodState | null, command: PeriodCommand, facts: Facts): Outcome => {
  if (command._tag === 'Open') return open(state, command);
  if (state === null) return periodRefusals.unknown();
  switch (command._tag) {
    case 'AddRate':
      return addRate(state, command, facts);
    case 'AddDay':
      return addDay(state, command);
    case 'Draw':
      return draw(state, command, facts);
    case 'Compare':
      return compare(state, command);
    case 'Approve':
      return approve(state, command, facts);
    case 'Reject':
    case 'Reopen':
      return turnBack(state, command, facts);
    case 'Instruct':
      return instruct(state, command, facts);
    case 'Confirm':
      return confirm(state, command);
    case 'Close':
      return close(state, facts);
  }
};

const nothingDrawn = { statement: null, comparison: null, approvals: [], reason: null } as const;

const opened = (terms: PeriodTerms): PeriodState => ({
  terms,
  stage: 'open',
  revision: 1,
  days: [],
  sums: [],
  ...nothingDrawn,
  instruction: null,
  confirmations: [],
});

const evolve = (state: PeriodState | null, event: PeriodEvent): PeriodState | null => {
  if (event._tag === 'PeriodOpened') {
    const { _tag, ...terms } = event;
    return opened(terms);
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'RateAdded': {
      const { currency, decimals, rate } = event;
      const rates = [...state.terms.rates, { currency, decimals, rate }];
      return { ...state, terms: { ...state.terms, rates } };
    }
    case 'DayAdded': {
      const { book, day, digest, lines } = event;
      return { ...state, days: [...state.days, { book, day, digest }], sums: addedSums(state.sums, lines) };
    }
    case 'Drawn': {
      // What the agreement said when an earlier revision was drawn holds no more.
      const { reconciled: _, ...rest } = state;
      const { statement, reconciled } = event;
      return { ...rest, stage: 'drawn', statement, ...(reconciled === undefined ? {} : { reconciled }) };
    }
    case 'Compared':
      return { ...state, comparison: event.comparison };
    case 'Approved': {
      const { _tag, final, ...approval } = event;
      const approvals = [...state.approvals, approval];
      return { ...state, stage: final ? 'approved' : 'approving', approvals };
    }
    case 'Rejected':
      return { ...state, stage: 'rejected', reason: event.reason, approvals: [] };
    case 'Reopened':
      return { ...state, ...nothingDrawn, stage: 'open', reason: event.reason, revision: state.revision + 1 };
    case 'Instructed': {
      const { id, kind, currency, amountMinor, due } = event;
      return { ...state, stage: 'instructed', instruction: { id, kind, currency, amountMinor, due } };
    }
    case 'Confirmed': {
      const { id, currency, amountMinor, on, settled } = event;
      const confirmations = [...state.confirmations, { id, currency, amountMinor, on }];
      return { ...state, stage: settled ? 'paid' : 'instructed', confirmations };
    }
    case 'PeriodClosed':
      return { ...state, stage: 'closed' };
  }
};

export const periodDecider: Decider<PeriodState | null, PeriodCommand, PeriodEvent, PeriodReply> = {
  initial: null,
  evolve,
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state, command, facts);
    if ('_tag' in outcome) return outcome;
    const after = outcome.reduce(evolve, state);
    if (after === null) return periodRefusals.unknown();
    return accept(outcome, {
      changed: outcome.length > 0,
      stage: after.stage,
      netMinor: after.statement?.netMinor ?? null,
      tolerated: after.comparison?.tolerated ?? null,
      outstandingMinor: outstandingOf(after),
    });
  },
};
