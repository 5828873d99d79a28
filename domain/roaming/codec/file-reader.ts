import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { type Codec, codec, type Level } from './codec.ts';
import { type FormatName, onTheWire } from './grammar.ts';
import { type Header, headerAt } from './header.ts';
import { identify } from './identify.ts';
import type { Picker } from './pick.ts';
import { ScanError, Scanner } from './scan.ts';
import { type KeptKind, type Source, sourceOf } from './tape.ts';
import { keptKind, Places, Unit } from './unit.ts';

/**
 * Files of TAP, RAP and NRTRDE as they come in, chunk by chunk: what is complete is handed on at once, so memory holds
 * one chunk and one unit, whatever the file's size. A file is refused at the first byte that cannot be right; what was
 * handed on before stays true.
 */

/** A batch or its list of records, of which the pieces follow. */
export interface Opened {
  readonly kind: 'opened';
  readonly format: FormatName;
  readonly name: string;
  readonly offset: number;
  /** How many bytes its length takes; 0 when it is indefinite. */
  readonly lengthBytes: number;
  /** What the length says; -1 when it is indefinite. */
  readonly length: number;
}

export interface Closed {
  readonly kind: 'closed';
  readonly name: string;
  /** Of the first byte after it. */
  readonly offset: number;
}

/** Bytes between units that are none: padding, unknown kinds of record, groups that came before. */
export interface KeptUnit {
  readonly kind: 'kept';
  readonly what: KeptKind;
  readonly level: Level;
  readonly offset: number;
  readonly bytes: Buffer;
}

type UnitOf<F extends FormatName> = { readonly [L in Level]: Unit<F, L> }[Level];

export type Piece = Opened | Closed | KeptUnit | { readonly [F in FormatName]: UnitOf<F> }[FormatName];

/** Codes: see docs/roaming-files.md. `field` is the path, `offset` the byte where the element begins that is wrong. */
export interface FileRefusal extends Refusal {
  readonly offset: number;
}

/** A record or group of more bytes is refused: it would have to be held in memory as a whole. */
const MAX_UNIT = 16 * 1024 * 1024;

interface Frame {
  readonly level: Level;
  readonly name: string;
  /** In the file; where an enclosing element ends when it is `open` itself. */
  readonly end: number;
  readonly open: boolean;
  /** Names of parts that have stood here. */
  readonly seen: Set<string>;
  /** Records and kept elements so far. */
  count: number;
}

const ACTION: Readonly<Record<string, string>> = {
  UnknownFormat: 'Send a TAP, RAP or NRTRDE file.',
  UnsupportedVersion: 'Ask the partner for TAP 3.09 to 3.12, RAP 1.5 or NRTRDE 2.1.',
  VersionMissing: 'Ask the partner for a file that names its version, or name the format yourself.',
};

export interface ReaderOptions {
  /** Taken for granted, whatever version the file names. */
  readonly format?: FormatName;
  /**
   * Views are good until the next `feed` or `end` alone, for memory that is used again is not cleared each time: what is
   * to be kept is made with `plain()` before. A unit that is asked later throws; a view that was kept reads nonsense.
   */
  readonly reuse?: boolean;
  /** Fields that are noted while a file of their format is read. */
  readonly fields?: Picker;
}

export class FileReader {
  /** Why nothing more is read. */
  refused: FileRefusal | undefined;
  private readonly forced: FormatName | undefined;
  private readonly reuse: boolean;
  private readonly fields: Picker | undefined;
  private pending: Buffer[] = [];
  private have = 0;
  /** With fewer bytes at hand there is no use in trying. */
  private wanted = 1;
  private base = 0;
  private at = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private final = false;
  private out: Piece[] = [];
  private units = 0;
  private readonly frames: Frame[] = [frame('file', '', Number.POSITIVE_INFINITY, false)];
  private current: { readonly codec: Codec; readonly names: Names; readonly scanner: Scanner } | undefined;
  private source: Source | undefined;

  constructor(options: ReaderOptions = {}) {
    this.forced = options.format;
    this.reuse = options.reuse === true;
    this.fields = options.fields;
  }

  /** What has become complete with these bytes, in the file's order. */
  feed(chunk: Buffer): readonly Piece[] {
    if (this.refused !== undefined || chunk.length === 0) return [];
    this.pending.push(chunk);
    this.have += chunk.length;
    return this.have < this.wanted ? [] : this.run();
  }

  /** The file ends here: the last pieces; `refused` says when it is not complete. */
  end(): readonly Piece[] {
    if (this.refused !== undefined) return [];
    this.final = true;
    const last = this.run();
    if (this.refused === undefined && this.frames.length > 1) {
      this.stop('UnendedLength', 'The file ends inside an element.', this.base + this.at);
    }
    if (this.refused === undefined && this.units === 0) this.stop('EmptyFile', 'The file holds nothing.', 0);
    return last;
  }

