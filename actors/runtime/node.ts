import { randomBytes } from 'node:crypto';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import { fault } from '../../domain/kernel/refusal.ts';
import type { ActorStorage } from '../../store/runtime/actor-storage.ts';
import { type Clock, systemClock, type Timer } from '../../store/runtime/clock.ts';
import type { SealingKeys } from '../../store/runtime/journal.ts';
import { JournalWriter, type WriterOptions } from '../../store/runtime/journal-writer.ts';
import { log } from '../../telemetry/log.ts';
import { journalMetrics, kindMetrics } from './actor-metrics.ts';
import { AwakeActor, type Host, type Reading } from './awake-actor.ts';
import { Loader } from './loader.ts';
import { type Defect, defect, placeOf, type Question, retry } from './outcome.ts';
import type { Protocol } from './protocol.ts';
import { WriteBehind } from './write-behind.ts';

/**
 * One node's actors: which partitions it holds, who is awake, who is put to sleep. It knows no cluster; whoever decides
 * about ownership opens and closes partitions here. Plain promises and callbacks, no fiber per ask.
 */

export interface NodeOptions {
  readonly storage: ActorStorage;
  readonly keys: SealingKeys;
  /** Until when (by the clock's `monotonicMs`) this node certainly holds the partition. */
  readonly validUntilMs: (partition: number) => number;
  /** No other node exists (default false): a loaded actor may answer before its first append. */
  readonly alone?: boolean;
  /** After a turn of an actor became durable, and when an actor has awoken. */
  readonly onCommitted?: (actor: AwakeActor) => void;
  readonly onAwake?: (actor: AwakeActor) => void;
  /** Actors awake at the same time (default 20,000); past that the longest unused idle ones are put to sleep. */
  readonly maxAwake?: number;
  /** Records waiting for their append before callers get `Busy` (default 20,000). */
  readonly maxWaiting?: number;
  /** Pause between two rounds of state documents (default 250 ms). */
  readonly flushEveryMs?: number;
  /** How often actors are looked through for idle ones (default 1,000 ms). */
  readonly sweepEveryMs?: number;
  readonly writer?: Omit<WriterOptions, 'onBatch' | 'onFailure' | 'clock'>;
  readonly nowMs?: () => number;
  readonly clock?: Clock;
  /** A name that no other node ever has or had (default: a random one). */
  readonly name?: string;
}

/** An answer from memory may be on its way this long when the lease ends. */
const LEASE_MARGIN_MS = 50;
/** Some 6 KB each with their receipts: 120 MB. A walk through a million actors needs a few thousand at a time. */
const DEFAULT_MAX_AWAKE = 20_000;
/** The order of use is kept to this precision; keeping it exactly would cost every turn a change of the map. */
const TOUCH_MS = 1_000;

/** How long what is under way may take to end when actors move; then its callers are told to retry. */
const REST_MS = 3_000;

/** As many as one round of state documents takes at once. */
const EVICTED_TOGETHER = 250;

const CROWDED = fault('actor', 'Busy', 'All actors that this node may keep awake are at work.', 500);
const MOVES = retry('The actor moves.');
const ASLEEP = retry('The actor was put to sleep.');
const CONGESTED = fault('actor', 'Busy', 'The journal is behind.', 200);

/** A storage that does not answer must not keep a node from stopping: the journal has what was acknowledged. */
const atMost = (clock: Clock, ms: number, work: Promise<unknown>): Promise<unknown> => {
  let timer: Timer | undefined;
  const late = new Promise((resolve) => {
    timer = clock.setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, late]).finally(() => clock.clear(timer));
};

export class ActorNode {
  readonly options: NodeOptions;
  readonly writer: JournalWriter;
  readonly clock: Clock;
  /** In order of last use, about. */
  private readonly actors = new Map<string, AwakeActor>();
  private readonly partitions = new Map<number, number>();
  private readonly loader: Loader;
  private readonly behind: WriteBehind;
  private readonly host: Host;
  private readonly name: string;
  private readonly sweeper: Timer;
  private awakenings = 0;

