/**
 * How well files are exchanged with a partner (seed 002 §5.1.1: at least 99 % succeed, each within a second): attempts, and
 * how long those that succeeded took, as counts of classes that can be added up.
 */

/** `look`: at the partner's server; `take`: a file of theirs into our store; `send`: one of ours to them. */
export const WAYS = ['look', 'take', 'send'] as const;
export type Way = (typeof WAYS)[number];

/** Upper bounds of the classes; what takes longer is in one more. */
const BOUNDS_MS: ReadonlyArray<number> = [
  ...[10, 25, 50, 100, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000],
  ...[10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 900_000],
];
const WITHIN_MS = 1_000;

export interface Exchanges {
  readonly tried: number;
  readonly succeeded: number;
  /** Of those that succeeded. */
  readonly totalMs: number;
  readonly longestMs: number;
  readonly classes: ReadonlyArray<number>;
}

export const NO_EXCHANGES: Exchanges = { tried: 0, succeeded: 0, totalMs: 0, longestMs: 0, classes: [] };

export const exchangeClass = (ms: number): number => {
  const found = BOUNDS_MS.findIndex((bound) => ms <= bound);
  return found === -1 ? BOUNDS_MS.length : found;
};

export const addExchanges = (a: Exchanges, b: Exchanges): Exchanges => ({
  tried: a.tried + b.tried,
  succeeded: a.succeeded + b.succeeded,
  totalMs: a.totalMs + b.totalMs,
  longestMs: Math.max(a.longestMs, b.longestMs),
  classes: Array.from({ length: BOUNDS_MS.length + 1 }, (_, at) => (a.classes[at] ?? 0) + (b.classes[at] ?? 0)),
});

export interface ExchangeQuality {
  readonly tried: number;
  readonly succeeded: number;
  /** Of 1; null where nothing was tried, the others where nothing succeeded. */
  readonly successShare: number | null;
  readonly withinSecondShare: number | null;
  readonly meanMs: number | null;
  readonly p95Ms: number | null;
  readonly longestMs: number;
}

export const exchangeQuality = ({ tried, succeeded, totalMs, longestMs, classes }: Exchanges): ExchangeQuality => {
  const of = (count: number): number | null => (succeeded === 0 ? null : count / succeeded);
  const within = classes.slice(0, exchangeClass(WITHIN_MS) + 1).reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const at = classes.findIndex((count) => {
    seen += count;
    return seen >= succeeded * 0.95;
  });
  return {
    tried,
    succeeded,
    successShare: tried === 0 ? null : succeeded / tried,
    withinSecondShare: of(within),
    meanMs: succeeded === 0 ? null : Math.round(totalMs / succeeded),
    p95Ms: succeeded === 0 ? null : Math.min(longestMs, BOUNDS_MS[at] ?? longestMs),
    longestMs,
  };
};
