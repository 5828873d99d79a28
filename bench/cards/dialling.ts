import { Effect } from 'effect';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { cardAt } from '../../test/support/card-writing.ts';

/** Cards that dial in from a process of their own: what they compute is not the node's. Ends with whoever started it. */

export interface Dialling {
  readonly port: number;
  readonly from: number;
  readonly count: number;
  /** How long each takes for a command. */
  readonly slowMs: number;
}

const { port, from, count, slowMs }: Dialling = JSON.parse(process.argv[2] ?? '');
process.on('disconnect', () => process.exit());
await Effect.runPromise(
  Effect.forEach(
    Array.from({ length: count }, (_, at) => cardAt(from + at)),
    (card) => {
      card.misbehave({ slowMs });
      return Effect.ignore(vpcdCard(card, { host: '127.0.0.1', port }));
    },
    { concurrency: 'unbounded', discard: true },
  ),
);
process.disconnect();
