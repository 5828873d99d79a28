/**
 * Blocks of consecutive numbers, as strings of digits with their leading zeros: ICCID bodies and IMSIs are longer than
 * a double holds exactly, so arithmetic is by bigint and the text keeps its length.
 */
export interface NumberBlock {
  readonly first: string;
  readonly last: string;
}

/** The number `by` further on, of the same length. The caller knows that it does not overflow its length. */
export const advance = (number: string, by: number): string =>
  (BigInt(number) + BigInt(by)).toString().padStart(number.length, '0');

export const blockSize = (block: NumberBlock): number => Number(BigInt(block.last) - BigInt(block.first)) + 1;

/** Digits of one length compare as text. */
export const blockContains = (block: NumberBlock, number: string): boolean =>
  number.length === block.first.length && number >= block.first && number <= block.last;

export const blocksOverlap = (left: NumberBlock, right: NumberBlock): boolean =>
  left.first.length === right.first.length && left.first <= right.last && right.first <= left.last;

export const blocksQuantity = (blocks: ReadonlyArray<NumberBlock>): number =>
  blocks.reduce((sum, block) => sum + blockSize(block), 0);

/** Walks the numbers of the blocks in order, without holding them. */
export function* numbersOf(blocks: ReadonlyArray<NumberBlock>): Generator<string> {
  for (const block of blocks) {
    const size = blockSize(block);
    for (let offset = 0; offset < size; offset += 1) yield advance(block.first, offset);
  }
}

/** The blocks sorted, with neighbours joined. They must not overlap. */
export const joinBlocks = (blocks: ReadonlyArray<NumberBlock>): ReadonlyArray<NumberBlock> => {
  const sorted = [...blocks].sort((left, right) => (left.first < right.first ? -1 : 1));
  const joined: Array<NumberBlock> = [];
  for (const block of sorted) {
    const before = joined.at(-1);
    if (before !== undefined && advance(before.last, 1) === block.first) {
      joined[joined.length - 1] = { first: before.first, last: block.last };
    } else {
      joined.push({ first: block.first, last: block.last });
    }
  }
  return joined;
};

/**
 * Takes `quantity` numbers (or all there are) from the front of `free`, out of at most `maxBlocks` blocks. A single
 * block that is long enough is preferred: one contiguous run is easier for a vendor than several.
 */
export const takeNumbers = (
  free: ReadonlyArray<NumberBlock>,
  quantity: number,
  maxBlocks: number,
): { readonly taken: ReadonlyArray<NumberBlock>; readonly left: ReadonlyArray<NumberBlock> } => {
  const whole = free.find((block) => blockSize(block) >= quantity);
  const order = whole === undefined ? free : [whole, ...free.filter((block) => block !== whole)];
  const taken: Array<NumberBlock> = [];
  const left: Array<NumberBlock> = [];
  let missing = quantity;
  for (const block of order) {
    if (missing === 0 || taken.length === maxBlocks) {
      left.push(block);
      continue;
    }
    const size = blockSize(block);
    const take = Math.min(size, missing);
    taken.push({ first: block.first, last: advance(block.first, take - 1) });
    if (take < size) left.push({ first: advance(block.first, take), last: block.last });
    missing -= take;
  }
  return { taken: joinBlocks(taken), left: joinBlocks(left) };
};
