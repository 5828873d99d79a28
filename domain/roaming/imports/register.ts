import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { registerRefusals } from './refusals.ts';
import {
  IMPORT_LIMITS,
  type RegisterCommand,
  type RegisterEvent,
  type RegisterReply,
  type RegisterState,
  type Series,
} from './schema.ts';

/**
 * The sequence numbers of a partner's files (TD.57): 1 to 99999 and then 1 again, each series for itself. A number
 * that was passed over is waited for; the same number with the same content is the same file; with other content, or a
 * number from the past, it is refused. Besides, the register gives files their turn: only one at a time is compared with
 * the records of those before it, so that two files at once cannot both bring the same record.
 */

type Of<Tag extends RegisterCommand['_tag']> = Extract<RegisterCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<RegisterEvent> | Refusal;
type Missing = RegisterState['missing'][number];

/** CIBER counts to 999, NRTRDE to 9999999 (TD.35). */
const NUMBERS: Readonly<Partial<Record<Series, number>>> = {
  ciber: 999,
  ciberReturns: 999,
  nrtrde: 9_999_999,
};
const numbersOf = (series: Series): number => NUMBERS[series] ?? 99_999;
/** Further on than this it counts as further back. */
const halfOf = (series: Series): number => Math.ceil(numbersOf(series) / 2);

const stepsFrom = (series: Series, newest: number, sequence: number): number =>
  (sequence - newest + numbersOf(series)) % numbersOf(series);
const after = (series: Series, sequence: number): number => (sequence % numbersOf(series)) + 1;
const before = (series: Series, sequence: number): number =>
  ((sequence + numbersOf(series) - 2) % numbersOf(series)) + 1;

const holds = ({ series, from, to }: Missing, sequence: number): boolean =>
  stepsFrom(series, from, sequence) <= stepsFrom(series, from, to);

/** Numbers that were passed over; undefined when the number belongs to the past. */
const gapBefore = (state: RegisterState, { series, sequence }: Of<'Claim'>): number | Refusal => {
  const newest = state.newest.find((one) => one.series === series)?.sequence;
  if (newest === undefined) return 0;
  const steps = stepsFrom(series, newest, sequence);
  if (steps > 0 && steps <= halfOf(series)) return steps - 1;
  const awaited = state.missing.some((one) => one.series === series && holds(one, sequence));
  return awaited ? 0 : registerRefusals.sequencePast(newest);
};

const claim = (state: RegisterState, command: Of<'Claim'>): Outcome => {
  const { series, sequence, sm3 } = command;
  if (state.turn !== null && state.turn !== sm3) return registerRefusals.turnTaken();
  const turn: ReadonlyArray<RegisterEvent> = state.turn === sm3 ? [] : [{ _tag: 'TurnTaken', sm3 }];
  const known = state.known.find((one) => one.series === series && one.sequence === sequence);
  if (known !== undefined) return known.sm3 === sm3 ? turn : registerRefusals.sequenceReused();
  const gap = gapBefore(state, command);
  return isRefusal(gap) ? gap : [{ _tag: 'Claimed', series, sequence, sm3, gap }, ...turn];
};

const without = (missing: ReadonlyArray<Missing>, series: Series, sequence: number): ReadonlyArray<Missing> =>
  missing.flatMap((one) => {
    if (one.series !== series || !holds(one, sequence)) return [one];
    const head = sequence === one.from ? [] : [{ ...one, to: before(series, sequence) }];
    const tail = sequence === one.to ? [] : [{ ...one, from: after(series, sequence) }];
    return [...head, ...tail];
  });

const claimed = (state: RegisterState, event: Extract<RegisterEvent, { readonly _tag: 'Claimed' }>): RegisterState => {
  const { series, sequence, sm3, gap } = event;
  const newest = state.newest.find((one) => one.series === series)?.sequence;
  const isNewest = newest === undefined || stepsFrom(series, newest, sequence) <= halfOf(series);
  const passed =
    newest !== undefined && gap > 0 ? [{ series, from: after(series, newest), to: before(series, sequence) }] : [];
  return {
    ...state,
    newest: isNewest ? [...state.newest.filter((one) => one.series !== series), { series, sequence }] : state.newest,
    missing: [...without(state.missing, series, sequence), ...passed].slice(-IMPORT_LIMITS.missing),
    known: [...state.known, { series, sequence, sm3 }].slice(-IMPORT_LIMITS.remembered),
  };
};

const evolve = (state: RegisterState, event: RegisterEvent): RegisterState => {
  switch (event._tag) {
    case 'Claimed':
      return claimed(state, event);
    case 'TurnTaken':
      return { ...state, turn: event.sm3 };
    case 'TurnEnded':
      return { ...state, turn: null };
    case 'ReturnNumbered': {
      const { sm3, sequence, atMs } = event;
      return { ...state, returns: [...state.returns, { sm3, sequence, atMs }].slice(-IMPORT_LIMITS.remembered) };
    }
  }
};

const returnOf = ({ returns }: RegisterState, sm3: string) => returns.find((one) => one.sm3 === sm3);

const outcomeOf = (state: RegisterState, command: RegisterCommand, { nowMs }: Facts): Outcome => {
  switch (command._tag) {
    case 'Claim':
      return claim(state, command);
    case 'Release':
      return state.turn === command.sm3 ? [{ _tag: 'TurnEnded', sm3: command.sm3 }] : [];
    case 'NumberReturn': {
      if (returnOf(state, command.sm3) !== undefined) return [];
      const last = state.returns.at(-1)?.sequence;
      const sequence = last === undefined ? 1 : after(command.series ?? 'returns', last);
      return [{ _tag: 'ReturnNumbered', sm3: command.sm3, sequence, atMs: nowMs }];
    }
  }
};

export const registerDecider: Decider<RegisterState, RegisterCommand, RegisterEvent, RegisterReply> = {
  initial: { newest: [], missing: [], known: [], turn: null, returns: [] },
  evolve,
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state, command, facts);
    if ('_tag' in outcome) return outcome;
    const gap = outcome.reduce((sum, event) => sum + (event._tag === 'Claimed' ? event.gap : 0), 0);
    const numbered = command._tag === 'NumberReturn' ? returnOf(outcome.reduce(evolve, state), command.sm3) : undefined;
    return accept(outcome, { changed: outcome.length > 0, gap, return: numbered ?? null });
  },
};
