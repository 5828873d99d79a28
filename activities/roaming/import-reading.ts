import { Effect, Stream } from 'effect';
import { FileReader, type FileRefusal, type Piece } from '../../domain/roaming/codec/file-reader.ts';
import { FATES } from '../../domain/roaming/imports/fate.ts';
import { type Control, FileControl, type Problem } from '../../domain/roaming/imports/file-control.ts';
import { IMPORT_LIMITS } from '../../domain/roaming/imports/schema.ts';
import { emptyUsage, readUsage, type TapRecord } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { Facts } from '../../domain/roaming/validation/facts.ts';
import { parseFileName } from '../../domain/roaming/validation/file-name.ts';
import { type Finding, pathText } from '../../domain/roaming/validation/finding.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import type { RoamingPartner, RoamingTerms } from '../../partners/roaming/port.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { askImport } from './import-asking.ts';
import { contentOf } from './stored-file.ts';

/** A file read once to its end: its records in columns, and everything that is wrong with it as a whole. */

const PROGRESS_RECORDS = 100_000;
const HEAD_BYTES = 512;
/** A code has 32 characters at most, three of them digits. */
const ITEM_LENGTH = 28;

export interface Reading {
  readonly table: UsageTable;
  readonly control: Control;
  /** What keeps the file out. */
  readonly problems: ReadonlyArray<Problem>;
  /** The first findings that do not, and how many there are. */
  readonly findings: ReadonlyArray<Problem>;
  readonly findingCount: number;
  /** Set when it is a file of another format than was awaited: `RAP-0105/TAP-0312`. */
  readonly otherFormat?: string | undefined;
  /** A fatal error of TD.57 in a file that is what it was awaited to be: the file may go back. */
  readonly fatal: boolean;
}

/** The file's first bytes, of those so far and these. */
export const headOf = (head: Buffer, bytes: Uint8Array): Buffer =>
  head.length < HEAD_BYTES ? Buffer.concat([head, bytes]).subarray(0, HEAD_BYTES) : head;

/** Bytes that a person could read: no file of ours, however it is named. */
const isText = (head: Buffer): boolean =>
  head.length > 0 &&
  head.every((byte) => byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f));

const CUT_SHORT: ReadonlySet<string> = new Set(['UnendedLength', 'LengthPastParent']);

/** What keeps a file out that cannot be read to its end; `head` are its first bytes. */
export const unreadable = ({ code, message, offset, field }: FileRefusal, head: Buffer): Problem => {
  const where = `byte ${offset}${field === undefined || field === '' ? '' : `, ${field}`}`;
  const reason = `${message} (${code} at ${where})`.slice(0, 500);
  if (code === 'UnknownFormat' && isText(head)) return { line: 0, code: 'TextFile', reason };
  return { line: 0, code: CUT_SHORT.has(code) ? 'Truncated' : code, reason };
};

const isTap = (piece: Piece): piece is Extract<Piece, { readonly format: `TAP-${string}`; readonly view: unknown }> =>
  'view' in piece && piece.format.startsWith('TAP-');

/** As it is kept with the file: a rule of TD.57 by its item and code, `totalCharge.100`. */
const problemOf = ({ item, code, record, path, ruling }: Finding): Problem => ({
  line: record === undefined ? 0 : record + 1,
  code: `${item.slice(0, ITEM_LENGTH)}.${code}`,
  reason: `${ruling.rule.when} (${pathText(path)})`.slice(0, 500),
});

/** Takes the bytes of a file one after the other, of whatever format. */
export interface FileTaker {
  readonly table: UsageTable;
  readonly feed: (bytes: Uint8Array) => void;
  readonly end: () => Reading;
}

/** Of TAP. */
export class ImportReading implements FileTaker {
  readonly table = new UsageTable();
  readonly control: FileControl;
  private readonly reader = new FileReader({ reuse: true });
  private readonly usage = emptyUsage();
  private head: Buffer = Buffer.alloc(0);
  private otherFormat: string | undefined;
  private readonly validator: FileValidator;
  private readonly fatal: Array<Problem> = [];
  private readonly findings: Array<Problem> = [];
  private findingCount = 0;
  private records = 0;

