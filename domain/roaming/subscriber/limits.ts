/** How much one subscriber may hold, and one command bring. */
export const LIMITS = {
  numbers: 10,
  imsis: 20,
  switches: 500,
  list: 1_000,
  balances: 100,
  thresholds: 10,
  postings: 2_000,
} as const;
