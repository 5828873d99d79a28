import type { ActorId } from '../../domain/kernel/actor-id.ts';
import type { Decision } from '../../domain/kernel/decider.ts';
import { type Fault, isRefusal } from '../../domain/kernel/refusal.ts';
import { type JournalTurn, journalKey, type SealingKeys, sealBody } from '../../store/runtime/journal.ts';
import type { Append, AppendOutcome, AppendSource, JournalWriter } from '../../store/runtime/journal-writer.ts';
import type { KindMetrics } from './actor-metrics.ts';
import { Confirmation } from './confirmation.ts';
import {
  BUSY,
  CONFLICT,
  type Defect,
  isDefect,
  mismatch,
  type Outcome,
  type Question,
  retry,
  TOO_LARGE,
} from './outcome.ts';
import type { Protocol } from './protocol.ts';
import { Receipts } from './receipts.ts';
import type { Loaded, Snapshot } from './snapshot.ts';
import { bytesAbout, remindersOf } from './turn.ts';

/**
 * One actor that is awake: its mailbox, its state, and the turns that are decided but not yet durable. Everything here
 * is synchronous between two answers of the journal. The rule that holds it together: nobody is told anything that
 * rests on an event which is not durable, and an actor has one append in flight.
 */

/** What an actor needs of the node that it lives on. */
export interface Host {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly writer: JournalWriter;
  readonly keys: SealingKeys;
  /** A name that no other awakening of any actor ever has. */
  readonly nextWriter: () => string;
  /** No other node exists: what was loaded needs no fence. */
  readonly alone: boolean;
  /** True while this node certainly owns the partition, so that nobody else writes. */
  readonly certain: (partition: number) => boolean;
  /** The writer of the last record after `seq`, if there is one. */
  readonly lastWriterAfter: (kind: string, actor: string, seq: number) => Promise<string | undefined>;
  readonly committed: (actor: AwakeActor) => void;
  readonly stopped: (actor: AwakeActor) => void;
  readonly reportDefect: (actor: AwakeActor, what: string, cause: unknown) => Defect;
}

export interface Reading {
  readonly answer: (outcome: { readonly _tag: 'State'; readonly snapshot: Snapshot } | Fault | Defect) => void;
}

interface Decided {
  readonly turn: JournalTurn;
  readonly bytes: number;
  readonly stateAfter: unknown;
  /** The ask that led to it, and repetitions of it that came before it was durable. */
  readonly questions: Array<Question>;
  /** Answers that rest on this turn or an earlier one. */
  readonly followers: Array<() => void>;
}

const MAX_TURNS = 1_000;
const MAX_RECORD_BYTES = 4 * 1024 * 1024;
const MAX_TURN_BYTES = 12 * 1024 * 1024;

export class AwakeActor implements AppendSource {
  readonly protocol: Protocol;
  readonly id: ActorId;
  /** `tenant/key` */
  readonly name: string;
  readonly partition: number;
  readonly epoch: number;
  /** What the writers of this awakening's records begin with. */
  readonly writer: string;
  private readonly host: Host;
  private readonly metrics: KindMetrics;

  phase: 'loading' | 'awake' | 'stopped' = 'loading';
  lastUsedMs: number;
  /** Device talks under way: an actor is not put to sleep over them. */
  talks = 0;
  /** Set by whoever does something on the actor's behalf that must end with it. */
  onStop: (() => void) | undefined;
  documentRev = -1;
  durable: Snapshot;
  receipts: Receipts;

  /** Questions not answered yet. */
  private depth = 0;
  private state: unknown;
  private rev = 0;
  private arrived: Array<Question | Reading> = [];
  /** Of these, how many there were when the load that is under way began. */
  private arrivedBefore = 0;
  private decided: Array<Decided> = [];
  private inFlight: ReadonlyArray<Decided> = [];
  private readonly undurable = new Map<string, Decided>();
  private readonly confirmation: Confirmation;
  /** The last record is certainly of our epoch: an earlier owner's late one would find its place taken. */
  private fenced = false;
  /** The last record that was loaded is of our epoch; after a failover there may be later ones that were not seen. */
  private resumed = false;
  private resting: Array<() => void> = [];

