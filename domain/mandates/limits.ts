/** The upper limits of what a number's actor keeps, and the times of mandates. */
export const LIMITS = {
  /** Of a subscriber, and exclusive ones of a province. */
  services: 100,
  /** Answers that are remembered by message id; an older message is recognised by its agreement. */
  answers: 200,
  /** Agreements that have ended. */
  ended: 200,
  /** Open cases of one number. */
  cases: 20,
  /** Charges of one number: of bills the last 400, of top-ups those of two months. */
  charges: 400,
  /** How often a bill is tried. */
  attempts: 5,
  /** Versions of a province's rules. */
  rules: 100,
  provisionalMs: 30 * 60_000,
  /** An older balance tops up nothing: the number may have been topped up since. */
  balanceLifeMs: 86_400_000,
  /** Longer than the month that a limit looks at, and than the life of a balance. */
  topUpsKeptMs: 62 * 86_400_000,
} as const;
