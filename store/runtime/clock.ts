/**
 * Time as the runtime sees it: two clocks and four ways to do something later. The system's own is the default; a
 * simulation puts its own in its place, and then nothing of the runtime happens but by its order.
 */

/** Something that is to happen later; a process does not stay alive for it once it is `unref`ed. */
export interface Timer {
  readonly unref: () => unknown;
}

export interface Clock {
  /** Milliseconds that only grow, from an origin of this process (`performance.now()`). */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970 (`Date.now()`). */
  readonly wallMs: () => number;
  readonly setTimeout: (run: () => void, ms: number) => Timer;
  readonly setInterval: (run: () => void, ms: number) => Timer;
  /** After the current round of the event loop. */
  readonly setImmediate: (run: () => void) => void;
  /** Ends a timeout or an interval; nothing happens when it is over, or was none. */
  readonly clear: (timer: Timer | undefined) => void;
}

// The globals are looked up at each call, so that whoever replaces them replaces them here too.
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  setInterval: (run, ms) => setInterval(run, ms),
  setImmediate: (run) => {
    setImmediate(run);
  },
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** What `promise` gives, or a rejection when it takes longer. */
export const within = <A>(clock: Clock, promise: Promise<A>, timeoutMs: number): Promise<A> => {
  let timer: Timer | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clock.clear(timer));
};
