import { Glancer } from './glance.ts';
import { LAYOUT, type Scheme } from './scheme.ts';
import { ENTRY as ENTRY_SIZE, KEPT, type Source } from './tape.ts';

/**
 * The walk over the bytes that everything else stands on: every tag and length is checked before anybody reads a field.
 */

// What is imported is looked up in its module at each use, which the walk would pay for with every element.
const { TAG_BITS, MAX_TAG, SHAPE, FIRST_CONSTRUCTED, INTEGER, COUNTED, PLACE_SHIFT, PLACE, COMPARED, NOTE_SHIFT } =
  LAYOUT;
const ENTRY = ENTRY_SIZE;

/** No byte: the element around ends here. */
const NOTHING = 0x100;

const APPLICATION = 0x40;
const CLASS = 0xc0;
const CONSTRUCTED = 0x20;
/** No format of ours nests as deeply; what is not known is not followed further. */
const MAX_DEPTH = 64;
/** Numbers on the stack for each element that is open: its end, row, place, entry, whether indefinite. */
const FRAME = 5;
/** A bit for each place that a member may have. */
const PLACE_WORDS = (PLACE + 1) / 32;
/** An integer of more bytes is no number that anything here counts. */
const MAX_INTEGER = 16;

export type ScanCode = 'LengthPastParent' | 'UnendedLength' | 'MalformedLength' | 'TooDeep';

/** Thrown inside the scanner alone; its callers turn it into a refusal, or wait for more bytes. */
export class ScanError extends Error {
  readonly code: ScanCode | 'Incomplete';
  /** In the source's bytes. */
  readonly at: number;
  constructor(code: ScanCode | 'Incomplete', at: number) {
    super(code);
    this.code = code;
    this.at = at;
  }
}

// `as number`: an index past the end gives undefined, whose length is then no number, and `stop <= end` fails.

export class Scanner {
  readonly scheme: Scheme;
  private readonly follows: Int32Array;
  private bytes: Buffer = Buffer.alloc(0);
  private tape: Int32Array<ArrayBuffer> = new Int32Array(0);
  private next = 0;
  private readonly stack = new Int32Array((MAX_DEPTH + 1) * FRAME);
  /** By depth: the places met in the element that is open there, up to this entry of the tape. */
  private readonly met = new Int32Array((MAX_DEPTH + 1) * PLACE_WORDS);
  private readonly metTo = new Int32Array(MAX_DEPTH + 1);
  /** By depth: in which turn, and from which entry, `met` is of. */
  private readonly metIn = new Float64Array(2 * (MAX_DEPTH + 1));
  /** Counts the elements that were asked for. */
  private turn = 0;
  private source: Source | undefined;
  /** Whether bytes may follow the source's last. */
  private growing = false;
  /** Entries of the unit at hand that a person should hear of: what is kept, and negative integers. */
  remarks: number[] = [];

  private readonly glancer: Glancer;

  constructor(scheme: Scheme) {
    this.scheme = scheme;
    this.follows = scheme.follows;
    this.glancer = new Glancer(scheme, MAX_DEPTH, MAX_INTEGER);
  }

  begin(source: Source): void {
    this.source = source;
    source.scheme = this.scheme;
    this.bytes = source.bytes;
    this.tape = source.tape;
    this.next = 0;
    this.glancer.begin(source.bytes);
  }

  /**
   * One element at `at`, inside a shape of the scheme and before `end`; throws `ScanError`. Gives its entry on the tape;
   * `stop` is where the next element begins. When `growing`, bytes may follow the source's last.
   */
  element(shape: number, at: number, end: number, growing: boolean): number {
    this.growing = growing;
    this.turn += 1;
    if (this.remarks.length > 0) this.remarks = [];
    const { notes } = this.scheme;
    const entry = this.next + notes;
    // Room for the element, and for an entry of each note.
    while (entry + (notes + 1) * ENTRY > this.tape.length) this.grow();
    const { tape } = this;
    for (let note = this.next; note < entry; note += 1) tape[note] = -1;
    this.next = entry;
    this.begun = entry;
    const stop = notes === 0 ? -1 : this.glancer.glance(tape, entry, shape, at, end);
    if (stop >= 0) this.next = this.glancer.next;
    this.glanced = stop >= 0;
    if (stop < 0) for (let note = entry - notes; note < entry; note += 1) tape[note] = -1;
    this.stop = stop < 0 ? this.walk(shape, at, end) : stop;
    return entry;
  }
  /** The entry of the element at hand. */
  begun = 0;
  stop = 0;
  /** Whether the element at hand has on the tape no more than itself and what was to be noted. */
  glanced = false;

