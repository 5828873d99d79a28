import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { STOCK_TYPES } from '../statistics/measures.ts';
import type { StockPool, StockPoolCommand, StockPoolEvent, StockPoolReply, StockPoolState } from './schema.ts';

/**
 * A pool of stock with a threshold (seed 000 §6.1, §6.2): free IMSIs or ICCIDs, blank or finished cards, of a product or
 * any, of a city or any. When the stock has come down to `low`, one alarm is raised; it is cleared when the stock has
 * grown to `clear`, which is higher, so that a stock that sways around the threshold does not alarm again and again.
 */

type Outcome = ReadonlyArray<StockPoolEvent> | Refusal;

export const stockPoolRefusals = {
  poolUnknown: (): Refusal =>
    refuse('missing', 'StockPoolUnknown', 'There is no threshold for this pool of stock.', {
      action: 'Set one: POST /v1/sim/stock/pools.',
    }),
  invalidPool: (): Refusal =>
    refuse('invalid', 'InvalidStockPool', 'A pool is <type>:<product>:<city>, with - for any.', { field: 'pool' }),
  invalidThreshold: (): Refusal =>
    refuse('invalid', 'InvalidThreshold', 'The stock that clears the alarm is higher than the one that raises it.', {
      field: 'clear',
      action: 'Give a higher `clear`, or leave it out.',
    }),
} as const;

/** `-` begins no code. */
const ANY = '-';

/** The actor's key: `imsi:4G-STD:-`. */
export const stockPoolKey = ({ type, product, city }: StockPool): string =>
  [type, product ?? ANY, city ?? ANY].join(':');

export const parseStockPool = (key: string): StockPool | undefined => {
  const [, type, product = '', city = ''] = /^([a-z]+):([A-Za-z0-9._-]+):([A-Za-z0-9._-]+)$/.exec(key) ?? [];
  const known = STOCK_TYPES.find((one) => one === type);
  if (known === undefined) return undefined;
  return { type: known, product: product === ANY ? null : product, city: city === ANY ? null : city };
};

/** What clears an alarm when nothing is said: a tenth above the threshold. */
export const usualClear = (low: number): number => low + Math.max(1, Math.ceil(low / 10));

/** Whether a look at the stock is news for the pool. */
export const isNews = (
  state: Pick<StockPoolState, 'active' | 'raised' | 'low' | 'clear'>,
  available: number,
): boolean => state.active && (state.raised ? available >= state.clear : available <= state.low);

const configure = (
  state: StockPoolState | null,
  { low, clear }: Extract<StockPoolCommand, { readonly _tag: 'Set' }>,
  { actor, nowMs }: Facts,
): Outcome => {
  const pool = parseStockPool(actor.key);
  if (pool === undefined) return stockPoolRefusals.invalidPool();
  if (clear <= low) return stockPoolRefusals.invalidThreshold();
  if (state?.active === true && state.low === low && state.clear === clear) return [];
  return [{ _tag: 'Configured', ...pool, low, clear, atMs: nowMs }];
};

const outcomeOf = (state: StockPoolState | null, command: StockPoolCommand, facts: Facts): Outcome => {
  if (command._tag === 'Set') return configure(state, command, facts);
  if (state === null) return stockPoolRefusals.poolUnknown();
  if (command._tag === 'Remove') return state.active ? [{ _tag: 'Removed', atMs: facts.nowMs }] : [];
  const { available } = command;
  if (!isNews(state, available)) return [];
  return [{ _tag: state.raised ? 'Cleared' : 'Crossed', available, atMs: facts.nowMs }];
};

const evolve = (state: StockPoolState | null, event: StockPoolEvent): StockPoolState | null => {
  if (event._tag === 'Configured') {
    const { type, product, city, low, clear, atMs } = event;
    const before = state ?? { raised: false, crossedAt: null, sinceMs: atMs };
    const { raised, crossedAt, sinceMs } = before;
    return { type, product, city, low, clear, active: true, raised, crossedAt, sinceMs };
  }
  if (state === null) return null;
  if (event._tag === 'Removed') return { ...state, active: false, raised: false, sinceMs: event.atMs };
  return { ...state, raised: event._tag === 'Crossed', crossedAt: event.available, sinceMs: event.atMs };
};

const decide = (
  state: StockPoolState | null,
  command: StockPoolCommand,
  facts: Facts,
): Decision<StockPoolEvent, StockPoolReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  return accept(outcome, { changed: outcome.length > 0, raised: after?.raised ?? false });
};

export const stockPoolDecider: Decider<StockPoolState | null, StockPoolCommand, StockPoolEvent, StockPoolReply> = {
  initial: null,
  decide,
  evolve,
};
