/** Which months of usage records have outlived the retention (seed 002 §3.4.2). */

/** Days are closed and records corrected up to 92 days back, which may touch four months besides the running one. */
export const LEAST_MONTHS_KEPT = 5;

const indexOf = (month: string): number => 12 * Number(month.slice(0, 4)) + Number(month.slice(5, 7));

/**
 * @param months as `2026-11`, by the visited networks' days
 * @param keep how many are kept besides the running one
 * @returns the oldest first
 */
export const monthsOutlived = (months: ReadonlyArray<string>, keep: number, nowMs: number): ReadonlyArray<string> => {
  const running = indexOf(new Date(nowMs).toISOString());
  return months.filter((month) => running - indexOf(month) > keep).toSorted();
};
