import { FileReader, type Piece } from '../../domain/roaming/codec/file-reader.ts';
import { FATES } from '../../domain/roaming/imports/fate.ts';
import type { Control, Problem } from '../../domain/roaming/imports/file-control.ts';
import { NrtrdeControl } from '../../domain/roaming/imports/nrtrde-control.ts';
import { endOf, type NrtrdeRecord, readNrtrdeUsage } from '../../domain/roaming/imports/nrtrde-usage.ts';
import { IMPORT_LIMITS } from '../../domain/roaming/imports/schema.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { type FileTaker, headOf, type Reading, unreadable } from './import-reading.ts';

/** A partner's NRTRDE file: its records are the same usage as TAP's, known hours after it happened. */

const FORMAT = 'NRTRDE-0201';

export class NrtrdeReading implements FileTaker {
  readonly table = new UsageTable();
  /** By row: when the event was over; NaN where that is not known. */
  readonly ends: Array<number> = [];
  readonly about = new NrtrdeControl();
  private readonly expected: { readonly partner: string; readonly home: string };
  private readonly name: string;
  /** In whose units the estimate is. */
  private readonly money: Pick<Control, 'currency' | 'decimals'>;
  private readonly reader = new FileReader({ reuse: true });
  private readonly usage = emptyUsage();
  private head: Buffer = Buffer.alloc(0);
  private otherFormat: string | undefined;
  private records = 0;

  constructor({ partner, file }: ImportInput, home: string, money: Pick<Control, 'currency' | 'decimals'>) {
    this.expected = { partner, home };
    this.name = file.name;
    this.money = money;
  }

  feed(bytes: Uint8Array): void {
    this.head = headOf(this.head, bytes);
    this.take(this.reader.feed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  }

  private take(pieces: ReadonlyArray<Piece>): void {
    for (const piece of pieces) {
      if (piece.kind === 'opened' && piece.name === 'nrtrde') this.about.batch();
      else if (piece.kind === 'kept') {
        if (piece.level === 'record' && piece.what === 'unknown') this.record(undefined, piece.offset);
      } else if ('view' in piece && piece.format !== FORMAT) this.otherFormat ??= piece.format;
      else if (piece.kind === 'part' && piece.format === FORMAT) this.about.part(piece.view);
      else if (piece.kind === 'record' && piece.format === FORMAT) this.record(piece.view, piece.offset);
    }
  }

  private record(record: NrtrdeRecord | undefined, offset: number): void {
    this.records += 1;
    if (this.table.rows >= IMPORT_LIMITS.records) return;
    const fate = record === undefined ? FATES.UnknownRecord : readNrtrdeUsage(this.usage, record);
    if (fate === undefined) this.table.add(this.usage, offset);
    else this.table.skip(offset, fate);
    this.ends.push(fate === undefined && record !== undefined ? endOf(this.usage, record) : Number.NaN);
  }

  private problems(): ReadonlyArray<Problem> {
    const { refused } = this.reader;
    if (refused !== undefined) return [unreadable(refused, this.head)];
    if (this.otherFormat !== undefined) {
      return [{ line: 0, code: 'OtherFormat', reason: `Part of the file is ${this.otherFormat}, and no NRTRDE.` }];
    }
    const found = this.about.problems(this.expected, this.name, this.records);
    const reason = `A file has at most ${IMPORT_LIMITS.records} records.`;
    return this.records > this.table.rows ? [...found, { line: 0, code: 'TooManyRecords', reason }] : found;
  }

  end(): Reading {
    this.take(this.reader.end());
    const control: Control = {
      ...{ format: FORMAT, kind: 'transfer', series: 'nrtrde', sequence: this.about.sequence },
      ...this.money,
    };
    return {
      ...{ table: this.table, control, problems: this.problems() },
      ...{ findings: [], findingCount: 0, fatal: false },
    };
  }
}
