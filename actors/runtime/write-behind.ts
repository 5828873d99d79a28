import type { mongo } from 'mongoose';
import type { SealingKeys } from '../../store/runtime/journal.ts';
import { type StateDocument, writeStateDocuments } from '../../store/runtime/state-documents.ts';
import { log } from '../../telemetry/log.ts';
import type { AwakeActor } from './awake-actor.ts';
import { stateDocumentOf } from './replay.ts';

/**
 * State documents are written behind the journal, in rounds. While the journal is busy a round rests nine times as long
 * as it took, so that a node under load spends its time on turns (a document carries all receipts and may be a hundred
 * times as large as a turn); an idle one catches up at once.
 */

const BATCH_DOCUMENTS = 500;
const BATCH_RECEIPTS = 10_000;
const REST_WHEN_BUSY = 9;

export class WriteBehind {
  private readonly db: mongo.Db;
  private readonly keys: SealingKeys;
  private readonly everyMs: number;
  private readonly busy: () => boolean;
  private readonly changed = new Set<AwakeActor>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(db: mongo.Db, keys: SealingKeys, everyMs: number, busy: () => boolean) {
    this.db = db;
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

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private rest(ms: number): void {
    if (this.timer !== undefined || this.stopped) return;
    this.timer = setTimeout(() => void this.round(), ms);
    this.timer.unref();
  }

  private async round(): Promise<void> {
    const started = performance.now();
    const actors: Array<AwakeActor> = [];
    let receipts = 0;
    for (const actor of this.changed) {
      if (actors.length === BATCH_DOCUMENTS || receipts > BATCH_RECEIPTS) break;
      actors.push(actor);
      receipts += actor.receipts.size;
      this.changed.delete(actor);
    }
    await this.flush(actors);
    this.timer = undefined;
    if (this.changed.size === 0) return;
    const took = performance.now() - started;
    this.rest(this.busy() ? Math.max(this.everyMs, REST_WHEN_BUSY * took) : took);
  }

  /** Writes these now. A failure is logged and the actors are tried again later: the journal has it all. */
  async flush(actors: ReadonlyArray<AwakeActor>): Promise<void> {
    if (this.stopped) return;
    const byCollection = new Map<string, Array<{ actor: AwakeActor; document: StateDocument }>>();
    for (const actor of actors) {
      if (!actor.dirty) continue;
      const { collection } = actor.protocol.definition;
      const document = this.documentOf(actor);
      if (document === undefined) continue;
      const list = byCollection.get(collection);
      if (list === undefined) byCollection.set(collection, [{ actor, document }]);
      else list.push({ actor, document });
    }
    for (const [collection, list] of byCollection) {
      try {
        await writeStateDocuments(
          this.db,
          collection,
          list.map((one) => one.document),
        );
        for (const { actor, document } of list) actor.documentRev = Math.max(actor.documentRev, document.rev);
      } catch (error) {
        log.warn({ err: error, collection, actors: list.length }, 'state documents could not be written; they will be');
        for (const { actor } of list) if (actor.phase === 'awake') this.add(actor);
      }
    }
  }

  private documentOf(actor: AwakeActor): StateDocument | undefined {
    try {
      const at = { ...actor.durable, receipts: actor.receipts };
      return stateDocumentOf(actor.protocol, actor.name, at, this.keys, Date.now());
    } catch (error) {
      // A projection or a schema with a bug: the facts are safe, the lists stay behind until it is mended.
      log.error({ err: error, kind: actor.protocol.kind }, 'defect in a state document');
      actor.documentRev = actor.durable.rev;
      return undefined;
    }
  }
}
