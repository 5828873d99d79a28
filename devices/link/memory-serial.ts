import { Effect, Queue, type Scope, Stream } from 'effect';
import type { LineState, SeenLines, SerialDevice, SerialLink } from './link.ts';
import { memoryPair } from './memory.ts';

/** A serial line within the process, with a speed and control lines, for simulators and tests of drivers. */
export interface MemorySerial {
  /** The near side, until its scope closes; it can be opened again then. */
  readonly open: (settings: { readonly baudRate: number }) => Effect.Effect<SerialLink, never, Scope.Scope>;
  readonly device: SerialDevice;
}

export const memorySerial: Effect.Effect<MemorySerial, never, Scope.Scope> = Effect.gen(function* () {
  const [near, far] = yield* memoryPair();
  const changes = yield* Queue.unbounded<LineState>();
  let state: LineState = { baudRate: 0, rts: false, dtr: false };
  let seen: SeenLines = { cts: false, dsr: false, dcd: false };
  const change = (to: Partial<LineState>): Effect.Effect<void> =>
    Effect.suspend(() => {
      state = { ...state, ...to };
      return Queue.offer(changes, state);
    });
  const released = change({ rts: false, dtr: false });
  const link: SerialLink = {
    ...near,
    set: change,
    get: Effect.sync(() => seen),
    setBaudRate: (baudRate) => change({ baudRate }),
    close: released,
  };
  return {
    open: ({ baudRate }) =>
      Effect.as(
        Effect.acquireRelease(change({ baudRate, rts: true, dtr: true }), () => released),
        link,
      ),
    device: {
      ...far,
      state: () => state,
      states: Stream.fromQueue(changes),
      drive: (lines) =>
        Effect.sync(() => {
          seen = { ...seen, ...lines };
        }),
    },
  };
});
