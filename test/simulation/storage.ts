import mongoose from 'mongoose';
import { DUPLICATE_KEY } from '../../store/mongo.ts';
import type { ActorStorage, ClusterTime, InsertReply } from '../../store/runtime/actor-storage.ts';
import type { JournalDocument, Tail } from '../../store/runtime/journal.ts';
import type { StateDocument } from '../../store/runtime/state-documents.ts';
import type { Network } from './faults.ts';
import type { Process } from './process.ts';
import { ReplicaSet } from './replica-set.ts';
import type { World } from './world.ts';

/**
 * The storage of the simulated world: the journal with its unique keys, state documents, epochs and shard locks, on a
 * replica set that fails over; and the way to it, on which requests and answers are lost, late, or come after the
 * connection broke.
 */

const { Timestamp } = mongoose.mongo;

interface Entry {
  readonly document: JournalDocument;
  readonly index: number;
}

/** What a simulated bug of the storage switches off; all true in a sound one. */
export interface StorageRules {
  readonly uniqueKeys: boolean;
  readonly waitsForMajority: boolean;
  readonly linearizable: boolean;
  readonly countsEpochs: boolean;
  readonly keepsNewestDocument: boolean;
  /** Writes that a new primary may not know to be durable. */
  readonly behind: number;
}

export const SOUND: StorageRules = {
  uniqueKeys: true,
  waitsForMajority: true,
  linearizable: true,
  countsEpochs: true,
  keepsNewestDocument: true,
  behind: 5,
};

type Serve<A> = (answer: (value: A) => void, fail: (error: Error) => void) => void;

/** Its name in the network. */
export const STORAGE = 'storage';
/** As the driver looks for a primary before it gives up. */
const SELECTION_MS = 10_000;
/** As the server waits for the majority. */
const WTIMEOUT_MS = 10_000;

export class SimulatedStorage {
  readonly replicas: ReplicaSet;
  /** `kind/actor` → seq → the record. */
  readonly records = new Map<string, Map<number, Entry>>();
  /** Durable records in the order in which they became so. */
  readonly durable: Array<JournalDocument> = [];
  /** `collection/name` → versions, oldest first. */
  readonly documents = new Map<string, Array<{ readonly document: StateDocument; readonly index: number }>>();
  private readonly world: World;
  private readonly network: Network;
  private readonly rules: StorageRules;
  private readonly epochs = new Map<number, number>();
  private applied: Array<Entry> = [];
  private readonly seen = new Map<string, number>();
  /** Told of every append at the moment when it is sent; says how much later than others it arrives. */
  ambush: (client: Process) => number = () => 0;

  constructor(world: World, network: Network, rules: StorageRules) {
    this.world = world;
    this.network = network;
    this.rules = rules;
    this.replicas = new ReplicaSet(world, rules.behind, (index) => this.onCommit(index));
  }

  private onCommit(index: number): void {
    for (const { document } of this.applied.filter((entry) => entry.index <= index)) {
      this.durable.push(document);
      const key = `${document.kind}/${document.actor}`;
      this.seen.set(key, Math.max(this.seen.get(key) ?? 0, document.turns?.at(-1)?.rev ?? 0));
    }
    this.applied = this.applied.filter((entry) => entry.index > index);
  }

  /** The last revision of an actor that is durable now: what may be told. */
  durableRev(key: string): number {
    return this.seen.get(key) ?? 0;
  }

  /** A request of a process: on its way, served, and on its way back. */
  private call<A>(client: Process, serve: Serve<A>, laterMs = 0): Promise<A> {
    const { world, network } = this;
    const { random } = world;
    const { weather } = network;
    return new Promise<A>((resolve, reject) => {
      const back = (run: () => void): void => world.after(network.delayMs(), () => client.deliver(run));
      // A connection that breaks is noticed at once or when it has been silent for long.
      const broken = (): void => {
        const ms = random.chance(0.7) ? random.between(1, 100) : random.between(1_000, 20_000);
        world.after(ms, () => client.deliver(() => reject(new Error('the connection broke'))));
      };
      if (random.chance(weather.lost)) return broken();
      const late = random.chance(weather.late);
      if (late) broken();
      const answer = (value: A): void => {
        if (random.chance(weather.lost) || !network.reaches(STORAGE, client.name)) broken();
        else back(() => resolve(value));
      };
      const delayMs = network.delayMs() + laterMs + (late ? random.between(0, 8_000) : 0);
      world.after(delayMs, () => {
        if (!network.reaches(client.name, STORAGE)) broken();
        else this.whenUp(() => serve(answer, (error) => back(() => reject(error))), back, reject);
      });
    });
  }

