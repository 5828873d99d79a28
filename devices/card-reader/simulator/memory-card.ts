import { Effect, Stream } from 'effect';
import { readerFault } from '../faults.ts';
import type { CardReader } from '../port.ts';
import { readerOver } from '../reader.ts';
import type { CardTransport } from '../transport.ts';
import type { SimulatedCard } from './simulated-card.ts';

/**
 * A reader without a line: the simulated card answers in the same process, with every fault that it can be told to
 * have. For many writes in a short time; how lines fail is shown over lines. `patienceMs`: it waits no longer for an
 * answer, whatever it is told.
 */
export const memoryReader = (
  name: string,
  card: SimulatedCard,
  patienceMs: number = Number.POSITIVE_INFINITY,
): Effect.Effect<CardReader> => {
  let removed = false;
  const gone = (execution: 'no' | 'unknown') =>
    readerFault('CardRemoved', `${name}: the card was taken out.`, execution);
  const transport: CardTransport = {
    name,
    power: () => Effect.suspend(() => (removed ? Effect.fail(gone('no')) : Effect.succeed(card.powerOn()))),
    powerOff: Effect.void,
    unit: () => (card.unit === 'tpdu' ? 'T=0 TPDU' : 'APDU'),
    exchange: (command, withinMs) =>
      Effect.suspend(() => {
        if (removed) return Effect.fail(gone('no'));
        return card.command(command).pipe(
          Effect.timeoutFail({
            duration: Math.min(withinMs, patienceMs),
            onTimeout: () => readerFault('CardTimeout', `${name}: no answer in time.`, 'unknown'),
          }),
          Effect.flatMap((answer) => {
            if (answer !== 'removed') return Effect.succeed(answer);
            removed = true;
            return Effect.fail(gone('unknown'));
          }),
        );
      }),
    presence: Stream.concat(Stream.make('present' as const), Stream.never),
    close: Effect.void,
  };
  return readerOver(transport);
};
