import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { autnOf, checkAuthentication, gsmAnswer, parseAuthentication, resynchronise } from './authenticate.ts';
import { authenticate, INS, runGsmAlgorithm, selectAid, selectFile } from './commands.ts';
import type { AuthenticationAlgorithm } from './milenage.ts';
import { sqnAfter, sqnBytes } from './sequence-window.ts';
import { type CardClass, statusOf } from './status-word.ts';
import type { Talk } from './talk.ts';

/**
 * Proves that a card holds the keys that it should: it is challenged as its home network would do, and must answer as
 * the algorithm says. A USIM counts the challenges: one that is behind is told where the card stands, and asked once more.
 */

export type AuthenticationOutcome =
  /** The keys are right; `sqn` is the number that the card has now (0 for a SIM, which has none). */
  | { readonly outcome: 'right'; readonly sqn: bigint }
  /** Another K or OPc, or another algorithm. */
  | { readonly outcome: 'wrong' }
  /** The card did not compute: the name of its status. */
  | { readonly outcome: 'refused'; readonly status: string };

/** The beginning of the name of every USIM application (TS 101 220 annex E). */
export const USIM = Buffer.from('a0000000871002', 'hex');
const OK = 0x9000;
const WRONG_MAC = 0x9862;
const AMF = Buffer.from('8000', 'hex');

const refused = (sw: number, cardClass: CardClass): AuthenticationOutcome => ({
  outcome: 'refused',
  status: statusOf(sw, cardClass, INS.authenticate).name,
});

function* ofUsim(algorithm: AuthenticationAlgorithm, rand: Uint8Array, first: bigint): Talk<AuthenticationOutcome> {
  const selected = yield selectAid(USIM);
  if (selected.sw !== OK) return refused(selected.sw, 'uicc');
  for (let sqn = first, again = false; ; again = true) {
    const { data, sw } = yield authenticate(rand, autnOf(algorithm, rand, sqnBytes(sqn), AMF));
    if (sw === WRONG_MAC) return { outcome: 'wrong' };
    if (sw !== OK) return refused(sw, 'uicc');
    const answer = parseAuthentication(data);
    if (isRefusal(answer) || checkAuthentication(algorithm, rand, answer) !== undefined) return { outcome: 'wrong' };
    if (answer._tag === 'Success' || again) return { outcome: 'right', sqn };
    const own = resynchronise(algorithm, rand, answer.auts);
    if (isRefusal(own)) return { outcome: 'wrong' };
    sqn = sqnAfter(own);
  }
}

function* ofSim(algorithm: AuthenticationAlgorithm, rand: Uint8Array): Talk<AuthenticationOutcome> {
  yield selectFile('gsm', '7f20');
  const { data, sw } = yield runGsmAlgorithm(rand);
  if (sw !== OK) return refused(sw, 'gsm');
  return gsmAnswer(algorithm, rand).equals(new SecretBytes(data))
    ? { outcome: 'right', sqn: 0n }
    : { outcome: 'wrong' };
}

/** Challenges the card with `rand` (16 fresh random bytes) and, a USIM, with the number `sqn`. */
export const authenticationTalk = (
  cardClass: CardClass,
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  sqn: bigint,
): Talk<AuthenticationOutcome> => (cardClass === 'gsm' ? ofSim(algorithm, rand) : ofUsim(algorithm, rand, sqn));
