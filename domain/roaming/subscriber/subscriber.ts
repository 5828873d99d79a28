import { canonicalJson } from '../../kernel/canonical-json.ts';
import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { LIMITS } from './limits.ts';
import { subscriberRefusals as no } from './refusals.ts';
import type { SubscriberCommand, SubscriberEvent, SubscriberReply, SubscriberState } from './schema.ts';
import {
  afterGranted,
  afterObserved,
  afterPosted,
  isInFuture,
  isTooLate,
  newestDay,
  newestOf,
  reached,
} from './spending.ts';

/**
 * A subscriber: numbers, the active one, lists, package balances, spending (seed 002 §2.1.1). Switching counts by the
 * moment of the event: one that is told late is still that of the number active when it began. Events come priced, with
 * what they take off packages; a chunk of them is posted whole, once, and never takes what is not there: two who price at
 * once by the same balances are told so, and the second prices anew.
 */

type Of<Tag extends SubscriberCommand['_tag']> = Extract<SubscriberCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<SubscriberEvent> | Refusal;
type Dated = { readonly fromMs: number };

/** What holds at a moment: the last that began by then, else the first there is. `entries` are in order. */
const at = <Entry extends Dated>(entries: ReadonlyArray<Entry>, atMs: number): Entry | undefined =>
  entries.findLast(({ fromMs }) => fromMs <= atMs) ?? entries[0];

/** In order of moments, behind those of the same; the oldest are forgotten. */
const inserted = <Entry extends Dated>(entries: ReadonlyArray<Entry>, entry: Entry): ReadonlyArray<Entry> =>
  [...entries, entry].sort((a, b) => a.fromMs - b.fromMs).slice(-LIMITS.switches);

const numberOf = ({ numbers }: SubscriberState, number: string) => numbers.find((one) => one.number === number);

export const isOn = (state: SubscriberState, number: string, atMs: number): boolean =>
  at(numberOf(state, number)?.on ?? [], atMs)?.on ?? false;

/** The number for calls at a moment. */
export const activeAt = ({ active }: SubscriberState, atMs: number): string => at(active, atMs)?.number ?? '';

const switchNumber = (state: SubscriberState, { number, on, fromMs }: Of<'Switch'>): Outcome => {
  const found = numberOf(state, number);
  if (found === undefined) return no.numberUnknown();
  const same = found.on.findLast((one) => one.fromMs <= fromMs);
  return same?.on === on && same.fromMs === fromMs ? [] : [{ _tag: 'Switched', number, on, fromMs }];
};

const activate = (state: SubscriberState, { number, fromMs }: Of<'Activate'>): Outcome => {
  if (numberOf(state, number) === undefined) return no.numberUnknown();
  if (!isOn(state, number, fromMs)) return no.numberOff();
  const same = state.active.findLast((one) => one.fromMs <= fromMs);
  return same?.number === number && same.fromMs === fromMs ? [] : [{ _tag: 'Activated', number, fromMs }];
};

const grant = (state: SubscriberState, command: Of<'Grant'>, { nowMs }: Facts): Outcome => {
  const { balance, price, day = new Date(nowMs).toISOString().slice(0, 10) } = command;
  const { balances } = state;
  const found = balances.find(({ id }) => id === balance.id);
  if (found !== undefined) {
    const { package: name, fromMs, untilMs } = found;
    const same = name === balance.package && fromMs === balance.fromMs && untilMs === balance.untilMs;
    // Told again it may cost something else, by a plan that has changed since: what was charged stays.
    return same ? [] : no.packageExists();
  }
  if (balances.length >= LIMITS.balances) return no.tooManyPackages();
  if (price === undefined) return [{ _tag: 'Granted', balance }];
  const { currency, ...paid } = price;
  if (currency !== state.currency) return no.currencyDiffers();
  if (isInFuture(day, nowMs)) return no.inFuture('day');
  if (isTooLate(day, newestOf(state))) return no.tooLate('day');
  const granted = { _tag: 'Granted', balance: { ...balance, sold: { day, ...paid } } } as const;
  return [granted, ...reached(afterGranted(state, granted), [day])];
};

const setLimits = (state: SubscriberState, { day, month }: Of<'SetLimits'>): Outcome => {
  if ([day, month].some((list) => new Set(list).size < list.length)) return no.limitTwice();
  const newest = newestOf(state);
  const set: SubscriberEvent = { _tag: 'LimitsSet', day, month };
  return [set, ...(newest === '' ? [] : reached({ ...state, limits: { day, month } }, [newest]))];
};

