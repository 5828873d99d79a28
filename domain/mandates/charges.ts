import type { Facts } from '../kernel/decider.ts';
import { LIMITS } from './limits.ts';
import { mandateRefusals } from './refusals.ts';
import type { Charge, NumberState, ProvinceRules, Relation } from './schema.ts';
import { type Handled, nameOf, nothing, type Of } from './state.ts';

/**
 * Money by a formal relation (spec `mandates`, last paragraph of the flows): a balance under the threshold tops up once
 * per trigger, a bill pays once. The bank is asked for `<id>/<attempt>`; what it does not say is *unknown* and asked again
 * until it is paid, failed or reversed. Nothing else of the number is charged meanwhile.
 */

/** China has had one time of day since 1949 and no summer time since 1991. */
const CHINA_MS = 8 * 3_600_000;
const dateOf = (atMs: number): string => new Date(atMs + CHINA_MS).toISOString().slice(0, 10);

const counts = ({ status }: Charge): boolean => status !== 'failed' && status !== 'reversed';
export const isOpen = ({ status }: Charge): boolean => status === 'asked' || status === 'unknown';

const sumOf = (charges: ReadonlyArray<Charge>): number =>
  charges.filter(counts).reduce((sum, charge) => sum + charge.amountMinor, 0);

/** Which limit the amount would pass; undefined when none. */
const limitOf = (
  { charges }: NumberState,
  amountMinor: number,
  { charges: limits }: ProvinceRules,
  nowMs: number,
): string | undefined => {
  const today = dateOf(nowMs);
  const ofMonth = charges.filter(({ atMs }) => dateOf(atMs).slice(0, 7) === today.slice(0, 7));
  const ofDay = ofMonth.filter(({ atMs }) => dateOf(atMs) === today);
  if (sumOf(ofDay) + amountMinor > limits.dayMinor) return 'DayLimit';
  return sumOf(ofMonth) + amountMinor > limits.monthMinor ? 'MonthLimit' : undefined;
};

interface Wanted extends Pick<Charge, 'id' | 'kind' | 'amountMinor' | 'attempt'> {
  readonly relation: Relation;
}

const begin = (state: NumberState, wanted: Wanted, rules: ProvinceRules, { nowMs }: Facts): Handled => {
  const { relation, ...about } = wanted;
  if (about.amountMinor === 0) return nothing('notCharged', 'NothingToPay');
  if (state.charges.some(isOpen)) return nothing('notCharged', 'ChargeOpen');
  const limit = limitOf(state, about.amountMinor, rules, nowMs);
  if (limit !== undefined) return nothing('notCharged', limit);
  const charge: Charge = { ...about, ...nameOf(relation), status: 'asked', atMs: nowMs };
  return { events: [{ _tag: 'ChargeBegun', charge }], word: 'charge', subject: charge.id };
};

/** The relation that may be charged, or why none. */
const chargeable = (state: NumberState, userType: Relation['userType']): Relation | string => {
  const { relation, stopped } = state;
  if (relation === null || relation.status !== 'formal') return 'NotFormal';
  if (relation.userType !== userType) return userType === 'prepaid' ? 'NotPrepaid' : 'NotPostpaid';
  if (stopped) return 'Stopped';
  return relation.terms.automaticPayment ? relation : 'NotAutomatic';
};

export const topUp = (state: NumberState, command: Of<'TopUp'>, facts: Facts): Handled => {
  const { trigger, balanceMinor, measuredAtMs, rules } = command;
  const known = state.charges.find(({ id }) => id === trigger);
  if (known !== undefined) return nothing('charge', null, known.id);
  if (facts.nowMs - measuredAtMs > LIMITS.balanceLifeMs) return nothing('notCharged', 'TooLate');
  const relation = chargeable(state, 'prepaid');
  if (typeof relation === 'string') return nothing('notCharged', relation);
  const { thresholdMinor, amountMinor } = relation.terms;
  if (thresholdMinor === null || amountMinor === null) return nothing('notCharged', 'NoThreshold');
  if (balanceMinor >= thresholdMinor) return nothing('notCharged', 'AboveThreshold');
  return begin(state, { id: trigger, kind: 'topUp', attempt: 1, amountMinor, relation }, rules, facts);
};

/** A bill that the bank has refused, or that was reversed, may be tried again; one that is paid or open, never. */
export const payBill = (state: NumberState, { bill, amountMinor, rules }: Of<'PayBill'>, facts: Facts): Handled => {
  const known = state.charges.find(({ id }) => id === bill);
  if (known !== undefined && counts(known)) return nothing('charge', null, known.id);
  const attempt = (known?.attempt ?? 0) + 1;
  if (attempt > LIMITS.attempts) return nothing('notCharged', 'TooManyAttempts');
  const relation = chargeable(state, 'postpaid');
  if (typeof relation === 'string') return nothing('notCharged', relation);
  return begin(state, { id: bill, kind: 'bill', attempt, amountMinor, relation }, rules, facts);
};

export const recordCharge = (state: NumberState, command: Of<'RecordCharge'>, { nowMs }: Facts): Handled => {
  const { charge: id, attempt, outcome } = command;
  const charge = state.charges.find((each) => each.id === id && each.attempt === attempt);
  if (charge === undefined) return mandateRefusals.chargeUnknown();
  if (charge.status === outcome) return nothing('charge', null, id);
  if (!isOpen(charge)) return outcome === 'unknown' ? nothing('charge', null, id) : mandateRefusals.chargeSettled();
  return {
    events: [{ _tag: 'ChargeSettled', charge: id, status: outcome, atMs: nowMs }],
    word: 'charge',
    subject: id,
  };
};

/** With the new one in its place, and without top-ups that no message can mean any more. */
export const withCharge = (charges: ReadonlyArray<Charge>, charge: Charge): ReadonlyArray<Charge> => {
  const kept = charges.filter(
    (each) =>
      each.id !== charge.id && (each.kind === 'bill' || isOpen(each) || each.atMs > charge.atMs - LIMITS.topUpsKeptMs),
  );
  return [...kept, charge].slice(-LIMITS.charges);
};
