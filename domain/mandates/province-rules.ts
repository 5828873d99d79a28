import { accept, type Decider, type Facts } from '../kernel/decider.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';
import { LIMITS } from './limits.ts';
import type { ProvinceRules, RulesCommand, RulesEvent, RulesReply, RulesState, Terms, UserType } from './schema.ts';

/**
 * The rules of a province as data: who may have a mandate and within which bounds (seed 003, part 1 step 3.1 and part 2
 * step 4). A version holds from its moment until that of the next; what has been in force is never changed.
 */

export const rulesRefusals = {
  provinceUnknown: (): Refusal =>
    refuse('missing', 'ProvinceWithoutRules', 'No rules of this province are in force.', {
      field: 'province',
      action: 'Set them: POST /v1/mandates/provinces/{province}/rules.',
    }),
  past: (): Refusal =>
    refuse('conflict', 'RulesInThePast', 'A version of the rules begins in the future, or now when it is the first.', {
      field: 'fromMs',
    }),
  invalidBounds: (): Refusal =>
    refuse('invalid', 'InvalidBounds', 'A least value is above its greatest, or what is proposed is not within.', {
      field: 'rules/prepaid',
    }),
  crowded: (): Refusal => refuse('exhausted', 'RulesCrowded', 'The province has as many versions as are kept.'),
} as const;

/** The version in force at a moment; undefined when there is none yet. */
export const rulesVersionAt = ({ versions }: RulesState, atMs: number): RulesState['versions'][number] | undefined =>
  versions.findLast(({ fromMs }) => fromMs <= atMs);

/** The rules in force at a moment; undefined when there are none yet. */
export const rulesAt = (state: RulesState, atMs: number): ProvinceRules | undefined =>
  rulesVersionAt(state, atMs)?.rules;

/** What the answer to a bank proposes (part 2 steps 4.3.2, 4.3.3); null: this kind of user has no mandates here. */
export const proposedTerms = (userType: UserType, { prepaid, postpaid }: ProvinceRules): Terms | null => {
  if (userType === 'postpaid') {
    return { thresholdMinor: null, amountMinor: null, automaticPayment: postpaid.automaticPayment };
  }
  return prepaid === null ? null : { ...prepaid.proposed, automaticPayment: true };
};

type Bounds = { readonly minMinor: number; readonly maxMinor: number };

const within = (value: number | null, { minMinor, maxMinor }: Bounds): boolean =>
  value !== null && minMinor <= value && value <= maxMinor;

/** Which bound of the province the terms break; undefined when none. */
export const boundsProblem = (userType: UserType, terms: Terms, rules: ProvinceRules): string | undefined => {
  const { thresholdMinor, amountMinor, automaticPayment } = terms;
  if (userType === 'postpaid') {
    if (thresholdMinor !== null || amountMinor !== null) return 'TermsOfPrepaid';
    return automaticPayment && !rules.postpaid.automaticPayment ? 'AutomaticPaymentNotOffered' : undefined;
  }
  if (rules.prepaid === null) return 'PrepaidNotOffered';
  if (!within(thresholdMinor, rules.prepaid.threshold)) return 'ThresholdOutOfBounds';
  return within(amountMinor, rules.prepaid.amount) ? undefined : 'AmountOutOfBounds';
};

const boundsHold = ({ prepaid }: ProvinceRules): boolean =>
  prepaid === null ||
  (prepaid.amount.minMinor > 0 &&
    within(prepaid.proposed.thresholdMinor, prepaid.threshold) &&
    within(prepaid.proposed.amountMinor, prepaid.amount));

const outcomeOf = (
  state: RulesState,
  { fromMs, rules, note }: RulesCommand,
  { nowMs, caller }: Facts,
): ReadonlyArray<RulesEvent> | Refusal => {
  if (!boundsHold(rules)) return rulesRefusals.invalidBounds();
  const last = state.versions.at(-1);
  if (last !== undefined && (fromMs <= nowMs || fromMs < last.fromMs)) return rulesRefusals.past();
  if (state.versions.length >= LIMITS.rules && last?.fromMs !== fromMs) return rulesRefusals.crowded();
  return [{ _tag: 'RulesSet', version: { fromMs, rules, note, setBy: caller.subject } }];
};

export const rulesDecider: Decider<RulesState, RulesCommand, RulesEvent, RulesReply> = {
  initial: { versions: [] },
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state, command, facts);
    if ('_tag' in outcome) return outcome;
    return accept(outcome, { changed: true, versions: outcome.reduce(rulesDecider.evolve, state).versions.length });
  },
  evolve: ({ versions }, { version }) => ({
    versions: [...versions.filter(({ fromMs }) => fromMs !== version.fromMs), version],
  }),
};