  constructor(
    host: Host,
    metrics: KindMetrics,
    protocol: Protocol,
    id: ActorId,
    name: string,
    partition: number,
    epoch: number,
  ) {
    this.host = host;
    this.metrics = metrics;
    this.protocol = protocol;
    this.id = id;
    this.name = name;
    this.partition = partition;
    this.epoch = epoch;
    this.writer = `${host.nextWriter()}.`;
    this.lastUsedMs = host.monotonicMs();
    this.confirmation = new Confirmation(
      () => this.isCurrent(),
      (why) => this.stop(why),
    );
    this.durable = { state: protocol.definition.decider.initial, rev: 0, seq: 0 };
    this.receipts = new Receipts(protocol);
  }

  get busy(): boolean {
    return this.phase === 'loading' || this.depth > 0 || this.talks > 0 || this.confirmation.pending;
  }

  get dirty(): boolean {
    // One without history has no document either.
    return this.durable.rev > Math.max(0, this.documentRev);
  }

  get waiting(): number {
    return this.depth;
  }

  tell(question: Question): void {
    if (this.phase === 'stopped') {
      question.answer(retry('The actor has just stopped here.'));
      return;
    }
    if (this.depth >= this.protocol.mailbox) {
      this.metrics.busy.inc();
      question.answer(BUSY);
      return;
    }
    this.depth += 1;
    this.metrics.waiting(1);
    if (this.phase === 'loading') this.arrived.push(question);
    else this.turn(question);
  }

  read(reading: Reading): void {
    if (this.phase === 'stopped') reading.answer(retry('The actor has just stopped here.'));
    else if (this.phase === 'awake') this.readNow(reading);
    else if (this.arrived.length < this.protocol.mailbox) this.arrived.push(reading);
    else reading.answer(BUSY);
  }

  /** What is durable is what may be told; it holds everything that was acknowledged before. */
  private readNow(reading: Reading): void {
    const release = (): void => reading.answer({ _tag: 'State', snapshot: this.durable });
    const last = this.inFlight.at(-1);
    // The journal may have it already, and whoever follows the journal may have been told: they must not be told less here.
    if (last !== undefined) last.followers.push(() => this.read(reading));
    else if (this.certain()) release();
    else this.confirmation.add(release, reading.answer);
  }

  /** What it was called for until now has come before what will be loaded. True: some of it are reads. */
  beginLoading(): boolean {
    this.arrivedBefore = this.arrived.length;
    return this.arrived.some((entry) => !('command' in entry));
  }

  /** @param current everything is in it that was acknowledged before `beginLoading`. */
  awaken(loaded: Loaded, current: boolean): void {
    if (this.phase !== 'loading') return;
    this.phase = 'awake';
    this.durable = { state: loaded.state, rev: loaded.rev, seq: loaded.seq };
    this.state = loaded.state;
    this.rev = loaded.rev;
    this.receipts = loaded.receipts;
    this.documentRev = loaded.documentRev;
    this.resumed = loaded.epoch === this.epoch;
    if (current && this.resumed) this.fenced = true;
    const arrived = this.arrived;
    this.arrived = [];
    const told = { _tag: 'State', snapshot: this.durable } as const;
    for (const [at, entry] of arrived.entries()) {
      if ('command' in entry) this.turn(entry);
      else if (current && at < this.arrivedBefore) entry.answer(told);
      else this.read(entry);
    }
  }