  private run(): readonly Piece[] {
    const [only] = this.pending;
    this.bytes = this.pending.length === 1 && only !== undefined ? only : Buffer.concat(this.pending);
    this.at = 0;
    this.wanted = 1;
    this.out = [];
    if (this.current !== undefined) this.use(this.current.codec, this.retired());
    while (this.refused === undefined && this.step());
    const rest = this.bytes.subarray(this.at);
    this.base += this.at;
    this.at = 0;
    this.pending = rest.length === 0 ? [] : [rest];
    this.have = rest.length;
    this.wanted = Math.max(this.wanted, this.have + 1);
    return this.out;
  }

  /** The tape of these bytes is this format's from here on. */
  private use(next: Codec, tape = new Int32Array(0)): void {
    if (this.current?.codec !== next) {
      const scheme = this.fields?.format === next.format ? this.fields.scheme : next.scheme;
      this.current = { codec: next, names: namesOf(next), scanner: new Scanner(scheme) };
    }
    const size = Math.max(64, this.bytes.length - this.at);
    this.source = sourceOf(this.bytes, this.base, tape.length < size ? new Int32Array(size) : tape);
    this.current.scanner.begin(this.source);
  }

  /** The tape of the last chunk, when nobody may look at it any more. */
  private retired(): Int32Array<ArrayBuffer> | undefined {
    if (!this.reuse || this.source === undefined) return undefined;
    const { tape } = this.source;
    this.source.over = true;
    return tape;
  }

  /** Reads one thing; false when that needs more bytes, or nothing is left. */
  private step(): boolean {
    const top = this.frames.at(-1) as Frame;
    const here = this.base + this.at;
    if (here >= top.end) {
      if (top.open) return this.stop('UnendedLength', 'An indefinite length does not end inside its parent.', here);
      return this.close(0);
    }
    const lead = this.bytes[this.at];
    if (lead === undefined) return false;
    if (lead === 0x00 || lead === 0xff) return this.padding(top, lead);
    const header = headerAt(this.bytes, this.at);
    if (header === undefined) {
      return this.final ? this.stop('LengthPastParent', 'The file ends inside a header.', here) : false;
    }
    if (header === 'malformed') return this.stop('MalformedLength', 'Neither a tag nor a length stands here.', here);
    const end = header.length < 0 ? top.end : this.base + header.content + header.length;
    if (end > top.end) {
      return this.stop('LengthPastParent', `${header.length} bytes run past the end of the element around.`, here);
    }
    if (top.level === 'file' && !this.known(header)) return false;
    const { codec: rules } = this.current as { readonly codec: Codec };
    const inner = top.level === 'file' ? rules.grammar.batch : top.level === 'part' ? rules.grammar.list : undefined;
    return inner !== undefined && inner.tag === header.tag && header.constructed && !top.seen.has(inner.name)
      ? this.descend(top, header, inner.name, end, rules.format)
      : this.unit(top, header);
  }

  /** Whether the format of the unit that begins here is known by now. */
  private known(header: Header): boolean {
    if (this.forced !== undefined) {
      if (this.current === undefined) this.use(codec(this.forced));
      return true;
    }
    const identity = identify(this.bytes, header, this.final);
    if (identity === undefined) {
      if (this.bytes.length - this.at <= MAX_UNIT) {
        this.wanted = 2 * (this.bytes.length - this.at);
        return false;
      }
      return this.stop('VersionMissing', 'No version was found within the first 16 MiB.', this.base + this.at);
    }
    if ('refused' in identity) return this.stop(identity.refused, identity.message, this.base + identity.at);
    if (this.current?.codec.format !== identity.format) this.use(codec(identity.format));
    return true;
  }

  private descend(top: Frame, header: Header, name: string, end: number, format: FormatName): boolean {
    top.seen.add(name);
    // A file may hold several batches.
    if (top.level === 'file') top.seen.clear();
    const offset = this.base + header.at;
    const open = header.length < 0;
    this.out.push({
      kind: 'opened',
      format,
      name,
      offset,
      length: header.length,
      lengthBytes: open ? 0 : header.lengthBytes,
    });
    this.frames.push(frame(top.level === 'file' ? 'part' : 'record', name, end, open));
    this.at = header.content;
    this.units += 1;
    return true;
  }

  private close(octets: number): boolean {
    const { name } = this.frames.pop() as Frame;
    this.at += octets;
    this.out.push({ kind: 'closed', name, offset: this.base + this.at });
    return true;
  }

  /** Bytes that begin no element; two zeros end an indefinite length. */
  private padding(top: Frame, lead: number): boolean {
    const { bytes, at } = this;
    if (top.open && lead === 0x00) {
      if (at + 1 >= bytes.length) {
        return this.final ? this.stop('UnendedLength', 'The file ends inside an element.', this.base + at) : false;
      }
      if (bytes[at + 1] === 0x00) return this.close(2);
    }
    const limit = Math.min(bytes.length, top.end - this.base);
    let stop = at + 1;
    // In an indefinite length a zero may be the first of the two that end it.
    while (stop < limit && (bytes[stop] === 0xff || (bytes[stop] === 0x00 && !top.open))) stop += 1;
    return this.keep(top, 'padding', stop);
  }

