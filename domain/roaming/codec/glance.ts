import { LAYOUT, type Scheme } from './scheme.ts';
import { ENTRY as ENTRY_SIZE } from './tape.ts';

/**
 * The walk of scan.ts for who wants a few fields: every tag and length is checked by the same scheme, and nothing is written
 * down but what is to be noted. It gives up at anything that a person should hear of, that is out of order, or not complete;
 * the scanner then goes over the element itself and says what it is.
 */

// What is imported is looked up in its module at each use.
const { TAG_BITS, MAX_TAG, SHAPE, FIRST_CONSTRUCTED, INTEGER, COUNTED, PLACE_SHIFT, PLACE, COMPARED, NOTE_SHIFT } =
  LAYOUT;
const ENTRY = ENTRY_SIZE;
const APPLICATION = 0x40;
const CONSTRUCTED = 0x20;
/** Numbers on the stack for each element that is open: its end, row, place, whether indefinite. */
const FRAME = 4;

// `as number`: every index lies within the bytes, the scheme and the stack, by the comparisons before it.

export class Glancer {
  private readonly scheme: Scheme;
  private readonly follows: Int32Array;
  private readonly deepest: number;
  private readonly longest: number;
  private readonly stack: Int32Array;
  private bytes: Buffer = Buffer.alloc(0);
  /** How far the tape is written. */
  next = 0;

  constructor(scheme: Scheme, maxDepth: number, maxInteger: number) {
    this.scheme = scheme;
    this.follows = scheme.follows;
    this.deepest = maxDepth * FRAME;
    this.longest = maxInteger;
    this.stack = new Int32Array(this.deepest + FRAME);
  }

  begin(bytes: Buffer): void {
    this.bytes = bytes;
  }

  /**
   * One element at `from`, inside a shape of the scheme and before `until`; what is noted goes on the tape behind the entry
   * `begun`. Gives where it ends, or -1.
   */
  glance(tape: Int32Array, begun: number, shape: number, from: number, until: number): number {
    // Long: a call for each step would be paid for every element.
    const { bytes, follows, stack, deepest, longest } = this;
    // No header of less than eight bytes runs past what there is.
    const safe = bytes.length - 8;
    let next = begun + ENTRY;
    let at = from;
    let end = until;
    let row = shape << TAG_BITS;
    let place = 0;
    let open = 0;
    let depth = 0;
    for (;;) {
      if (at >= end || (open === 1 && bytes[at] === 0x00)) {
        if (open === 1) {
          if (at + 1 >= end || bytes[at + 1] !== 0x00) return -1;
          at += 2;
        } else if (at > end) return -1;
        depth -= FRAME;
        if (depth === 0) {
          this.next = next;
          return at;
        }
        end = stack[depth - FRAME] as number;
        row = stack[depth - FRAME + 1] as number;
        place = stack[depth - FRAME + 2] as number;
        open = stack[depth - FRAME + 3] as number;
        continue;
      }
      if (at > safe) return -1;
      const lead = (bytes[at] as number) ^ APPLICATION;
      if (lead > 0x3f) return -1;
      let tag = lead & 0x1f;
      let content = at + 1;
      if (tag === 0x1f) {
        tag = bytes[content++] as number;
        if (tag >= 0x80) {
          const third = bytes[content++] as number;
          tag = ((tag & 0x7f) << 7) | third;
          // A tag of more bytes is nothing that we know, whatever its first ones say.
          if (third >= 0x80 || tag > MAX_TAG) return -1;
        }
      }
      let length = bytes[content++] as number;
      let indefinite = 0;
      if (length >= 0x80) {
        if (length === 0x81) length = bytes[content++] as number;
        else if (length === 0x82) {
          length = ((bytes[content] as number) << 8) | (bytes[content + 1] as number);
          content += 2;
        } else if (length === 0x80) {
          indefinite = 1;
          length = 0;
        } else return -1;
      }
      const stop = content + length;
      const found = follows[row | tag] as number;
      const order = (found >> PLACE_SHIFT) & PLACE;
      // Nothing known has the place 0, so that what is unknown is never in order.
      if (stop > end || order <= place) return -1;
      place = order & COMPARED;
      if ((found & COUNTED) !== 0) {
        row = (this.scheme.moved[row >> TAG_BITS] as number) << TAG_BITS;
        if (depth > 0) stack[depth - FRAME + 1] = row;
      }
      if (found >= 1 << NOTE_SHIFT) {
        tape[begun - (found >> NOTE_SHIFT)] = next;
        tape[next] = tag;
        tape[next + 1] = content;
        tape[next + 2] = stop;
        next += ENTRY;
      }
      const inner = found & SHAPE;
      if (inner < FIRST_CONSTRUCTED) {
        if ((lead & CONSTRUCTED) !== 0 || indefinite === 1) return -1;
        // Too long for a number, none, or negative.
        if (inner === INTEGER && ((length - 1) >>> 0 >= longest || (bytes[content] as number) >= 0x80)) return -1;
        at = stop;
        if (depth > 0) continue;
        return -1;
      }
      if ((lead & CONSTRUCTED) === 0 || depth >= deepest) return -1;
      if (depth > 0) stack[depth - FRAME + 2] = place;
      else {
        tape[begun] = tag;
        tape[begun + 1] = content;
        tape[begun + 2] = stop;
        tape[begun + 3] = begun + ENTRY;
      }
      at = content;
      end = indefinite === 1 ? end : stop;
      row = inner << TAG_BITS;
      place = 0;
      open = indefinite;
      stack[depth] = end;
      stack[depth + 1] = row;
      stack[depth + 3] = open;
      depth += FRAME;
    }
  }
}