  /**
   * The element that begins at `from`, before `until`, with all that it holds; gives where it ends. What is around the
   * element at hand is on `stack`: a call for each would take longer than what it does.
   */
  private walk(shape: number, from: number, until: number): number {
    // Long: one loop over bytes; each step of it that were a call of its own would be paid for every element.
    const { bytes, follows, stack, begun } = this;
    let { tape, next } = this;
    let at = from;
    let end = until;
    let row = shape << TAG_BITS;
    let place = 0;
    let own = -1;
    let open = 0;
    let depth = 0;
    for (;;) {
      const lead = at < end ? (bytes[at] as number) : NOTHING;
      // Padding, the two zeros that end an indefinite length, or nothing: one comparison for what is none of them.
      if ((lead - 1) >>> 0 >= 0xfe) {
        if (lead === NOTHING || (open === 1 && lead === 0x00 && at + 1 < end && bytes[at + 1] === 0x00)) {
          this.next = next;
          if (lead === NOTHING && open === 1) throw this.short(at, end, 'UnendedLength');
          tape[own + 2] = at;
          tape[own + 3] = next;
          at += open << 1;
          depth -= FRAME;
          if (depth === 0) return at;
          end = stack[depth - FRAME] as number;
          row = stack[depth - FRAME + 1] as number;
          place = stack[depth - FRAME + 2] as number;
          own = stack[depth - FRAME + 3] as number;
          open = stack[depth - FRAME + 4] as number;
          continue;
        }
        this.next = next;
        if (open === 1 && at + 1 >= end) throw this.short(at, end, 'UnendedLength');
        at = this.padding(at, end, open === 1);
        ({ tape, next } = this);
        continue;
      }
      let tag = lead & 0x1f;
      let content = at + 1;
      if (tag === 0x1f) {
        if (content >= end) throw this.cut(next, at, end);
        tag = bytes[content++] as number;
        if (tag >= 0x80) {
          if (content >= end) throw this.cut(next, at, end);
          const third = bytes[content++] as number;
          tag = ((tag & 0x7f) << 7) | (third & 0x7f);
          // Nothing that we know has a tag of four bytes: its bits cannot meet one that we do.
          if (third >= 0x80) {
            tag = 0;
            while (content < end && (bytes[content++] as number) >= 0x80);
          }
        }
      }
      if (content >= end) throw this.cut(next, at, end);
      let length = bytes[content++] as number;
      let indefinite = 0;
      if (length >= 0x80) {
        if (length === 0x80) {
          indefinite = 1;
          length = 0;
        } else if (length === 0x81 && content < end) length = bytes[content++] as number;
        else {
          const more = length & 0x7f;
          this.next = next;
          length = this.length(at, content, more, end);
          content += more;
        }
      }
      const stop = content + length;
      const constructed = (lead & CONSTRUCTED) !== 0;
      // The first is also false when a byte was missing and `stop` is no number.
      if (!(stop <= end) || (indefinite === 1 && !constructed)) {
        this.next = next;
        throw stop <= end ? new ScanError('MalformedLength', at) : this.short(at, end, 'LengthPastParent');
      }
      const found = (lead & CLASS) === APPLICATION && tag <= MAX_TAG ? (follows[row | tag] as number) : 0;
      const inner = found & SHAPE;
      const order = (found >> PLACE_SHIFT) & PLACE;
      const leaf = inner < FIRST_CONSTRUCTED;
      const wrong = leaf === constructed || (inner === INTEGER && (length === 0 || length > MAX_INTEGER));
      if (inner === 0 || wrong || (order <= place && this.stands(own + ENTRY, next, order, row, depth))) {
        this.next = next;
        const kind = inner === 0 ? KEPT.unknown : wrong ? KEPT.misshapen : KEPT.repeated;
        at = this.keep(kind, at, indefinite === 1 ? this.skip(content, end, depth / FRAME) : stop);
        ({ tape, next } = this);
        if (depth === 0) return at;
        continue;
      }
      place = order & COMPARED;
      if ((found & COUNTED) !== 0) row = this.counted(row, depth);
      const entry = next;
      if (entry + ENTRY > tape.length) {
        this.next = next;
        tape = this.grow();
      }
      next = entry + ENTRY;
      tape[entry] = tag;
      tape[entry + 1] = content;
      if (found >= 1 << NOTE_SHIFT) tape[begun - (found >> NOTE_SHIFT)] = entry;
      if (leaf) {
        tape[entry + 2] = stop;
        tape[entry + 3] = next;
        if (inner === INTEGER && (bytes[content] as number) >= 0x80) this.remarks.push(entry);
        at = stop;
        if (depth > 0) continue;
        this.next = next;
        return at;
      }
      // Not ended yet: what a path is read from when something is wrong further in.
      tape[entry + 3] = 0;
      this.next = next;
      if (depth >= MAX_DEPTH * FRAME) throw new ScanError('TooDeep', at);
      if (depth > 0) stack[depth - FRAME + 2] = place;
      at = content;
      end = indefinite === 1 ? end : stop;
      row = inner << TAG_BITS;
      place = 0;
      own = entry;
      open = indefinite;
      stack[depth] = end;
      stack[depth + 1] = row;
      stack[depth + 3] = own;
      stack[depth + 4] = open;
      depth += FRAME;
    }
  }