  private keep(top: Frame, what: KeptKind, stop: number): boolean {
    const { level } = top;
    this.out.push({
      kind: 'kept',
      what,
      level,
      offset: this.base + this.at,
      bytes: this.bytes.subarray(this.at, stop),
    });
    if (what !== 'padding') top.count += 1;
    this.at = stop;
    return true;
  }

  private unit(top: Frame, header: Header): boolean {
    const { scanner, names, codec: rules } = this.current as NonNullable<typeof this.current>;
    const source = this.source as Source;
    const { bytes, at } = this;
    const definite = header.length >= 0;
    const stop = header.content + header.length;
    const size = definite ? stop - at : bytes.length - at;
    if (definite && size > MAX_UNIT) return this.tooLarge();
    if (definite && stop > bytes.length) {
      if (this.final)
        return this.stop('LengthPastParent', `${header.length} bytes run past the end of the file.`, this.base + at);
      this.wanted = size;
      return false;
    }
    const limit = definite ? stop : Math.min(top.end - this.base, bytes.length);
    let entry: number;
    try {
      entry = scanner.element(scanner.scheme[top.level], at, limit, !definite && !this.final);
    } catch (cause) {
      if (!(cause instanceof ScanError)) throw cause;
      return this.broken(top, cause, size);
    }
    if (scanner.stop - at > MAX_UNIT) return this.tooLarge();
    const tag = source.tape[entry] as number;
    const name = names[top.level].get(tag);
    // A part that has stood before is carried along; a record or a unit is never the second of its kind.
    const again = name !== undefined && top.level === 'part' && top.seen.has(name);
    if (name === undefined || again) return this.keep(top, again ? 'repeated' : keptKind(tag), scanner.stop);
    if (top.level === 'part') top.seen.add(name);
    // The scanner goes on writing into a list of its own while it is empty: what a unit has is told to no other.
    const odd = scanner.remarks.length === 0 ? NO_REMARKS : scanner.remarks;
    this.out.push(new Unit(top.level, name, rules, source, entry, at, scanner.stop, odd, scanner.glanced) as Piece);
    top.count += 1;
    this.units += 1;
    this.at = scanner.stop;
    return true;
  }

  private tooLarge(): false {
    return this.stop('UnitTooLarge', 'A record or group of more than 16 MiB is not read.', this.base + this.at);
  }

  private broken(top: Frame, cause: ScanError, size: number): boolean {
    const { scanner, codec: rules } = this.current as NonNullable<typeof this.current>;
    const { begun, written } = scanner;
    scanner.back();
    if (cause.code === 'Incomplete') {
      if (size > MAX_UNIT) return this.tooLarge();
      this.wanted = 2 * size;
      return false;
    }
    const places = new Places(rules.grammar[top.level], this.source as Source, begun, written);
    const { path } = places.to(Number.POSITIVE_INFINITY);
    return this.stop(cause.code, BROKEN[cause.code], this.base + cause.at, path);
  }

  private stop(code: string, message: string, offset: number, inner = ''): false {
    const outer = this.frames.flatMap(({ level, name, count }) => [
      name,
      ...(level === 'record' ? [String(count)] : []),
    ]);
    const path = [...outer, inner].filter((name) => name !== '').join('/');
    const more = { field: path, ...(ACTION[code] === undefined ? {} : { action: ACTION[code] }) };
    this.refused = { ...refuse('invalid', code, `${message} (byte ${offset})`, more), offset };
    return false;
  }
}

const NO_REMARKS: readonly number[] = [];

const BROKEN = {
  LengthPastParent: 'A length runs past the end of the element around it.',
  UnendedLength: 'An indefinite length does not end inside its parent.',
  MalformedLength: 'A length stands here that no encoder writes.',
  TooDeep: 'Elements are nested more than 64 deep.',
} as const;

type Names = Readonly<Record<Level, ReadonlyMap<number, string>>>;

const namesOf = ({ grammar }: Codec): Names => {
  const of = (level: Level) => new Map(onTheWire(grammar[level]).map(({ tag, way }) => [tag, way[0]?.name ?? '']));
  return { file: of('file'), part: of('part'), record: of('record') };
};

const frame = (level: Level, name: string, end: number, open: boolean): Frame => ({
  level,
  name,
  end,
  open,
  seen: new Set(),
  count: 0,
});

/** A whole file in memory. */
export const readFile = (
  bytes: Buffer,
  options: ReaderOptions = {},
): { readonly pieces: readonly Piece[]; readonly refused: FileRefusal | undefined } => {
  const reader = new FileReader(options);
  const pieces = [...reader.feed(bytes), ...reader.end()];
  return { pieces, refused: reader.refused };
};