  private whenUp(serve: () => void, back: (run: () => void) => void, reject: (error: Error) => void): void {
    if (!this.replicas.up && this.world.random.chance(0.5)) {
      back(() => reject(new Error('not the primary')));
      return;
    }
    const untilMs = this.world.nowMs + SELECTION_MS;
    const look = (): void => {
      if (this.replicas.up) serve();
      else if (this.world.nowMs > untilMs) back(() => reject(new Error('no primary')));
      else this.world.after(50, look);
    };
    look();
  }

  /** Answers when the write is durable. */
  private acknowledge(index: number, answer: () => void, fail: (error: Error) => void): void {
    if (index <= this.replicas.committed || !this.rules.waitsForMajority) {
      answer();
      return;
    }
    const failed = (error: Error): void => fail(error);
    this.replicas.whenDurable(index, answer, failed);
    this.world.after(WTIMEOUT_MS, () => {
      if (this.replicas.expire(index, failed)) fail(new Error('waiting for the majority took too long'));
    });
  }

  // --- what actors ask ---

  connect(client: Process): ActorStorage {
    return {
      insertRecords: (documents) =>
        this.call(client, (answer, fail) => this.insert(documents, answer, fail), this.ambush(client)),
      writersOf: (ids) => this.call(client, (answer) => answer(this.writers(ids))),
      readTails: (kind, tails, since) => this.tails(client, kind, tails, since?.toNumber() ?? 0),
      clusterTime: () => this.call(client, (answer, fail) => this.time(answer, fail)),
      lastWriterAfter: (kind, tail) => this.call(client, (answer, fail) => this.lastWriter(kind, tail, answer, fail)),
      readStateDocuments: (collection, ids) =>
        this.call(client, (answer) => answer(ids.flatMap((id) => this.stateDocument(collection, id) ?? []))),
      writeStateDocuments: (collection, documents) =>
        this.call<undefined>(client, (answer, fail) => {
          const index = this.writeStates(collection, documents);
          this.acknowledge(index, () => answer(undefined), fail);
        }),
    };
  }

  private insert(
    documents: ReadonlyArray<JournalDocument>,
    answer: (reply: InsertReply) => void,
    fail: (error: Error) => void,
  ): void {
    const writeErrors: Array<{ index: number; code: number }> = [];
    for (const [at, document] of documents.entries()) {
      const key = `${document.kind}/${document.actor}`;
      const known = this.records.get(key) ?? new Map<number, Entry>();
      this.records.set(key, known);
      const there = known.get(document.seq);
      if (there !== undefined && this.rules.uniqueKeys) {
        writeErrors.push({ index: at, code: DUPLICATE_KEY });
        continue;
      }
      const index = this.replicas.apply(() => {
        if (there === undefined) known.delete(document.seq);
        else known.set(document.seq, there);
        this.applied = this.applied.filter((entry) => entry.document !== document);
      });
      const entry = { document, index };
      known.set(document.seq, entry);
      this.applied.push(entry);
      this.world.note(`storage takes ${document._id} of ${document.writer} epoch ${document.epoch}`);
    }
    // Also a duplicate waits for all that came before it.
    this.acknowledge(this.replicas.last, () => answer(writeErrors.length === 0 ? {} : { writeErrors }), fail);
  }

  private visible(entry: Entry | undefined): JournalDocument | undefined {
    return entry !== undefined && entry.index <= this.replicas.visible ? entry.document : undefined;
  }

  private writers(ids: ReadonlyArray<string>): ReadonlyMap<string, string> {
    return new Map(
      ids.flatMap((id) => {
        const slash = id.lastIndexOf('/');
        const found = this.visible(this.records.get(id.slice(0, slash))?.get(Number(id.slice(slash + 1))));
        return found === undefined ? [] : [[id, found.writer] as const];
      }),
    );
  }

