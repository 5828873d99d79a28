import { Effect } from 'effect';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { agreedPps, encodePps, ppsLength } from '../../../domain/sim/uicc/pps.ts';
import type { ReaderFault } from '../port.ts';
import type { CharacterLine } from './character-line.ts';

/**
 * Proposes a speed (a TA1 byte) to the card. `agreed`; `not so fast`: it keeps the protocol and the first speed; `no
 * answer`, or none that fits: it must be reset.
 */
export const proposeSpeed = (
  line: CharacterLine,
  protocol: number,
  clock: number,
  waitingMs: number,
): Effect.Effect<'agreed' | 'not so fast' | 'no answer', ReaderFault> =>
  Effect.gen(function* () {
    const request = { protocol, clock };
    yield* line.send(encodePps(request));
    const head = yield* line.take(2, waitingMs);
    const rest = yield* line.take(ppsLength(head[1] ?? 0) - 2, waitingMs);
    const agreed = agreedPps(request, Buffer.concat([head, rest]));
    if (isRefusal(agreed)) return 'no answer';
    return agreed.clock === undefined ? 'not so fast' : 'agreed';
  }).pipe(
    Effect.catchIf(
      ({ code }) => code === 'CardTimeout',
      () => Effect.succeed('no answer' as const),
    ),
  );
