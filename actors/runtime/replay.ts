import { setImmediate } from 'node:timers/promises';
import { Effect } from 'effect';
import type mongoose from 'mongoose';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import {
  JOURNAL,
  type JournalDocument,
  openBody,
  readTails,
  type SealingKeys,
  sealBody,
  turnsOf,
} from '../../store/runtime/journal.ts';
import {
  RESERVED_FIELDS,
  type StateDocument,
  type StoredState,
  writeStateDocuments,
} from '../../store/runtime/state-documents.ts';
import type { AnyDefinition, StateOf } from './definition.ts';
import { isAfter, type Moment } from './moment.ts';
import { JournalDefect, placeOf } from './outcome.ts';
import { type Protocol, protocolOf } from './protocol.ts';
import { Receipts } from './receipts.ts';
import type { Loaded } from './snapshot.ts';

/**
 * From records to state: how an actor starts, how its state document is made and made anew, and what it was at any
 * moment. A record that is missing, or that does not decode, is a bug or a loss: it throws, and nobody goes on.
 */

export class Replaying {
  readonly protocol: Protocol;
  readonly name: string;
  state: unknown;
  rev = 0;
  seq = 0;
  documentRev = -1;
  /** Of the newest record seen. */
  epoch = 0;
  /** When the newest turn that was applied was decided; null before the first. */
  atMs: number | null = null;
  turns = 0;
  receipts: Receipts;

  constructor(protocol: Protocol, name: string) {
    this.protocol = protocol;
    this.name = name;
    this.state = protocol.definition.decider.initial;
    this.receipts = new Receipts(protocol);
  }

  /** Begins at a state document; one of another version of the state is passed over. */
  startFrom(document: StateDocument, keys: SealingKeys): void {
    const { actor, rev } = document;
    if (actor.stateVersion !== this.protocol.definition.stateVersion) return;
    const stored =
      actor.sealed === undefined
        ? actor.stored
        : (openBody(keys, sealBinding(this.protocol, this.name), actor.sealed) as StoredState);
    if (stored === undefined) return;
    this.state = this.protocol.decodeState(stored.state);
    const known = stored.receipts.map(({ id, ...receipt }) => [id, receipt] as const);
    this.receipts = new Receipts(this.protocol, known);
    this.rev = rev;
    this.seq = actor.seq;
    this.documentRev = rev;
  }

  /** False when a turn came that is after the moment: it and what follows is not applied. */
  apply(record: JournalDocument, keys: SealingKeys, to: Moment = {}): boolean {
    const { protocol } = this;
    this.epoch = record.epoch;
    if (record.seq === this.seq) return true;
    if (record.seq !== this.seq + 1)
      throw new JournalDefect(`record ${record.seq} follows record ${this.seq}: the journal has a gap`);
    for (const turn of turnsOf(keys, record)) {
      if (isAfter(turn, to)) return false;
      if (turn.rev !== this.rev + 1)
        throw new JournalDefect(`record ${record.seq}: revision ${turn.rev} follows ${this.rev}`);
      for (const event of turn.events) {
        this.state = protocol.definition.decider.evolve(this.state, protocol.decodeEvent(record.eventVersion, event));
      }
      this.rev = turn.rev;
      this.atMs = turn.atMs;
      this.turns += 1;
      this.receipts.add(turn.commandId, { hash: turn.inputHash, reply: turn.reply, rev: turn.rev }, turn.atMs);
    }
    this.seq = record.seq;
    return true;
  }

  /** Throws when the record that the state document was made of is not there. */
  check(): void {
    if (this.seq > 0 && this.epoch === 0)
      throw new JournalDefect(`record ${this.seq} of the state document is missing`);
  }

  loaded(): Loaded {
    const { state, rev, seq, receipts, documentRev, epoch } = this;
    return { state, rev, seq, receipts, documentRev, epoch };
  }
}

const sealBinding = (protocol: Protocol, name: string): string => `${protocol.definition.collection}/${name}`;

/** The document of a moment: projection for look-ups, state and receipts for a quick start. */
export const stateDocumentOf = (
  protocol: Protocol,
  name: string,
  at: Omit<Loaded, 'documentRev' | 'epoch'>,
  keys: SealingKeys,
  nowMs: number,
): StateDocument => {
  const { definition } = protocol;
  const slash = name.indexOf('/');
  const projection = definition.document?.(at.state) ?? {};
  const taken = RESERVED_FIELDS.find((field) => field in projection);
  if (taken !== undefined) throw new Error(`${protocol.kind}: a state document's field cannot be called ${taken}`);
  const receipts = [...at.receipts].map(([id, receipt]) => ({ id, ...receipt }));
  const stored: StoredState = { state: protocol.encodeState(at.state), receipts };
  const body = protocol.sealed ? { sealed: sealBody(keys, sealBinding(protocol, name), stored) } : { stored };
  return {
    ...projection,
    _id: name,
    tenant: name.slice(0, slash),
    key: name.slice(slash + 1),
    rev: at.rev,
    actor: { seq: at.seq, stateVersion: definition.stateVersion, at: new Date(nowMs), ...body },
  };
};