  /** Forgets what is not durable and answers it all with `why`. The journal has the truth. */
  stop(why: Fault | Defect): void {
    if (this.phase === 'stopped') return;
    this.phase = 'stopped';
    this.host.stopped(this);
    this.onStop?.();
    const { arrived } = this;
    const undurable = [...this.inFlight, ...this.decided];
    this.arrived = [];
    this.inFlight = [];
    this.decided = [];
    this.undurable.clear();
    for (const entry of arrived) {
      if ('command' in entry) this.finish(entry, why);
      else entry.answer(why);
    }
    for (const one of undurable) {
      for (const question of one.questions) this.finish(question, why);
      for (const follower of one.followers) follower();
    }
    this.confirmation.failAll(why);
  }

  // --- turns ---

  private turn(question: Question): void {
    const { commandId, ifRev } = question.envelope;
    const pending = this.undurable.get(commandId);
    const receipt = this.receipts.get(commandId);
    if (pending !== undefined) {
      if (pending.turn.inputHash === question.inputHash) pending.questions.push(question);
      else this.tellWhenCurrent(question, CONFLICT);
    } else if (receipt !== undefined) {
      const same = receipt.hash === question.inputHash;
      this.finish(question, same ? { _tag: 'Answered', encoded: receipt.reply, rev: receipt.rev } : CONFLICT);
    } else if (ifRev !== undefined && ifRev !== this.rev) {
      this.tellWhenCurrent(question, mismatch(this.rev));
    } else {
      const decided = this.decide(question);
      if ('turn' in decided) this.accept(decided);
      else this.tellWhenCurrent(question, decided);
    }
  }

  private decide(question: Question): Decided | Outcome {
    const { protocol } = this;
    const { decider } = protocol.definition;
    const { command, envelope, inputHash } = question;
    const { commandId, caller, traceparent } = envelope;
    const atMs = this.host.nowMs();
    try {
      const facts = { nowMs: atMs, actor: this.id, caller, commandId };
      const decision: Decision<unknown, unknown> = decider.decide(this.state, command, facts);
      if (isRefusal(decision)) return decision;
      const reply = protocol.encodeReply(command._tag, decision.reply);
      if (decision.events.length === 0) return { _tag: 'Answered', encoded: reply, rev: this.rev };
      const events = decision.events.map(protocol.encodeEvent);
      const { stateAfter, reminders } = remindersOf(protocol, this.state, decision.events, atMs);
      const rev = this.rev + 1;
      const plain: JournalTurn = { commandId, command: command._tag, inputHash, reply, events, caller, atMs, rev };
      const known = traceparent === undefined ? plain : { ...plain, traceparent };
      const turn = reminders.length === 0 ? known : { ...known, reminders };
      const bytes = bytesAbout(turn);
      if (bytes > MAX_TURN_BYTES) return TOO_LARGE;
      return { turn, bytes, stateAfter, questions: [question], followers: [] };
    } catch (cause) {
      return this.host.reportDefect(this, `the turn of ${command._tag}`, cause);
    }
  }

  private accept(decided: Decided): void {
    this.state = decided.stateAfter;
    this.rev = decided.turn.rev;
    this.undurable.set(decided.turn.commandId, decided);
    this.decided.push(decided);
    // Otherwise it is already waiting for its append to leave, or for the one in flight to come back.
    if (this.decided.length === 1 && this.inFlight.length === 0) this.host.writer.enqueue(this);
  }

  /** For answers without events: they leave after what they rest on is durable, and only from the owner. */
  private tellWhenCurrent(question: Question, outcome: Outcome): void {
    // The append may come back after the lease is over, and the question may have come when another owner had written.
    const release = (): void => {
      if (this.phase === 'stopped') this.finish(question, retry('The append failed.'));
      else this.tellCertain(question, outcome);
    };
    const last = this.decided.at(-1) ?? this.inFlight.at(-1);
    if (isDefect(outcome)) this.finish(question, outcome);
    else if (last !== undefined) last.followers.push(release);
    else this.tellCertain(question, outcome);
  }

