/** Longest prefix of dialled digits: a trie over 0–9 in one array, looked up without making anything. */

const TEN = 10;
const ZERO = 48;

export interface PrefixTrie {
  /** Node × 10 + digit → next node; 0 where there is none, since nothing leads back to the root. */
  readonly next: Int32Array;
  /** Node → what its prefix stands for; -1 where no prefix ends. */
  readonly values: Int32Array;
}

/** `entries` are prefixes (digits, perhaps none) and what they stand for (0 or more). */
export const prefixTrie = (entries: Iterable<readonly [prefix: string, value: number]>): PrefixTrie => {
  const next: number[] = new Array<number>(TEN).fill(0);
  const values: number[] = [-1];
  for (const [prefix, value] of entries) {
    let node = 0;
    for (let at = 0; at < prefix.length; at++) {
      const slot = node * TEN + prefix.charCodeAt(at) - ZERO;
      let following = next[slot] ?? 0;
      if (following === 0) {
        following = values.length;
        next[slot] = following;
        values.push(-1);
        for (let digit = 0; digit < TEN; digit++) next.push(0);
      }
      node = following;
    }
    values[node] = value;
  }
  return { next: Int32Array.from(next), values: Int32Array.from(values) };
};

/** The value of the longest prefix of `digits`, or -1. */
export const longestPrefix = ({ next, values }: PrefixTrie, digits: string): number => {
  let node = 0;
  let found = values[0] ?? -1;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(at) - ZERO;
    if (digit < 0 || digit >= TEN) break;
    node = next[node * TEN + digit] ?? 0;
    if (node === 0) break;
    const value = values[node] ?? -1;
    if (value !== -1) found = value;
  }
  return found;
};