/** A record that nobody gets past: it is missing, spoilt, or no longer understood. */
export interface Broken {
  readonly seq: number;
  /** What is wrong, without a value of the record. */
  readonly what: string;
}

export interface Replayed<State> {
  readonly state: State;
  /** 0: nothing had been decided by then, and the state is the initial one. */
  readonly rev: number;
  readonly seq: number;
  /** When the last turn in it was decided. */
  readonly atMs: number | null;
  /** When there is something wrong before the moment: the state is the one before it. */
  readonly broken: Broken | null;
}

/** Turns that a node that serves others replays for one request; some seconds of work. */
export const MAX_REPLAYED_TURNS = 200_000;
/** Others get their turn after so many. */
const REPLAYED_TOGETHER = 1_000;

/**
 * What the actor was at a moment (default: now), from the journal alone; nothing is written. Refusals: `missing` without
 * history, `HistoryTooLong` when there are more turns than `maxTurns` before the moment.
 */
export const replayActor = <D extends AnyDefinition>(
  definition: D,
  id: ActorId,
  to: Moment = {},
  maxTurns = Number.POSITIVE_INFINITY,
): Effect.Effect<Replayed<StateOf<D>>, Refusal | Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    const name = formatActorId(id);
    const replaying = new Replaying(protocolOf(definition), name);
    let records = 0;
    let broken: Broken | null = null;
    yield* mongoTry('reading the journal', async () => {
      let rested = 0;
      for await (const record of readTails(db, definition.kind, [{ actor: name, afterSeq: 0 }])) {
        records += 1;
        try {
          if (!replaying.apply(record, keys, to)) return;
        } catch (cause) {
          broken = brokenBy(record.seq, cause);
          return;
        }
        if (replaying.turns > maxTurns) return;
        if (replaying.turns - rested < REPLAYED_TOGETHER) continue;
        rested = replaying.turns;
        await setImmediate();
      }
    });
    if (records === 0) return yield* Effect.fail(missing(definition.kind));
    if (replaying.turns > maxTurns) return yield* Effect.fail(historyTooLong());
    const { rev, seq, atMs } = replaying;
    return { state: replaying.state as StateOf<D>, rev, seq, atMs, broken };
  });

export const brokenBy = (seq: number, cause: unknown): Broken => ({ seq, what: placeOf(cause).error });

export const historyTooLong = (): Refusal =>
  refuse('exhausted', 'HistoryTooLong', `More than ${MAX_REPLAYED_TURNS} turns lie before that moment.`, {
    action: 'Use ./hufu admin actor replay, which has no bound.',
  });

export const missing = (kind: string): Refusal => refuse('missing', 'NotFound', `There is no such ${kind}.`);

const REBUILD_BATCH = 200;

/**
 * Writes every state document of a kind, or the one of an actor, anew from the journal, one actor in memory at a time.
 * May run beside the actors: a document that is newer by then stays.
 */
export const rebuildStateDocuments = (
  definition: AnyDefinition,
  only?: ActorId,
): Effect.Effect<{ readonly actors: number; readonly records: number }, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    return yield* mongoTry('rebuilding state documents', () => rebuild(db, keys, protocolOf(definition), only));
  });

const rebuild = async (
  db: mongoose.mongo.Db,
  keys: SealingKeys,
  protocol: Protocol,
  only: ActorId | undefined,
): Promise<{ readonly actors: number; readonly records: number }> => {
  const prefix = only === undefined ? protocol.kind : `${protocol.kind}/${formatActorId(only)}`;
  // '0' follows '/' in ASCII: every key below the prefix and none of another.
  const range = { _id: { $gt: `${prefix}/`, $lt: `${prefix}0` } };
  const cursor = db.collection<JournalDocument>(JOURNAL).find(range, { sort: { _id: 1 }, batchSize: 500 });
  let current: Replaying | undefined;
  let batch: Array<StateDocument> = [];
  let actors = 0;
  let records = 0;
  const write = async (): Promise<void> => {
    await writeStateDocuments(db, protocol.definition.collection, batch, { anew: true });
    batch = [];
  };
  const finish = async (done: Replaying | undefined): Promise<void> => {
    if (done === undefined) return;
    actors += 1;
    batch.push(stateDocumentOf(protocol, done.name, done, keys, Date.now()));
    if (batch.length >= REBUILD_BATCH) await write();
  };
  for await (const record of cursor) {
    if (record.actor !== current?.name) {
      await finish(current);
      current = new Replaying(protocol, record.actor);
    }
    current.apply(record, keys);
    records += 1;
  }
  await finish(current);
  await write();
  return { actors, records };
};
