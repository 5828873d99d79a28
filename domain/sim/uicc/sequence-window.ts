/**
 * Which sequence numbers a USIM accepts (TS 33.102 annex C): SQN is SEQ with an index IND in its five low bits (C.1.1),
 * and each index has its own last SEQ, so that vectors of several nodes of a network may come out of order, but none
 * twice (C.2.2). A jump of more than 2^28 is refused (C.2.1, C.3): it would use up the numbers.
 */

/** The last SEQ of each index. */
export type SequenceWindow = readonly bigint[];

const SQN_BYTES = 6;
const INDEX_BITS = 5n;
const INDICES = 32;
const FARTHEST = 1n << 28n;

/** Of a card that has accepted none. */
export const FRESH_WINDOW: SequenceWindow = Array.from({ length: INDICES }, () => 0n);

export const sqnBytes = (sqn: bigint): Buffer => Buffer.from(sqn.toString(16).padStart(2 * SQN_BYTES, '0'), 'hex');
const sqnOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** The greatest number that was accepted, SQN_MS of AUTS: six bytes. */
export const highestSqn = (window: SequenceWindow): Buffer => {
  let seq = 0n;
  for (const one of window) if (one > seq) seq = one;
  return sqnBytes(seq === 0n ? 0n : (seq << INDEX_BITS) | BigInt(window.lastIndexOf(seq)));
};

/** The window after this number; undefined: it is not fresh. */
export const acceptSqn = (window: SequenceWindow, sqn: Uint8Array): SequenceWindow | undefined => {
  const number = sqnOf(sqn);
  const [seq, index] = [number >> INDEX_BITS, Number(number & (BigInt(INDICES) - 1n))];
  const highest = sqnOf(highestSqn(window)) >> INDEX_BITS;
  const last = window[index] ?? 0n;
  if (seq <= last || seq - highest > FARTHEST) return undefined;
  return window.map((one, at) => (at === index ? seq : one));
};

/** A number that a card accepts which has told `own`: the next SEQ, index 0. */
export const sqnAfter = (own: Uint8Array): bigint => ((sqnOf(own) >> INDEX_BITS) + 1n) << INDEX_BITS;
