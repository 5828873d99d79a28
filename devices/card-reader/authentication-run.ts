import { Effect } from 'effect';
import type { SecretBytes } from '../../domain/kernel/secret.ts';
import { type AuthenticationOutcome, authenticationTalk } from '../../domain/sim/uicc/authentication-talk.ts';
import { milenage } from '../../domain/sim/uicc/milenage.ts';
import { cardClassOf } from './card-image.ts';
import { type CardReader, converse, type ReaderFault } from './port.ts';

/** The authentication run of whoever has a card in a reader and its keys at hand. */
export interface SubscriberKeys {
  readonly k: SecretBytes;
  readonly opc: SecretBytes;
}

/** Powers the card on and challenges it with `rand` (16 fresh random bytes) and, a USIM, with the number `sqn`. */
export const authenticationRun = (
  reader: CardReader,
  { k, opc }: SubscriberKeys,
  rand: Uint8Array,
  sqn: bigint,
): Effect.Effect<AuthenticationOutcome, ReaderFault> =>
  Effect.gen(function* () {
    yield* reader.powerOn;
    const cardClass = yield* cardClassOf(reader);
    return yield* converse(reader, authenticationTalk(cardClass, milenage(k, opc), rand, sqn));
  });
