import { isRefusal } from '../../domain/kernel/refusal.ts';
import { FileReader, type FileRefusal, type Piece } from '../../domain/roaming/codec/file-reader.ts';
import { type Control, otherPartner, type Problem } from '../../domain/roaming/imports/file-control.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { acknowledged } from '../../domain/roaming/rap/acknowledge.ts';
import type { RapIdentity } from '../../domain/roaming/rap/rap-file.ts';
import { type Returned, ReturnReader } from '../../domain/roaming/rap/read.ts';
import type { FileTaker, Reading } from './import-reading.ts';

/** A partner's RAP file: each return a record of the import, so that its audit line says what became of them. */

/** Each is held until it is applied: a partner with more has returned the file as a whole. */
const RETURNS = 20_000;

export class ReturnsReading implements FileTaker {
  readonly table = new UsageTable();
  /** By row. */
  readonly returned: Array<Returned> = [];
  private readonly reader = new FileReader();
  private readonly returns = new ReturnReader();
  private readonly expected: { readonly partner: string; readonly home: string };
  private readonly times = new Map<string, number>();
  private readonly usage = emptyUsage();
  private format: string | undefined;
  /** Of our RAP file, when this one acknowledges it. */
  private acknowledges: RapIdentity | undefined;

  constructor(expected: { readonly partner: string; readonly home: string }) {
    this.expected = expected;
  }

  feed(bytes: Uint8Array): void {
    this.take(this.reader.feed(Buffer.from(bytes)));
  }

  private take(pieces: ReadonlyArray<Piece>): void {
    for (const piece of pieces) {
      if ('format' in piece) this.format ??= piece.format;
      this.acknowledges ??= acknowledged(piece);
      for (const one of this.returns.take(piece)) this.add(one);
    }
  }

  /** A return that came with another RAP file is a duplicate; one that stands twice is of two records that say the same. */
  private add(one: Returned): void {
    if (this.returned.length >= RETURNS) return;
    const what = one.kind === 'severe' ? `${one.tapSequence}/${one.digest}` : JSON.stringify(one);
    const time = (this.times.get(what) ?? 0) + 1;
    this.times.set(what, time);
    this.returned.push(one);
    this.usage.imsi = 'return';
    this.usage.reference = `${what}/${time}`;
    this.table.add(this.usage, 0);
  }

  private problemsOf(refused: FileRefusal | undefined): ReadonlyArray<Problem> {
    const summary = this.acknowledges === undefined ? this.returns.end(refused) : undefined;
    if (summary !== undefined && isRefusal(summary)) return [{ line: 0, code: summary.code, reason: summary.message }];
    const { sender = '', recipient = '' } = this.from ?? {};
    const other = otherPartner(this.expected, sender, recipient);
    if (other !== undefined) return [other];
    const over = summary !== undefined && summary.returns > RETURNS;
    const tooMany = { line: 0, code: 'TooManyRecords', reason: `A RAP file has at most ${RETURNS} returns.` };
    return over ? [tooMany] : [];
  }

  /** Who sent it to whom, under which number. An acknowledgement says our own file. */
  private get from(): RapIdentity | undefined {
    if (this.acknowledges !== undefined) {
      const { sender, recipient } = this.acknowledges;
      return { ...this.acknowledges, sender: recipient, recipient: sender };
    }
    const summary = this.returns.end();
    return isRefusal(summary) ? undefined : summary.identity;
  }

  /** Of the RAP file; undefined of one that is not whole. */
  get identity(): RapIdentity | undefined {
    return this.from;
  }

  end(): Reading {
    this.take(this.reader.end());
    const { table, format } = this;
    const isAnswer = this.acknowledges !== undefined;
    const control: Control = {
      // `RAP-0105/TAP-0312`: whose records it holds does not matter here.
      format: format?.split('/')[0],
      kind: isAnswer ? 'acknowledgement' : 'returns',
      series: isAnswer ? 'acknowledgements' : 'returns',
      sequence: this.from?.sequence ?? 0,
      currency: null,
      decimals: 0,
    };
    return {
      table,
      control,
      problems: this.problemsOf(this.reader.refused),
      findings: [],
      findingCount: 0,
      fatal: false,
    };
  }
}
