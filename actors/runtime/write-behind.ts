import type { ActorStorage } from '../../store/runtime/actor-storage.ts';
import type { Clock, Timer } from '../../store/runtime/clock.ts';
import type { SealingKeys } from '../../store/runtime/journal.ts';
import type { StateDocument } from '../../store/runtime/state-documents.ts';
import { log } from '../../telemetry/log.ts';
import type { AwakeActor } from './awake-actor.ts';
import { placeOf } from './outcome.ts';
import { stateDocumentOf } from './replay.ts';

/**
 * State documents are written behind the journal, in rounds. While the journal is busy a round rests nine times as long
 * as it took, so that a node under load spends its time on turns (a document carries all receipts and may be a hundred
 * times as large as a turn); an idle one catches up at once.
 */

const BATCH_DOCUMENTS = 500;
// Encoding more at once would hold up every answer of the node for tens of milliseconds.
const BATCH_RECEIPTS = 1_500;
const REST_WHEN_BUSY = 9;
/** A write that hung for a minute must not leave lists behind for ten: a node that takes over looks back only so far. */
const REST_AT_MOST_MS = 30_000;
const REST_AFTER_FAILURE_MS = 5_000;

export class WriteBehind {
  private readonly storage: ActorStorage;
  private readonly clock: Clock;
  private readonly keys: SealingKeys;
  private readonly everyMs: number;
  private readonly busy: () => boolean;
  private readonly changed = new Set<AwakeActor>();
  private timer: Timer | undefined;
  private stopped = false;
  private underWay: Promise<void> = Promise.resolve();

  constructor(storage: ActorStorage, clock: Clock, keys: SealingKeys, everyMs: number, busy: () => boolean) {
    this.storage = storage;
    this.clock = clock;
    this.keys = keys;
    this.everyMs = everyMs;
    this.busy = busy;
  }

  add(actor: AwakeActor): void {
    this.changed.add(actor);
    this.rest(this.everyMs);
  }

  remove(actor: AwakeActor): void {
    this.changed.delete(actor);
  }

  /** No round begins any more; resolves when the one under way has ended. */
  stop(): Promise<void> {
    this.stopped = true;
    this.clock.clear(this.timer);
    return this.underWay;
  }

  private rest(ms: number): void {
    if (this.timer !== undefined || this.stopped) return;
    this.timer = this.clock.setTimeout(() => {
      this.underWay = this.round();
    }, ms);
    this.timer.unref();
  }

  private async round(): Promise<void> {
    const started = this.clock.monotonicMs();
    const written = await this.write(this.batchOf(this.changed));
    this.timer = undefined;
    if (this.changed.size === 0) return;
    const took = this.clock.monotonicMs() - started;
    const busyMs = this.busy() ? Math.max(this.everyMs, Math.min(REST_WHEN_BUSY * took, REST_AT_MOST_MS)) : took;
    this.rest(written ? busyMs : REST_AFTER_FAILURE_MS);
  }

  /** Takes as many as go into one round. */
  private batchOf(from: Set<AwakeActor>): ReadonlyArray<AwakeActor> {
    const actors: Array<AwakeActor> = [];
    let receipts = 0;
    for (const actor of from) {
      if (actors.length === BATCH_DOCUMENTS || receipts > BATCH_RECEIPTS) break;
      actors.push(actor);
      receipts += actor.receipts.size;
      from.delete(actor);
    }
    return actors;
  }

  /** Writes these now, until the first failure. */
  async flush(actors: ReadonlyArray<AwakeActor>): Promise<void> {
    const rest = new Set(actors.filter((actor) => actor.dirty));
    while (rest.size > 0 && !this.stopped) {
      if (!(await this.write(this.batchOf(rest)))) return;
    }
  }

  /** False after a failure, which is logged; the actors are tried again later: the journal has it all. */
  private async write(actors: ReadonlyArray<AwakeActor>): Promise<boolean> {
    const byCollection = Map.groupBy(
      actors.filter((actor) => actor.dirty),
      (actor) => actor.protocol.definition.collection,
    );
    let written = true;
    for (const [collection, list] of byCollection) {
      const made = list.flatMap((actor) => {
        const document = this.documentOf(actor);
        return document === undefined ? [] : [{ actor, document }];
      });
      try {
        const documents = made.map((one) => one.document);
        const missing = new Set(made.flatMap(({ actor }) => (actor.documentRev < 0 ? actor.name : [])));
        await this.storage.writeStateDocuments(collection, documents, { missing });
        for (const { actor, document } of made) actor.documentRev = Math.max(actor.documentRev, document.rev);
      } catch (error) {
        written = false;
        log.warn({ err: error, collection, actors: list.length }, 'state documents could not be written; they will be');
        for (const { actor } of made) if (actor.phase === 'awake') this.add(actor);
      }
    }
    return written;
  }

  private documentOf(actor: AwakeActor): StateDocument | undefined {
    try {
      const at = { ...actor.durable, receipts: actor.receipts };
      return stateDocumentOf(actor.protocol, actor.name, at, this.keys, this.clock.wallMs());
    } catch (error) {
      // A projection or a schema with a bug: the facts are safe, the lists stay behind until it is mended.
      log.error({ kind: actor.protocol.kind, ...placeOf(error) }, 'defect in a state document');
      actor.documentRev = actor.durable.rev;
      return undefined;
    }
  }
}
