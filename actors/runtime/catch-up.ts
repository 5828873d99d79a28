import type { mongo } from 'mongoose';
import { JOURNAL, type JournalDocument, readTails, type SealingKeys } from '../../store/runtime/journal.ts';
import { readStateDocuments, type StateDocument, writeStateDocuments } from '../../store/runtime/state-documents.ts';
import { log } from '../../telemetry/log.ts';
import { NewerRelease, placeOf } from './outcome.ts';
import type { Protocol } from './protocol.ts';
import { Replaying, stateDocumentOf } from './replay.ts';

/**
 * State documents are written behind, so a node that is killed leaves some that are older than the journal; an actor
 * that is not asked again would show its old state in lists for ever. A node that starts, or takes over a partition,
 * therefore looks through the journal of the last minutes and writes what is behind, whoever owns it: a document never
 * goes back.
 */

/** Longer than any node rests between two writes of an actor's document, with room for the takeover. */
const LOOK_BACK_MS = 10 * 60_000;
/** Actors remembered between two looks at their documents. */
const ACTORS_AT_ONCE = 20_000;
const BATCH = 250;
/** Partitions come one by one: a look waits for those that come together, and rests before the next. */
const GATHER_MS = 1_000;
const REST_MS = 60_000;

const refresh = async (
  db: mongo.Db,
  keys: SealingKeys,
  protocol: Protocol,
  names: ReadonlyArray<string>,
): Promise<number> => {
  const { collection } = protocol.definition;
  const replays = new Map(names.map((name) => [name, new Replaying(protocol, name)]));
  const broken = new Set<string>();
  const guard = (name: string, run: (replaying: Replaying) => void): void => {
    const replaying = replays.get(name);
    if (replaying === undefined || broken.has(name)) return;
    try {
      run(replaying);
    } catch (cause) {
      broken.add(name);
      // A newer node writes that document.
      if (cause instanceof NewerRelease) return;
      log.error({ kind: protocol.kind, ...placeOf(cause) }, 'a state document cannot be made from the journal');
    }
  };
  const known = await readStateDocuments(db, collection, names);
  for (const document of known) guard(document._id, (replaying) => replaying.startFrom(document, keys));
  const tails = [...replays.values()].map(({ name, seq }) => ({ actor: name, afterSeq: seq }));
  for await (const record of readTails(db, protocol.kind, tails)) {
    guard(record.actor, (replaying) => replaying.apply(record, keys));
  }
  const documents: Array<StateDocument> = [];
  for (const { name } of replays.values()) {
    guard(name, (replaying) => documents.push(stateDocumentOf(protocol, name, replaying, keys, Date.now())));
  }
  const stored = new Set(known.map(({ _id }) => _id));
  const missing = new Set(names.filter((name) => !stored.has(name)));
  await writeStateDocuments(db, collection, documents, { missing });
  return documents.length;
};

/** Those of the actors whose document is missing or older than the record. */
const behind = async (
  db: mongo.Db,
  collection: string,
  newest: ReadonlyMap<string, number>,
): Promise<ReadonlyArray<string>> => {
  const seqs = new Map<string, number>();
  const found = db
    .collection<StateDocument>(collection)
    .find({ _id: { $in: [...newest.keys()] } }, { projection: { 'actor.seq': 1 }, readPreference: 'primary' });
  for await (const { _id, actor } of found) seqs.set(_id, actor.seq);
  return [...newest].filter(([name, seq]) => (seqs.get(name) ?? 0) < seq).map(([name]) => name);
};

const batches = function* <A>(items: ReadonlyArray<A>): Generator<ReadonlyArray<A>> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
};

const settle = async (
  db: mongo.Db,
  keys: SealingKeys,
  seen: ReadonlyMap<Protocol, ReadonlyMap<string, number>>,
  stopped: () => boolean,
): Promise<number> => {
  let written = 0;
  for (const [protocol, newest] of seen) {
    for (const some of batches([...newest])) {
      if (stopped()) return written;
      const names = await behind(db, protocol.definition.collection, new Map(some));
      if (names.length > 0) written += await refresh(db, keys, protocol, names);
    }
  }
  return written;
};

/** Writes the documents that are behind what was journaled since. @returns how many. */
export const catchUpDocuments = async (
  db: mongo.Db,
  keys: SealingKeys,
  protocols: ReadonlyMap<string, Protocol>,
  since: Date,
  stopped: () => boolean = () => false,
): Promise<number> => {
  const cursor = db
    .collection<JournalDocument>(JOURNAL)
    .find({ at: { $gte: since } }, { projection: { kind: 1, actor: 1, seq: 1 }, batchSize: 5_000 });
  let seen = new Map<Protocol, Map<string, number>>();
  let actors = 0;
  let written = 0;
  for await (const { kind, actor, seq } of cursor) {
    const protocol = protocols.get(kind);
    if (stopped()) break;
    if (protocol === undefined) continue;
    const newest = seen.get(protocol) ?? new Map<string, number>();
    seen.set(protocol, newest);
    const before = newest.get(actor);
    if (before === undefined) actors += 1;
    if (before === undefined || before < seq) newest.set(actor, seq);
    if (actors < ACTORS_AT_ONCE) continue;
    written += await settle(db, keys, seen, stopped);
    seen = new Map();
    actors = 0;
  }
  return written + (await settle(db, keys, seen, stopped));
};

/** Catches up beside the work of a node: once at its start, and when it has taken something over. */
export class CatchUp {
  private readonly run: (since: Date) => Promise<number>;
  private timer: NodeJS.Timeout | undefined;
  private notBeforeMs = 0;
  private stopped = false;

  constructor(db: mongo.Db, keys: SealingKeys, protocols: ReadonlyMap<string, Protocol>) {
    this.run = (since) => catchUpDocuments(db, keys, protocols, since, () => this.stopped);
  }

  /** Soon, together with other reasons to look. */
  wake(): void {
    if (this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => this.begin(), Math.max(GATHER_MS, this.notBeforeMs - performance.now()));
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private begin(): void {
    this.timer = undefined;
    this.notBeforeMs = performance.now() + REST_MS;
    this.run(new Date(Date.now() - LOOK_BACK_MS)).then(
      (documents) => {
        if (documents > 0) log.info({ documents }, 'state documents caught up');
      },
      (cause: unknown) => {
        log.warn({ ...placeOf(cause) }, 'catching up with state documents: trying again');
        this.wake();
      },
    );
  }
}