  constructor(options: NodeOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.name = options.name ?? randomBytes(9).toString('base64url');
    const { storage, keys } = options;
    const { clock } = this;
    this.writer = new JournalWriter(storage, {
      ...options.writer,
      clock,
      onBatch: journalMetrics.batch,
      onFailure: (error, records) => {
        journalMetrics.failure();
        log.error({ err: error, records }, 'an append to the journal failed');
      },
    });
    this.behind = new WriteBehind(storage, clock, keys, options.flushEveryMs ?? 250, () => this.writer.busy);
    this.host = this.makeHost();
    this.loader = new Loader({
      storage,
      clock,
      keys,
      reportDefect: this.host.reportDefect,
      onBatch: (kind, actors) => kindMetrics(kind).activations.inc(actors),
      onFailure: (error) => log.error({ err: error }, 'actors could not be loaded'),
      onNewer: (kind) => kindMetrics(kind).newer.inc(),
      onSuperseded: (partition, epoch) => {
        // Whoever asks from here goes the way of the cluster from now on, which knows the owner.
        if (this.partitions.get(partition) === epoch) void this.close(partition);
      },
      awake: (actor) => {
        // Its last owner did not come to it.
        if (actor.dirty) this.behind.add(actor);
        options.onAwake?.(actor);
      },
    });
    this.sweeper = clock.setInterval(() => this.sweep(), options.sweepEveryMs ?? 1_000);
    this.sweeper.unref();
  }

  private makeHost(): Host {
    const { options, writer, clock } = this;
    return {
      nowMs: options.nowMs ?? clock.wallMs,
      monotonicMs: clock.monotonicMs,
      writer,
      keys: options.keys,
      alone: options.alone === true,
      nextWriter: () => {
        this.awakenings += 1;
        return `${this.name}.${this.awakenings}`;
      },
      certain: (partition) => options.validUntilMs(partition) - LEASE_MARGIN_MS > clock.monotonicMs(),
      lastWriterAfter: (kind, actor, afterSeq) => options.storage.lastWriterAfter(kind, { actor, afterSeq }),
      committed: (actor) => {
        this.behind.add(actor);
        options.onCommitted?.(actor);
      },
      stopped: (actor) => this.forget(actor),
      reportDefect: (actor, what, cause) => this.reportDefect(actor, what, cause),
    };
  }

  private reportDefect(actor: AwakeActor, what: string, cause: unknown): Defect {
    const { kind } = actor.protocol;
    kindMetrics(kind).defects.inc();
    log.error({ kind, tenant: actor.id.tenant, partition: actor.partition, ...placeOf(cause) }, `defect in ${what}`);
    return defect(`${kind}: ${what} failed by a defect`);
  }

  get awake(): number {
    return this.actors.size;
  }

  all(): Iterable<AwakeActor> {
    return this.actors.values();
  }

  find(kind: string, name: string): AwakeActor | undefined {
    return this.actors.get(`${kind}/${name}`);
  }

  // --- ownership ---

  /** Partition → epoch, of those that are open here. */
  get held(): ReadonlyMap<number, number> {
    return this.partitions;
  }

  holds(partition: number): boolean {
    return this.partitions.has(partition);
  }

  open(partition: number, epoch: number): void {
    this.partitions.set(partition, epoch);
  }

  /** Accepts nothing more for the partition, lets what is under way end, and writes the state documents. */
  async close(partition: number): Promise<void> {
    this.partitions.delete(partition);
    await this.rest([...this.actors.values()].filter((actor) => actor.partition === partition));
  }

  /** The orderly end: as `close`, of everything. */
  async stop(): Promise<void> {
    this.partitions.clear();
    this.clock.clear(this.sweeper);
    await this.rest([...this.actors.values()]);
    await atMost(this.clock, REST_MS, this.writer.drained());
    await atMost(this.clock, REST_MS, this.behind.stop());
  }

  /** As if the process had died here: nothing is awaited, answered or written any more. For tests. */
  abandon(): void {
    this.partitions.clear();
    this.clock.clear(this.sweeper);
    void this.behind.stop();
    for (const actor of this.actors.values()) actor.onStop?.();
    this.actors.clear();
  }