  private async *tails(
    client: Process,
    kind: string,
    tails: ReadonlyArray<Tail>,
    since: number,
  ): AsyncGenerator<JournalDocument> {
    const look = (): ReadonlyArray<JournalDocument> =>
      tails.flatMap(({ actor, afterSeq }) =>
        [...(this.records.get(`${kind}/${actor}`)?.values() ?? [])]
          .flatMap((entry) => this.visible(entry) ?? [])
          .filter(({ seq }) => seq > afterSeq)
          .toSorted((one, other) => one.seq - other.seq),
      );
    yield* await this.call<ReadonlyArray<JournalDocument>>(client, (answer, fail) => {
      const untilMs = this.world.nowMs + WTIMEOUT_MS;
      const wait = (): void => {
        if (this.replicas.visible >= since) answer(look());
        else if (this.world.nowMs > untilMs) fail(new Error('waiting for the time took too long'));
        else this.world.after(20, wait);
      };
      wait();
    });
  }

  /** Of the last write, which is durable when this is told. */
  private time(answer: (time: ClusterTime) => void, fail: (error: Error) => void): void {
    if (!this.rules.linearizable) {
      answer(Timestamp.fromNumber(this.replicas.visible));
      return;
    }
    const index = this.replicas.apply(() => undefined);
    this.acknowledge(index, () => answer(Timestamp.fromNumber(index)), fail);
  }

  private lastWriter(
    kind: string,
    { actor, afterSeq }: Tail,
    answer: (writer: string | undefined) => void,
    fail: (error: Error) => void,
  ): void {
    let last: Entry | undefined;
    for (const entry of this.records.get(`${kind}/${actor}`)?.values() ?? []) {
      const { seq } = entry.document;
      const seen = this.rules.linearizable || this.visible(entry) !== undefined;
      if (seen && seq > afterSeq && (last === undefined || seq > last.document.seq)) last = entry;
    }
    const reply = (): void => answer(last?.document.writer);
    // A primary proves that it is one, and that what it read stays, by a write of its own.
    if (this.rules.linearizable) {
      this.acknowledge(
        this.replicas.apply(() => undefined),
        reply,
        fail,
      );
    } else reply();
  }

  stateDocument(collection: string, id: string): StateDocument | undefined {
    const versions = this.documents.get(`${collection}/${id}`) ?? [];
    return versions.findLast(({ index }) => index <= this.replicas.visible)?.document;
  }

  private writeStates(collection: string, documents: ReadonlyArray<StateDocument>): number {
    for (const document of documents) {
      const key = `${collection}/${document._id}`;
      const versions = this.documents.get(key) ?? [];
      this.documents.set(key, versions);
      const now = versions.at(-1)?.document;
      if (now !== undefined && now.rev >= document.rev && this.rules.keepsNewestDocument) continue;
      const index = this.replicas.apply(() => versions.pop());
      versions.push({ document, index });
      this.world.note(`storage takes the document ${key} rev ${document.rev}`);
    }
    return this.replicas.last;
  }

  // --- epochs ---

  takeEpoch(client: Process, partition: number): Promise<number> {
    return this.call(client, (answer, fail) => {
      const before = this.epochs.get(partition) ?? 0;
      const epoch = this.rules.countsEpochs ? before + 1 : 1;
      this.epochs.set(partition, epoch);
      const index = this.replicas.apply(() => this.epochs.set(partition, before));
      this.acknowledge(index, () => answer(epoch), fail);
    });
  }

  /** Any other write: `change` applies it and gives what takes it back, and the answer. */
  write<A>(client: Process, change: () => { readonly undo: () => void; readonly value: A }): Promise<A> {
    return this.call(client, (answer, fail) => {
      const { undo, value } = change();
      this.acknowledge(this.replicas.apply(undo), () => answer(value), fail);
    });
  }

  read<A>(client: Process, look: () => A): Promise<A> {
    return this.call(client, (answer) => answer(look()));
  }
}
