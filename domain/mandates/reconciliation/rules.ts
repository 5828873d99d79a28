import { isDay } from './file.ts';
import type { Action, DifferenceClass, FileRow, Found, Rules, Scope } from './schema.ts';

/**
 * Which difference is corrected how: data, by party, partner and class, each with the days for which it holds. The bank
 * is the truth for us, and what we have balanced with the banks is the truth for a province (seed 003 part 3 §1).
 */

const FROM = '2000-01-01';
const rule = (party: Scope['party'], name: DifferenceClass, action: Action): Rules['rules'][number] => ({
  party,
  partner: '*',
  class: name,
  action,
  from: FROM,
  to: null,
});

const both = (name: DifferenceClass, action: Action) => [rule('bank', name, action), rule('province', name, action)];
const corrected: ReadonlyArray<DifferenceClass> = ['missingHere', 'missingThere', 'state', 'account', 'terms'];

/** In force where nothing else is said. */
export const DEFAULT_RULES: Rules = {
  rules: [
    ...corrected.flatMap((name) => [rule('bank', name, 'takeTheirs'), rule('province', name, 'write')]),
    ...both('late', 'wait'),
    ...both('duplicate', 'queue'),
    ...both('unreadable', 'queue'),
  ],
  lateMinutes: 30,
  most: 100_000,
};

/** The day by which rules are chosen: the last one of a month, written so that it sorts behind all of them. */
const dayOf = (period: string): string => (isDay(period) ? period : `${period}-31`);

/** The rule of the partner itself before that of all; of several the one that began last. Without a rule: a person. */
export const actionOf = ({ rules }: Rules, { party, partner, period }: Scope, name: DifferenceClass): Action => {
  const day = dayOf(period);
  const fitting = rules.filter(
    (each) =>
      each.party === party &&
      (each.partner === partner || each.partner === '*') &&
      each.class === name &&
      each.from <= day &&
      (each.to === null || day <= each.to),
  );
  const [first] = fitting.toSorted(
    (a, b) => Number(a.partner === '*') - Number(b.partner === '*') || (a.from < b.from ? 1 : -1),
  );
  return first?.action ?? 'queue';
};

export interface Judged {
  readonly action: Action;
  /** Why it is another action than the rule's; null: it is the rule's. */
  readonly because: string | null;
  readonly text: Found['text'];
}

type Sides = Pick<Found, 'scope' | 'class' | 'here' | 'there'>;

/** What the correction begins or ends for the user, if anything. */
const textOf = (after: FileRow | null, before: FileRow | null): Found['text'] => {
  const stood = before !== null && before.state === 'formal';
  const stands = after !== null && after.state === 'formal';
  if (stood === stands) return null;
  return stands ? 'begun' : 'ended';
};

/** A day's file has only what has changed: what is not in it may still stand. */
const absentOnly = ({ scope, class: name, here }: Sides): boolean =>
  scope.party === 'bank' &&
  name === 'missingThere' &&
  isDay(scope.period) &&
  // One carried over is of an earlier day: the day on which it changed.
  !(here?.state === 'formal' && here.begun.slice(0, 10) === here.changed.slice(0, 10));

const judgeBank = (sides: Sides, action: Action): Judged => {
  const { there, here } = sides;
  if (action === 'write') return { action: 'queue', because: 'NothingIsWrittenToBanks', text: null };
  if (action !== 'takeTheirs') return { action, because: null, text: null };
  if (absentOnly(sides)) return { action: 'queue', because: 'NotInIncrement', text: null };
  // Of an agreement that is not in our increment we may know from before.
  const ended = sides.class === 'missingHere' && there?.state === 'cancelled';
  return { action, because: null, text: ended ? 'ended' : textOf(there, here) };
};

/** With lines that cannot be read nobody knows what is missing. */
export const withUnreadable = (judged: Judged, name: DifferenceClass): Judged =>
  name === 'missingThere' && judged.action === 'takeTheirs'
    ? { action: 'queue', because: 'UnreadableLines', text: null }
    : judged;

/** `unbalanced`: banks whose own run for this period has not come to its end. */
export const judge = (sides: Sides, action: Action, unbalanced: ReadonlySet<string>): Judged => {
  const { scope, class: name, here, there } = sides;
  const row = here ?? there;
  const placeless = row === null || name === 'duplicate' || name === 'unreadable';
  if (placeless && action !== 'keepOurs') return { action: 'queue', because: null, text: null };
  if (scope.party === 'bank') return judgeBank(sides, action);
  if (action === 'takeTheirs') return { action: 'queue', because: 'ProvinceIsNotTheTruth', text: null };
  if (action !== 'write') return { action, because: null, text: null };
  if (row !== null && unbalanced.has(row.bank)) return { action: 'queue', because: 'BankNotBalanced', text: null };
  return { action, because: null, text: textOf(here, there) };
};

/**
 * What became of a correction by the bank's word: settled when we now say what the bank says, else it is for a person.
 * @param word the answer of the number's actor
 */
export const settledBy = (there: FileRow | null, word: string): 'settled' | 'queued' => {
  const stands = there !== null && there.state === 'formal';
  if (stands) return word === 'formal' || word === 'unchanged' ? 'settled' : 'queued';
  return word === 'manual' || word === 'formal' || word === 'cancelling' ? 'queued' : 'settled';
};