  private tellCertain(question: Question, outcome: Outcome): void {
    const finish = (what: Outcome): void => this.finish(question, what);
    if (this.certain()) finish(outcome);
    else this.confirmation.add(() => finish(outcome), finish);
  }

  private finish(question: Question, outcome: Outcome, nowMs = this.host.monotonicMs()): void {
    this.depth -= 1;
    this.metrics.answered(nowMs - question.askedAtMs, outcome);
    question.answer(outcome);
    if (this.depth === 0) for (const resolve of this.resting.splice(0)) resolve();
  }

  /** Resolves when every question has been answered. */
  settled(): Promise<void> {
    if (this.depth === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.resting.push(resolve);
    });
  }

  // --- appending ---

  take(): Append | undefined {
    if (this.phase !== 'awake' || this.decided.length === 0) return undefined;
    if (!this.host.certain(this.partition)) {
      // The key would fence us off if another owner has written; if it has only read, it would not.
      this.stop(retry('The lease on this partition has lapsed.'));
      return undefined;
    }
    let count = 0;
    let bytes = 0;
    while (count < this.decided.length && count < MAX_TURNS && (count === 0 || bytes < MAX_RECORD_BYTES)) {
      const next = this.decided[count]?.bytes ?? 0;
      if (count > 0 && bytes + next > MAX_TURN_BYTES) break;
      bytes += next;
      count += 1;
    }
    this.inFlight = this.decided.splice(0, count);
    const turns = this.inFlight.map((decided) => decided.turn);
    const { kind, sealed, definition } = this.protocol;
    const seq = this.durable.seq + 1;
    const _id = journalKey(kind, this.name, seq);
    const head = {
      _id,
      kind,
      actor: this.name,
      partition: this.partition,
      seq,
      epoch: this.epoch,
      writer: `${this.writer}${seq}`,
      at: new Date(this.host.nowMs()),
      eventVersion: definition.eventVersion,
    };
    this.metrics.turnsPerRecord(turns.length);
    return { bytes, document: sealed ? { ...head, sealed: sealBody(this.host.keys, _id, turns) } : { ...head, turns } };
  }

  settle(outcome: AppendOutcome): void {
    if (this.phase === 'stopped') return;
    if (outcome !== 'written') {
      if (outcome === 'taken') this.metrics.fenced.inc();
      const why = outcome === 'taken' ? 'Another owner wrote first.' : 'The journal did not acknowledge.';
      this.stop(retry(why));
      return;
    }
    const landed = this.inFlight;
    const last = landed.at(-1);
    this.inFlight = [];
    if (last !== undefined) this.commit(landed, last);
  }

  private commit(landed: ReadonlyArray<Decided>, last: Decided): void {
    this.durable = { state: last.stateAfter, rev: last.turn.rev, seq: this.durable.seq + 1 };
    this.fenced = true;
    for (const { turn } of landed) {
      this.undurable.delete(turn.commandId);
      this.receipts.add(turn.commandId, { hash: turn.inputHash, reply: turn.reply, rev: turn.rev }, turn.atMs);
    }
    if (this.decided.length > 0) this.host.writer.enqueue(this);
    const nowMs = this.host.monotonicMs();
    for (const { turn, questions, followers } of landed) {
      const outcome = { _tag: 'Answered', encoded: turn.reply, rev: turn.rev } as const;
      for (const question of questions) this.finish(question, outcome, nowMs);
      for (const follower of followers) follower();
    }
    this.host.committed(this);
  }

  // --- the owner that is not sure any more ---

  private certain(): boolean {
    return (this.fenced || this.host.alone) && this.host.certain(this.partition);
  }

  private async isCurrent(): Promise<boolean> {
    const writer = await this.host.lastWriterAfter(this.protocol.kind, this.name, this.durable.seq);
    // A record of this very awakening is no surprise; one of an earlier awakening of this node would be.
    const current = writer === undefined || writer.startsWith(this.writer);
    if (current && this.resumed) this.fenced = true;
    return current;
  }
}
