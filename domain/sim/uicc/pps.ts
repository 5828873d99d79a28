import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { clockOf } from './atr.ts';

/**
 * Protocol and parameter selection (ISO/IEC 7816-3 §9): the reader asks once, right after the ATR, for a protocol and
 * a speed; a card that agrees answers with the same bytes.
 */
export interface Pps {
  /** 0 or 1. */
  readonly protocol: number;
  /** The TA1 byte that is asked for; left out, the default 372/1. */
  readonly clock?: number;
}

const PPSS = 0xff;

export const encodePps = ({ protocol, clock }: Pps): Buffer => {
  if (!Number.isInteger(protocol) || protocol < 0 || protocol > 14) throw new RangeError('a protocol is 0 to 14');
  if (clock !== undefined && clockOf(clock) === undefined) throw new RangeError('PPS1 holds a reserved value');
  const body = clock === undefined ? [PPSS, protocol] : [PPSS, 0x10 | protocol, clock];
  return Buffer.from([...body, body.reduce((xor, byte) => xor ^ byte, 0)]);
};

/** How long an answer or a request is, told from its first two bytes: PPS0 says which bytes follow. */
export const ppsLength = (pps0: number): number => 3 + [0x10, 0x20, 0x40].filter((bit) => (pps0 & bit) > 0).length;

const malformed = (message: string): Refusal => refuse('invalid', 'MalformedPps', message, { field: 'pps' });

export const parsePps = (bytes: Uint8Array): Pps | Refusal => {
  const [ppss, pps0] = bytes;
  if (ppss !== PPSS || pps0 === undefined) return malformed('PPS begins with FF.');
  if (bytes.length !== ppsLength(pps0)) return malformed('PPS0 does not fit the length.');
  if (bytes.reduce((xor, byte) => xor ^ byte, 0) !== 0) return malformed('PCK is wrong.');
  const protocol = pps0 & 0x0f;
  const clock = (pps0 & 0x10) > 0 ? bytes[2] : undefined;
  if (clock !== undefined && clockOf(clock) === undefined) return malformed('PPS1 holds a reserved value.');
  return clock === undefined ? { protocol } : { protocol, clock };
};

/**
 * What is in force after the card's answer: the speed asked for when the card repeats it, the default when it leaves
 * PPS1 out. Anything else is no agreement (`PpsRefused`): the reader resets the card.
 */
export const agreedPps = (request: Pps, answer: Uint8Array): Pps | Refusal => {
  const answered = parsePps(answer);
  if ('_tag' in answered) return answered;
  const sameClock = answered.clock === undefined || answered.clock === request.clock;
  if (answered.protocol === request.protocol && sameClock) return answered;
  return refuse('conflict', 'PpsRefused', 'The card did not agree to the protocol or the speed.', { field: 'pps' });
};