  /** The row of a list after one more of its elements. */
  private counted(row: number, depth: number): number {
    const next = (this.scheme.moved[row >> TAG_BITS] as number) << TAG_BITS;
    if (depth > 0) this.stack[depth - FRAME + 1] = next;
    return next;
  }

  /** More than one byte of length, in as many as there are. */
  private length(at: number, from: number, more: number, end: number): number {
    if (more === 0x7f) throw new ScanError('MalformedLength', at);
    let length = 0;
    for (let index = from; index < from + more; index += 1) {
      if (index >= end) throw this.short(at, end, 'LengthPastParent');
      length = length * 0x100 + (this.bytes[index] as number);
    }
    return length;
  }

  /**
   * Whether a member of this place has come before. What was met is kept for each element that is open, so that one which
   * asks again looks only at what has come since: a million members out of order are looked at once each.
   */
  private stands(first: number, next: number, place: number, row: number, depth: number): boolean {
    const { met, metIn, metTo } = this;
    const level = depth / FRAME;
    const words = level * PLACE_WORDS;
    if (metIn[2 * level] !== this.turn || metIn[2 * level + 1] !== first) {
      metIn[2 * level] = this.turn;
      metIn[2 * level + 1] = first;
      metTo[level] = first;
      met.fill(0, words, words + PLACE_WORDS);
    }
    for (let at = metTo[level] as number; at < next; at = this.tape[at + 3] as number) {
      const tag = this.tape[at] as number;
      const found = tag > 0 ? (this.follows[row | tag] as number) : 0;
      const one = (found >> PLACE_SHIFT) & PLACE;
      const word = words + (one >> 5);
      met[word] = (met[word] as number) | (1 << (one & 31));
    }
    metTo[level] = next;
    return ((met[words + (place >> 5)] as number) & (1 << (place & 31))) !== 0;
  }

  private keep(kind: number, at: number, stop: number): number {
    const entry = this.next;
    const tape = entry + ENTRY > this.tape.length ? this.grow() : this.tape;
    tape[entry] = kind;
    tape[entry + 1] = at;
    tape[entry + 2] = stop;
    tape[entry + 3] = entry + ENTRY;
    this.next = entry + ENTRY;
    this.remarks.push(entry);
    return stop;
  }

  /** A run of padding; two zeros end an indefinite length instead. */
  private padding(at: number, end: number, open: boolean): number {
    let stop = at;
    while (stop < end) {
      const byte = this.bytes[stop];
      if (byte !== 0xff && (byte !== 0x00 || (open && (stop + 1 >= end || this.bytes[stop + 1] === 0x00)))) break;
      stop += 1;
    }
    return stop === at ? at : this.keep(KEPT.padding, at, stop);
  }

  /** Where the indefinite content that begins here ends, its end-of-contents octets included. */
  private skip(from: number, end: number, depth: number): number {
    let at = from;
    for (let open = 1; open > 0; ) {
      if (at + 1 >= end) throw this.short(at, end, 'UnendedLength');
      if (this.bytes[at] === 0x00 && this.bytes[at + 1] === 0x00) {
        open -= 1;
        at += 2;
        continue;
      }
      const begun = at;
      if (((this.bytes[at++] as number) & 0x1f) === 0x1f) while ((this.bytes[at++] as number) >= 0x80);
      let length = this.bytes[at++] as number;
      if (length === 0x80) {
        open += 1;
        if (depth + open > MAX_DEPTH) throw new ScanError('TooDeep', begun);
        continue;
      }
      if (length > 0x80) {
        const more = length & 0x7f;
        length = this.length(begun, at, more, end);
        at += more;
      }
      at += length;
      if (!(at <= end)) throw this.short(begun, end, 'LengthPastParent');
    }
    return at;
  }

  private cut(next: number, at: number, end: number): ScanError {
    this.next = next;
    return this.short(at, end, 'LengthPastParent');
  }

  private short(at: number, end: number, code: ScanCode): ScanError {
    return new ScanError(this.growing && end === this.bytes.length ? 'Incomplete' : code, at);
  }

  private grow(): Int32Array<ArrayBuffer> {
    const larger = new Int32Array(Math.max(1024, this.tape.length * 2));
    larger.set(this.tape);
    this.tape = larger;
    if (this.source !== undefined) this.source.tape = larger;
    return larger;
  }

  /** How far the tape is written. */
  get written(): number {
    return this.next;
  }

  /** Forgets the element at hand, which was not complete. */
  back(): void {
    this.next = this.begun - this.scheme.notes;
  }
}
