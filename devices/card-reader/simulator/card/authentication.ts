import { SecretBytes } from '../../../../domain/kernel/secret.ts';
import { answerChallenge, encodeAuthentication, gsmAnswer } from '../../../../domain/sim/uicc/authenticate.ts';
import { type AuthenticationAlgorithm, milenage, opcOf, xor } from '../../../../domain/sim/uicc/milenage.ts';
import { acceptSqn, FRESH_WINDOW, type SequenceWindow } from '../../../../domain/sim/uicc/sequence-window.ts';
import type { ElementaryFile } from './files.ts';

/**
 * AUTHENTICATE and RUN GSM ALGORITHM with Milenage (TS 35.206, TS 33.102 §6.3), from the keys as they lie in the key file
 * at the moment: K, OPc, and a byte that is 1 when OP stands in the place of OPc.
 */

const IS_OP = 1;
const SQN_BYTES = 6;

const withLength = (value: Uint8Array): Buffer => Buffer.concat([Buffer.of(value.length), value]);

export class Authentication {
  private readonly keyFile: ElementaryFile;
  private window: SequenceWindow = FRESH_WINDOW;

  constructor(keyFile: ElementaryFile) {
    this.keyFile = keyFile;
  }

  private algorithm(): AuthenticationAlgorithm {
    const [content = Buffer.alloc(33)] = this.keyFile.records;
    const k = new SecretBytes(content.subarray(0, 16));
    const second = new SecretBytes(content.subarray(16, 32));
    return milenage(k, content[32] === IS_OP ? new SecretBytes(opcOf(k, second)) : second);
  }

  /** DB and RES, CK, IK, Kc; or DC and AUTS when the number is not fresh (TS 33.102 annex C.2). */
  umts(rand: Uint8Array, autn: Uint8Array): Uint8Array | 'wrong MAC' {
    const algorithm = this.algorithm();
    const answer = answerChallenge(algorithm, rand, autn, this.window);
    if (answer === 'MacWrong') return 'wrong MAC';
    const sqn = xor(autn.subarray(0, SQN_BYTES), algorithm.keys(rand).f5);
    if (answer._tag === 'Success') this.window = acceptSqn(this.window, sqn) ?? this.window;
    return encodeAuthentication(answer);
  }

  /** SRES and Kc of a SIM. */
  gsm(rand: Uint8Array): Uint8Array {
    return gsmAnswer(this.algorithm(), rand).reveal();
  }

  /** The same from a USIM (TS 31.102 §7.1.2.1), each with its length. */
  gsmContext(data: Uint8Array): Uint8Array {
    const both = this.gsm(data.subarray(1));
    return Buffer.concat([withLength(both.subarray(0, 4)), withLength(both.subarray(4))]);
  }
}
