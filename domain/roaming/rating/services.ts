/** Counted in seconds, messages and bytes. */
export const SERVICES = ['voice', 'sms', 'data'] as const;
export const DIRECTIONS = ['originating', 'terminating'] as const;

/** More is no event, but an error of its record: a call of a week, 100,000 messages, 16 TiB (seed 002 §4.2.1; decision 0343). */
export const MOST_USED = { voice: 604_800, sms: 100_000, data: 17_592_186_044_416 } as const;

/** A whole number, not below zero, and no more than can be. */
export const isUsage = (service: (typeof SERVICES)[number], quantity: number): boolean =>
  Number.isSafeInteger(quantity) && quantity >= 0 && quantity <= MOST_USED[service];