  constructor(terms: RoamingTerms, { code, agreement }: RoamingPartner, facts: Facts) {
    this.validator = new FileValidator(facts);
    const currencies = new Set(agreement.terms.map((one) => one.terms.currency));
    this.control = new FileControl({ partner: code, home: terms.home, currencies });
  }

  feed(bytes: Uint8Array): void {
    this.head = headOf(this.head, bytes);
    this.take(this.reader.feed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  }

  /** @returns whether the record goes back to the partner */
  private judge(found: ReadonlyArray<Finding>): boolean {
    let severe = false;
    for (const finding of found) {
      if (finding.severity === 'fatal') {
        if (this.fatal.length < LIMITS.problems) this.fatal.push(problemOf(finding));
      } else {
        this.findingCount += 1;
        if (this.findings.length < LIMITS.problems) this.findings.push(problemOf(finding));
      }
      severe ||= finding.severity === 'severe';
    }
    return severe;
  }

  private take(pieces: ReadonlyArray<Piece>): void {
    for (const piece of pieces) {
      const severe = this.judge(this.validator.take(piece));
      if (piece.kind === 'kept') {
        // A kind of record that the version does not know is a record all the same.
        if (piece.level === 'record' && piece.what === 'unknown') this.record(undefined, piece.offset, false);
      } else if (isTap(piece)) {
        if (piece.kind === 'record') this.record(piece.view, piece.offset, severe);
        else if (piece.kind === 'part') this.control.part(piece);
        else this.control.notification(piece);
      } else if ('view' in piece) this.otherFormat ??= piece.format;
    }
  }

  private record(record: TapRecord | undefined, offset: number, severe: boolean): void {
    this.records += 1;
    if (this.table.rows >= IMPORT_LIMITS.records) return;
    const fate = severe ? FATES.Severe : this.fateOf(record);
    if (fate === undefined) this.table.add(this.usage, offset);
    else this.table.skip(offset, fate);
  }

  private fateOf(record: TapRecord | undefined): number | undefined {
    return record === undefined ? FATES.UnknownRecord : readUsage(this.usage, record, this.control.offsets);
  }

  end(): Reading {
    this.take(this.reader.end());
    const { refused } = this.reader;
    const { findings: last, report } = this.validator.end({ refused });
    this.judge(last);
    const problems: Array<Problem> = [];
    if (refused !== undefined) problems.push(unreadable(refused, this.head));
    else if (this.otherFormat !== undefined) {
      problems.push({ line: 0, code: 'OtherFormat', reason: `The file is ${this.otherFormat}, and no TAP.` });
    } else {
      problems.push(...this.control.problems, ...this.fatal);
      if (this.records > this.table.rows) {
        const reason = `A file has at most ${IMPORT_LIMITS.records} records.`;
        problems.push({ line: 0, code: 'TooManyRecords', reason });
      }
    }
    const { table, control, findings, findingCount, otherFormat } = this;
    const fatal = report.verdict === 'rejected' && otherFormat === undefined && this.control.awaited;
    return { table, control, problems, findings, findingCount, otherFormat, fatal };
  }
}

/** What TD.57 is told of a file; a name that says nothing, as one that a person gave it, is not held against the content. */
export const factsOf = (name: string, receivedAtMs: number): Facts => ({
  receivedAtMs,
  ...(parseFileName(name) === undefined ? {} : { fileName: name }),
});

/** Reads the stored file to its end; says how far it is every `PROGRESS_RECORDS`. */
export const readInto = (input: ImportInput, reading: FileTaker) =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    let next = PROGRESS_RECORDS;
    yield* contentOf(input.tenant, input.file).pipe(
      Stream.runForEach((bytes) =>
        Effect.suspend(() => {
          reading.feed(bytes);
          const records = reading.table.rows;
          if (records < next) return Effect.void;
          next = records + PROGRESS_RECORDS;
          return Effect.zipRight(
            heartbeat({ stage: 'reading', records }),
            askImport(input, { _tag: 'Progress', records }, records),
          );
        }),
      ),
    );
    return reading.end();
  });
