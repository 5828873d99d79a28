import { Effect } from 'effect';
import type { Fault } from '../../../domain/kernel/refusal.ts';
import { byteReader } from '../../link/byte-reader.ts';
import type { Link } from '../../link/link.ts';
import { openTcp, type TcpOptions } from '../../link/tcp.ts';
import type { SimulatedCard } from './simulated-card.ts';

const OFF = 0;
const SAY_ATR = 4;
/** A reader may have nothing to say for as long as it likes. */
const IDLE_MS = 2_147_483_647;

const message = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);

const served = (card: SimulatedCard, link: Link): Effect.Effect<'removed', Fault> =>
  Effect.gen(function* () {
    const bytes = byteReader(link);
    for (;;) {
      const [high = 0, low = 0] = yield* bytes.take(2, IDLE_MS);
      const body = yield* bytes.take((high << 8) | low, IDLE_MS);
      if (body.length === 1) {
        const [control] = body;
        if (control === SAY_ATR) yield* link.write(message(card.card.personality.atr));
        else if (control !== OFF) card.powerOn();
        continue;
      }
      const answer = yield* card.command(body);
      if (answer === 'removed') return answer;
      yield* link.write(message(answer));
    }
  });

/** Dials a reader that waits for cards (the vpcd protocol) and plays the card until it is taken out or hung up on. */
export const vpcdCard = (card: SimulatedCard, to: TcpOptions): Effect.Effect<'removed' | 'hung up', Fault> =>
  Effect.scoped(
    Effect.flatMap(openTcp(to), (link) =>
      Effect.catchIf(
        served(card, link),
        ({ code }) => code === 'LinkGone',
        () => Effect.succeed('hung up' as const),
      ),
    ),
  );
