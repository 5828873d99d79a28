import { DUPLICATE_KEY } from '../mongo.ts';
import type { ActorStorage } from './actor-storage.ts';
import { type Clock, systemClock, within } from './clock.ts';
import type { JournalDocument } from './journal.ts';

/**
 * Group commit: the appends of all actors of a node go out together. Whoever has something to write says so and is
 * asked for its record at the moment a batch leaves, so that everything decided until then goes with it. Some batches
 * are in flight; a record is acknowledged after the majority has it in its journal.
 */

/** `taken`: another owner has written this key. `failed`: whether it was written is not known. */
export type AppendOutcome = 'written' | 'taken' | 'failed';

export interface Append {
  readonly document: JournalDocument;
  /** About how large the document is; bounds the batch. */
  readonly bytes: number;
}

export interface AppendSource {
  /** Called once per `enqueue`, when the batch leaves. Undefined: nothing to write any more. */
  readonly take: () => Append | undefined;
  /** Called once per record taken. Must not throw. */
  readonly settle: (outcome: AppendOutcome) => void;
}

export interface WriterOptions {
  /** Batches under way at the same time (default 4). */
  readonly inFlight?: number;
  /** Records in one batch (default 1,000). */
  readonly maxRecords?: number;
  /** Bytes in one batch (default 8 MiB); one record may be larger. */
  readonly maxBytes?: number;
  /** An attempt without an answer counts as failed after this (default 15,000 ms). */
  readonly timeoutMs?: number;
  /** Stands around every attempt: where a test lets the process die or the storage fail. */
  readonly around?: (insert: () => Promise<ReadonlyArray<AppendOutcome>>) => Promise<ReadonlyArray<AppendOutcome>>;
  readonly onBatch?: (records: number, seconds: number) => void;
  readonly onFailure?: (error: unknown, records: number) => void;
  readonly clock?: Clock;
}

const IN_FLIGHT = 4;
/** Fewer records than these are not worth a batch of their own. */
const SHARE_RECORDS = 32;

export class JournalWriter {
  private readonly storage: ActorStorage;
  private readonly clock: Clock;
  private readonly options: WriterOptions;
  private readonly inFlight: number;
  private ready: Array<AppendSource> = [];
  private underWay = 0;
  private scheduled = false;
  private idle: Array<() => void> = [];

  constructor(storage: ActorStorage, options: WriterOptions = {}) {
    this.storage = storage;
    this.clock = options.clock ?? systemClock;
    this.options = options;
    this.inFlight = options.inFlight ?? IN_FLIGHT;
  }

  /** Actors that wait for their record to leave: the measure for back-pressure. */
  get waiting(): number {
    return this.ready.length;
  }

  /** Something is being appended. */
  get busy(): boolean {
    return this.underWay > 0 || this.ready.length > 0;
  }

  enqueue(source: AppendSource): void {
    this.ready.push(source);
    this.schedule();
  }

  /** Resolves when nothing is waiting and nothing is under way. */
  drained(): Promise<void> {
    if (this.underWay === 0 && this.ready.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.idle.push(resolve);
    });
  }

  // A batch leaves after the current round of the event loop: whatever arrived in it shares the append.
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.clock.setImmediate(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  private pump(): void {
    while (this.ready.length > 0 && this.underWay < this.inFlight) {
      const batch = this.takeBatch();
      if (batch.length === 0) break;
      this.underWay += 1;
      void this.send(batch);
    }
    if (this.underWay === 0 && this.ready.length === 0) {
      for (const resolve of this.idle.splice(0)) resolve();
    }
  }

  private takeBatch(): ReadonlyArray<{ readonly source: AppendSource; readonly document: JournalDocument }> {
    // Shared out among the batches that may leave: all in one, callers and storage would wait for each other in turn.
    const share = Math.max(SHARE_RECORDS, Math.ceil(this.ready.length / (this.inFlight - this.underWay)));
    const maxRecords = Math.min(share, this.options.maxRecords ?? 1_000);
    const maxBytes = this.options.maxBytes ?? 8 * 1024 * 1024;
    const batch: Array<{ source: AppendSource; document: JournalDocument }> = [];
    let bytes = 0;
    let taken = 0;
    while (taken < this.ready.length && batch.length < maxRecords && bytes < maxBytes) {
      const source = this.ready[taken];
      taken += 1;
      const append = source?.take();
      if (source === undefined || append === undefined) continue;
      batch.push({ source, document: append.document });
      bytes += append.bytes;
    }
    this.ready = taken === this.ready.length ? [] : this.ready.slice(taken);
    return batch;
  }

  private async send(
    batch: ReadonlyArray<{ readonly source: AppendSource; readonly document: JournalDocument }>,
  ): Promise<void> {
    const started = this.clock.monotonicMs();
    const outcomes = await this.write(batch.map((entry) => entry.document));
    this.options.onBatch?.(batch.length, (this.clock.monotonicMs() - started) / 1_000);
    this.underWay -= 1;
    for (const [index, entry] of batch.entries()) entry.source.settle(outcomes[index] ?? 'failed');
    this.pump();
  }

  /** Never rejects. An attempt of unknown outcome is repeated once: the key and the writer tell whether it was done. */
  private async write(documents: ReadonlyArray<JournalDocument>): Promise<ReadonlyArray<AppendOutcome>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const insert = (): Promise<ReadonlyArray<AppendOutcome>> => this.insert(documents);
        const attempted = this.options.around === undefined ? insert() : this.options.around(insert);
        return await within(this.clock, attempted, this.options.timeoutMs ?? 15_000);
      } catch (error) {
        this.options.onFailure?.(error, documents.length);
        if (attempt === 2) return documents.map(() => 'failed');
      }
    }
  }

  private async insert(documents: ReadonlyArray<JournalDocument>): Promise<ReadonlyArray<AppendOutcome>> {
    const reply = await this.storage.insertRecords(documents);
    if (reply.writeConcernError !== undefined) throw new Error(`not acknowledged: ${reply.writeConcernError.errmsg}`);
    const outcomes: Array<AppendOutcome> = documents.map(() => 'written');
    const duplicates: Array<number> = [];
    for (const { index, code } of reply.writeErrors ?? []) {
      if (code === DUPLICATE_KEY) duplicates.push(index);
      else {
        outcomes[index] = 'failed';
        // The server's text may quote the record.
        this.options.onFailure?.(new Error(`the server refused a record: error ${code}`), 1);
      }
    }
    if (duplicates.length > 0) await this.tellOwn(documents, duplicates, outcomes);
    return outcomes;
  }

  private async tellOwn(
    documents: ReadonlyArray<JournalDocument>,
    duplicates: ReadonlyArray<number>,
    outcomes: Array<AppendOutcome>,
  ): Promise<void> {
    const ids = duplicates.flatMap((index) => documents[index]?._id ?? []);
    const writers = await this.storage.writersOf(ids);
    for (const index of duplicates) {
      const document = documents[index];
      const own = document !== undefined && writers.get(document._id) === document.writer;
      outcomes[index] = own ? 'written' : 'taken';
    }
  }
}
