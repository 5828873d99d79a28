import { DUPLICATE, RATED } from './fate.ts';
import { KEY_BYTES, type UsageTable } from './usage-table.ts';

/**
 * Which records have come before, in the file itself or in files before it. The file's own keys are the table; those of
 * earlier files are held against it piece by piece, so memory is the file's, however long the history is. Exact: keys are
 * compared whole.
 */
export class KeyIndex {
  private readonly table: UsageTable;
  private readonly slots: Int32Array;
  private readonly mask: number;

  /** Marks what stands in the file twice: the first counts. */
  constructor(table: UsageTable) {
    this.table = table;
    let size = 1_024;
    while (size < table.rows * 2) size *= 2;
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    const { fates } = table;
    for (let row = 0; row < table.rows; row += 1) {
      if (fates[row] !== RATED) continue;
      const slot = this.slotOf(table.key(row), 0);
      if (this.slots[slot] === -1) this.slots[slot] = row;
      else fates[row] = DUPLICATE;
    }
  }

  private slotOf(keys: Uint8Array, at: number): number {
    // The key is a hash already: its first bytes are as good as any.
    const start =
      ((keys[at] ?? 0) | ((keys[at + 1] ?? 0) << 8) | ((keys[at + 2] ?? 0) << 16) | ((keys[at + 3] ?? 0) << 24)) >>> 0;
    for (let slot = start & this.mask; ; slot = (slot + 1) & this.mask) {
      const row = this.slots[slot] ?? -1;
      if (row === -1 || this.equal(row, keys, at)) return slot;
    }
  }

  private equal(row: number, keys: Uint8Array, at: number): boolean {
    const key = this.table.key(row);
    for (let byte = 0; byte < KEY_BYTES; byte += 1) if (key[byte] !== keys[at + byte]) return false;
    return true;
  }

  /** Keys of earlier files, one after the other: records that have one of them are duplicates. */
  seen(keys: Uint8Array): void {
    for (let at = 0; at + KEY_BYTES <= keys.length; at += KEY_BYTES) {
      const row = this.slots[this.slotOf(keys, at)] ?? -1;
      if (row !== -1) this.table.fates[row] = DUPLICATE;
    }
  }
}
