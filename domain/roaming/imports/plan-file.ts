/**
 * What was decided about a file's records, as bytes that are kept beside it: a byte of fate for each record, the
 * subscribers by their keys, and whose each of the file's identities is. Little-endian; a length before each part.
 */

export interface Plan {
  readonly fates: Uint8Array;
  /** Keys of subscribers, each once. */
  readonly subscribers: ReadonlyArray<string>;
  /** By the file's identities, in the order in which they first occur: place in `subscribers`, or -1. */
  readonly owners: Int32Array;
  /** By record, for those whose number the subscriber said: the number. Empty before subscribers were posted to. */
  readonly numbers: ReadonlyMap<number, number>;
}

const MAGIC = 'HRP1';
const U32 = 4;
const PAIR = 12;

export const encodePlan = ({ fates, subscribers, owners, numbers }: Plan): Buffer => {
  const names = Buffer.from(JSON.stringify(subscribers));
  const head = Buffer.alloc(MAGIC.length + 4 * U32);
  head.write(MAGIC);
  for (const [at, length] of [fates.length, names.length, owners.length, numbers.size].entries()) {
    head.writeUInt32LE(length, MAGIC.length + at * U32);
  }
  const tail = Buffer.alloc(owners.length * U32 + numbers.size * PAIR);
  for (const [at, owner] of owners.entries()) tail.writeInt32LE(owner, at * U32);
  let pair = owners.length * U32;
  for (const [row, number] of numbers) {
    tail.writeUInt32LE(row, pair);
    tail.writeDoubleLE(number, pair + U32);
    pair += PAIR;
  }
  return Buffer.concat([head, fates, names, tail]);
};

/** What `encodePlan` wrote. Anything else is a bug, for the file store has checked the bytes. */
export const decodePlan = (bytes: Buffer): Plan => {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('this is not a plan');
  const length = (at: number): number => bytes.readUInt32LE(MAGIC.length + at * U32);
  const [fates, names, owners, numbers] = [length(0), length(1), length(2), length(3)];
  let at = MAGIC.length + 4 * U32;
  const take = (count: number): Buffer => {
    const part = bytes.subarray(at, at + count);
    at += count;
    return part;
  };
  const found = Uint8Array.from(take(fates));
  // Written by `encodePlan`.
  const subscribers = JSON.parse(take(names).toString()) as ReadonlyArray<string>;
  const ownerBytes = take(owners * U32);
  const pairs = take(numbers * PAIR);
  return {
    fates: found,
    subscribers,
    owners: Int32Array.from({ length: owners }, (_, one) => ownerBytes.readInt32LE(one * U32)),
    numbers: new Map(
      Array.from({ length: numbers }, (_, one) => [
        pairs.readUInt32LE(one * PAIR),
        pairs.readDoubleLE(one * PAIR + U32),
      ]),
    ),
  };
};