  private async rest(actors: ReadonlyArray<AwakeActor>): Promise<void> {
    await atMost(this.clock, REST_MS, Promise.all(actors.map((actor) => actor.settled())));
    await atMost(this.clock, REST_MS, this.behind.flush(actors.filter((actor) => actor.phase === 'awake')));
    for (const actor of actors) actor.stop(MOVES);
  }

  // --- asks ---

  ask(protocol: Protocol, id: ActorId, partition: number, question: Question): void {
    const actor = this.reach(protocol, id, partition);
    if ('tell' in actor) actor.tell(question);
    else question.answer(actor);
  }

  read(protocol: Protocol, id: ActorId, partition: number, reading: Reading): void {
    const actor = this.reach(protocol, id, partition);
    if ('tell' in actor) actor.read(reading);
    else reading.answer(actor);
  }

  private reach(protocol: Protocol, id: ActorId, partition: number) {
    const name = formatActorId(id);
    const key = `${protocol.kind}/${name}`;
    const known = this.actors.get(key);
    if (this.writer.waiting > (this.options.maxWaiting ?? 20_000)) return CONGESTED;
    const epoch = this.partitions.get(partition);
    if (epoch === undefined) return retry('This node does not own the actor.');
    if (known?.epoch === epoch) {
      this.touch(key, known);
      return known;
    }
    // Of an earlier tenure, and still coming to rest.
    known?.stop(MOVES);
    if (!this.room()) return CROWDED;
    const metrics = kindMetrics(protocol.kind);
    const actor = new AwakeActor(this.host, metrics, protocol, id, name, partition, epoch);
    this.actors.set(key, actor);
    metrics.awake.inc();
    this.loader.load(actor);
    return actor;
  }

  private touch(key: string, actor: AwakeActor): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - actor.lastUsedMs < TOUCH_MS) return;
    actor.lastUsedMs = nowMs;
    this.actors.delete(key);
    this.actors.set(key, actor);
  }

  // --- sleep ---

  /** Puts one to sleep in order, so that whoever asks next loads it anew. One that talks to a device is left alone. */
  async restart(kind: string, name: string): Promise<'asleep' | 'talking' | 'restarted'> {
    const actor = this.find(kind, name);
    if (actor === undefined) return 'asleep';
    if (actor.talks > 0) return 'talking';
    if (actor.phase === 'loading') actor.stop(ASLEEP);
    else await this.rest([actor]);
    return 'restarted';
  }

  private forget(actor: AwakeActor): void {
    const key = `${actor.protocol.kind}/${actor.name}`;
    if (this.actors.get(key) !== actor) return;
    this.actors.delete(key);
    this.behind.remove(actor);
    kindMetrics(actor.protocol.kind).awake.dec();
  }

  /** Makes room for one more by putting the longest unused to sleep. Looks at a few only: this is on every start. */
  private room(): boolean {
    if (this.actors.size < (this.options.maxAwake ?? DEFAULT_MAX_AWAKE)) return true;
    let looked = 0;
    const dirty: Array<AwakeActor> = [];
    for (const actor of this.actors.values()) {
      looked += 1;
      if (looked > 1_000 || dirty.length === EVICTED_TOGETHER) break;
      if (actor.busy) continue;
      if (actor.dirty) {
        dirty.push(actor);
        continue;
      }
      actor.stop(ASLEEP);
      return true;
    }
    if (dirty.length === 0) return false;
    // Together: one at a time, each start would cost a command to the server.
    void this.behind.flush(dirty);
    for (const actor of dirty) actor.stop(ASLEEP);
    return true;
  }

  private sweep(): void {
    const nowMs = this.clock.monotonicMs();
    for (const actor of this.actors.values()) {
      if (actor.busy || actor.dirty) continue;
      if (nowMs - actor.lastUsedMs > actor.protocol.idleAfterMs) actor.stop(ASLEEP);
    }
  }
}