/** The first thing that is wrong with the packages that the postings take from. */
const takesProblem = ({ balances }: SubscriberState, { postings }: Of<'Post'>): Refusal | undefined => {
  const left = new Map(balances.map((one) => [one.id, one.left]));
  for (const [index, { takes, atMs }] of postings.entries()) {
    for (const [place, { balance, taken }] of takes.entries()) {
      const field = `postings/${index}/takes/${place}`;
      const found = balances.find(({ id }) => id === balance);
      if (found === undefined) return no.packageUnknown(field);
      if (atMs < found.fromMs || atMs >= found.untilMs) return no.packageOver(field);
      const rest = (left.get(balance) ?? 0) - taken;
      if (rest < 0) return no.packageExhausted(field);
      left.set(balance, rest);
    }
  }
  return undefined;
};

const daysProblem = (
  state: SubscriberState,
  days: ReadonlyArray<string>,
  nowMs: number,
  field: 'postings' | 'observations',
): Refusal | undefined => {
  const newest = newestDay([newestOf(state), ...days]);
  for (const [index, day] of days.entries()) {
    if (isInFuture(day, nowMs)) return no.inFuture(`${field}/${index}/day`);
    if (isTooLate(day, newest)) return no.tooLate(`${field}/${index}/day`);
  }
  return undefined;
};

const postingsProblem = (state: SubscriberState, { postings }: Of<'Post'>, nowMs: number): Refusal | undefined => {
  const seen = new Set<string>();
  for (const [index, { id, number }] of postings.entries()) {
    if (seen.has(id)) return no.postingTwice(`postings/${index}/id`);
    seen.add(id);
    if (number !== null && numberOf(state, number) === undefined) return no.numberUnknown();
  }
  const days = postings.map(({ day }) => day);
  return daysProblem(state, days, nowMs, 'postings');
};

/** A chunk that is there already changes nothing; with another number of parts it is another. */
const againOf = ({ chunks }: SubscriberState, chunk: string, count: number): Outcome | undefined => {
  const before = chunks.find((one) => one.chunk === chunk);
  // Told again it may be priced otherwise, by balances that have changed since: what was posted stays.
  if (before !== undefined) return before.count === count ? [] : no.chunkDiffers();
  return undefined;
};

const observe = (state: SubscriberState, command: Of<'Observe'>, { nowMs }: Facts): Outcome => {
  const { chunk, currency, observations } = command;
  if (currency !== state.currency) return no.currencyDiffers();
  const again = againOf(state, chunk, observations.length);
  if (again !== undefined) return again;
  const days = observations.map(({ day }) => day);
  const problem = daysProblem(state, days, nowMs, 'observations');
  if (problem !== undefined) return problem;
  const observed = { _tag: 'Observed', chunk, observations } as const;
  return [observed, ...reached(afterObserved(state, observed), days)];
};

const post = (state: SubscriberState, command: Of<'Post'>, { nowMs }: Facts): Outcome => {
  const { chunk, priced, currency, postings } = command;
  if (currency !== state.currency) return no.currencyDiffers();
  const again = againOf(state, chunk, postings.length);
  if (again !== undefined) return again;
  const problem = postingsProblem(state, command, nowMs) ?? takesProblem(state, command);
  if (problem !== undefined) return problem;
  const attributed = postings.map((one) => ({ ...one, number: one.number ?? activeAt(state, one.atMs) }));
  const named = priced === undefined ? { chunk } : { chunk, priced };
  const posted = { _tag: 'Posted', ...named, postings: attributed } as const;
  const days = postings.map(({ day }) => day);
  return [posted, ...reached(afterPosted(state, posted), days)];
};

const outcomeOf = (state: SubscriberState | null, command: SubscriberCommand, facts: Facts): Outcome => {
  if (command._tag === 'Open') {
    const { primary, currency } = command;
    if (state === null) return [{ _tag: 'Opened', primary, currency }];
    const same = state.numbers[0]?.number === primary && state.currency === currency;
    return same ? [] : no.exists();
  }
  if (state === null) return no.unknown();
  switch (command._tag) {
    case 'SetProfile':
      return canonicalJson(state.profile) === canonicalJson(command.profile)
        ? []
        : [{ _tag: 'ProfileSet', profile: command.profile }];
    case 'AddNumber':
      if (numberOf(state, command.number) !== undefined) return [];
      if (state.numbers.length >= LIMITS.numbers) return no.tooManyNumbers();
      return [{ _tag: 'NumberAdded', number: command.number }];
    case 'AddImsi':
      if (state.imsis.includes(command.imsi)) return [];
      return state.imsis.length >= LIMITS.imsis ? no.tooManyImsis() : [{ _tag: 'ImsiAdded', imsi: command.imsi }];
    case 'Switch':
      return switchNumber(state, command);
    case 'Activate':
      return activate(state, command);
    case 'SetLists':
      if (command.allow.some((number) => command.block.includes(number))) return no.listsContradict();
      return [{ _tag: 'ListsSet', allow: command.allow, block: command.block }];
    case 'Grant':
      return grant(state, command, facts);
    case 'SetLimits':
      return setLimits(state, command);
    case 'Observe':
      return observe(state, command, facts);
    case 'Post':
      return post(state, command, facts);
    case 'Check':
      return command.number === null || numberOf(state, command.number) !== undefined ? [] : no.numberUnknown();
  }
};

