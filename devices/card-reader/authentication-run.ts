import { Effect } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { encodeCommand, type ResponseApdu } from '../../domain/sim/uicc/apdu.ts';
import {
  autnOf,
  checkAuthentication,
  gsmAnswer,
  parseAuthentication,
  resynchronise,
} from '../../domain/sim/uicc/authenticate.ts';
import { authenticate, INS, runGsmAlgorithm, selectAid, selectFile } from '../../domain/sim/uicc/commands.ts';
import { type AuthenticationAlgorithm, milenage } from '../../domain/sim/uicc/milenage.ts';
import { statusOf } from '../../domain/sim/uicc/status-word.ts';
import { cardClassOf, USIM } from './card-image.ts';
import type { CardReader, ReaderFault } from './port.ts';

/**
 * Proves that a card holds the keys that it should: it is challenged as its home network would do, and must answer as
 * Milenage says. A USIM counts the challenges: one that is behind is told where the card stands, and asked once more.
 */
export interface SubscriberKeys {
  readonly k: SecretBytes;
  readonly opc: SecretBytes;
}

export type AuthenticationOutcome =
  /** The keys are right; `sqn` is the number that the card has now (0 for a SIM, which has none). */
  | { readonly outcome: 'right'; readonly sqn: bigint }
  /** Another K or OPc, or another algorithm. */
  | { readonly outcome: 'wrong' }
  /** The card did not compute: the name of its status. */
  | { readonly outcome: 'refused'; readonly status: string };

const OK = 0x9000;
const WRONG_MAC = 0x9862;
const AMF = Buffer.from('8000', 'hex');
/** TS 33.102 annex C.3.2: the five low bits are an index. */
const INDEX_BITS = 5n;

const sqnBytes = (sqn: bigint): Buffer => Buffer.from(sqn.toString(16).padStart(12, '0'), 'hex');

const refused = (sw: number, cardClass: 'uicc' | 'gsm'): AuthenticationOutcome => ({
  outcome: 'refused',
  status: statusOf(sw, cardClass, INS.authenticate).name,
});

const challenged = (
  reader: CardReader,
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  sqn: bigint,
): Effect.Effect<ResponseApdu, ReaderFault> =>
  reader.transmit(encodeCommand(authenticate(rand, autnOf(algorithm, rand, sqnBytes(sqn), AMF))));

const usimRun = (
  reader: CardReader,
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  first: bigint,
): Effect.Effect<AuthenticationOutcome, ReaderFault> =>
  Effect.gen(function* () {
    const selected = yield* reader.transmit(encodeCommand(selectAid(USIM)));
    if (selected.sw !== OK) return refused(selected.sw, 'uicc');
    for (let sqn = first, again = false; ; again = true) {
      const { data, sw } = yield* challenged(reader, algorithm, rand, sqn);
      if (sw === WRONG_MAC) return { outcome: 'wrong' };
      if (sw !== OK) return refused(sw, 'uicc');
      const answer = parseAuthentication(data);
      if (isRefusal(answer) || checkAuthentication(algorithm, rand, answer) !== undefined) return { outcome: 'wrong' };
      if (answer._tag === 'Success' || again) return { outcome: 'right', sqn };
      const own = resynchronise(algorithm, rand, answer.auts);
      if (isRefusal(own)) return { outcome: 'wrong' };
      sqn = ((BigInt(`0x${own.toString('hex')}`) >> INDEX_BITS) + 1n) << INDEX_BITS;
    }
  });

const simRun = (
  reader: CardReader,
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
): Effect.Effect<AuthenticationOutcome, ReaderFault> =>
  Effect.gen(function* () {
    yield* reader.transmit(encodeCommand(selectFile('gsm', '7f20')));
    const { data, sw } = yield* reader.transmit(encodeCommand(runGsmAlgorithm(rand)));
    if (sw !== OK) return refused(sw, 'gsm');
    return gsmAnswer(algorithm, rand).equals(new SecretBytes(data))
      ? { outcome: 'right', sqn: 0n }
      : { outcome: 'wrong' };
  });

/** Powers the card on and challenges it with `rand` (16 fresh random bytes) and, a USIM, with the number `sqn`. */
export const authenticationRun = (
  reader: CardReader,
  { k, opc }: SubscriberKeys,
  rand: Uint8Array,
  sqn: bigint,
): Effect.Effect<AuthenticationOutcome, ReaderFault> =>
  Effect.gen(function* () {
    yield* reader.powerOn;
    const algorithm = milenage(k, opc);
    const cardClass = yield* cardClassOf(reader);
    return yield* cardClass === 'gsm' ? simRun(reader, algorithm, rand) : usimRun(reader, algorithm, rand, sqn);
  });
