/** Of values in rising order; 0 without any. */
export const percentile = (rising: ReadonlyArray<number>, part: number): number =>
  rising[Math.min(rising.length - 1, Math.floor(part * rising.length))] ?? 0;