const opened = (primary: string, currency: string): SubscriberState => ({
  currency,
  profile: null,
  numbers: [{ number: primary, role: 'primary', on: [{ fromMs: 0, on: true }] }],
  imsis: [],
  active: [{ fromMs: 0, number: primary }],
  allow: [],
  block: [],
  limits: { day: [], month: [] },
  balances: [],
  spent: [],
  observed: [],
  alarms: [],
  chunks: [],
});

const evolveOpen = (state: SubscriberState, event: Exclude<SubscriberEvent, { _tag: 'Opened' }>): SubscriberState => {
  switch (event._tag) {
    case 'ProfileSet':
      return { ...state, profile: event.profile };
    case 'NumberAdded': {
      const { number } = event;
      return { ...state, numbers: [...state.numbers, { number, role: 'secondary', on: [{ fromMs: 0, on: true }] }] };
    }
    case 'ImsiAdded':
      return { ...state, imsis: [...state.imsis, event.imsi] };
    case 'Switched': {
      const { number, on, fromMs } = event;
      const numbers = state.numbers.map((one) =>
        one.number === number ? { ...one, on: inserted(one.on, { fromMs, on }) } : one,
      );
      return { ...state, numbers };
    }
    case 'Activated':
      return { ...state, active: inserted(state.active, { fromMs: event.fromMs, number: event.number }) };
    case 'ListsSet':
      return { ...state, allow: event.allow, block: event.block };
    case 'Granted':
      return afterGranted(state, event);
    case 'LimitsSet':
      return { ...state, limits: { day: event.day, month: event.month } };
    case 'Observed':
      return afterObserved(state, event);
    case 'Posted':
      return afterPosted(state, event);
    case 'LimitReached': {
      const { scope, period, thresholdMinor } = event;
      return { ...state, alarms: [...state.alarms, { scope, period, thresholdMinor }] };
    }
  }
};

const evolve = (state: SubscriberState | null, event: SubscriberEvent): SubscriberState | null => {
  if (event._tag === 'Opened') return opened(event.primary, event.currency);
  return state === null ? null : evolveOpen(state, event);
};

const verdictOf = (
  state: SubscriberState,
  number: string,
  { atMs, party }: Pick<Of<'Check'>, 'atMs' | 'party'>,
): SubscriberReply['verdict'] => {
  if (!isOn(state, number, atMs)) return 'off';
  const isBlocked = state.block.includes(party) || (state.allow.length > 0 && !state.allow.includes(party));
  return isBlocked ? 'blocked' : 'allowed';
};

/** Whether there is anything that usage of the subscriber could be against. */
export const isRestricted = ({ numbers, allow, block }: SubscriberState): boolean =>
  allow.length > 0 || block.length > 0 || numbers.some(({ on: switches }) => switches.some(({ on }) => !on));

/**
 * What the contract says of usage that has happened (seed 002 §2.2.2): its number was switched off, or it went to somebody
 * with whom the subscriber lets nothing through. Of what is received, and of data, `destination` is empty. What may be is
 * asked alike.
 */
export const verdictOnUsage = (
  state: SubscriberState,
  { number, atMs, destination }: { readonly number: string; readonly atMs: number; readonly destination: string },
): SubscriberReply['verdict'] => {
  if (destination === '') return isOn(state, number, atMs) ? 'allowed' : 'off';
  return verdictOf(state, number, { atMs, party: destination });
};

const decide = (
  state: SubscriberState | null,
  command: SubscriberCommand,
  facts: Facts,
): Decision<SubscriberEvent, SubscriberReply> => {
  const outcome = outcomeOf(state, command, facts);
  if (isRefusal(outcome)) return outcome;
  const alarms = outcome.flatMap((event) => {
    if (event._tag !== 'LimitReached') return [];
    const { scope, period, thresholdMinor } = event;
    return [{ scope, period, thresholdMinor }];
  });
  const reply = { changed: outcome.length > 0, alarms, number: null, verdict: 'allowed' } as const;
  if (command._tag !== 'Check' || state === null) return accept(outcome, reply);
  const number = command.number ?? activeAt(state, command.atMs);
  const { atMs, party: destination } = command;
  return accept(outcome, { ...reply, number, verdict: verdictOnUsage(state, { number, atMs, destination }) });
};

export const subscriberDecider: Decider<SubscriberState | null, SubscriberCommand, SubscriberEvent, SubscriberReply> = {
  initial: null,
  decide,
  evolve,
};
