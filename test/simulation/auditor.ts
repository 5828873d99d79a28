import { isDeepStrictEqual } from 'node:util';
import type { Defect, Outcome } from '../../actors/runtime/outcome.ts';
import type { Protocol, TaggedCommand } from '../../actors/runtime/protocol.ts';
import type { Snapshot } from '../../actors/runtime/snapshot.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { History } from './history.ts';
import type { SimulatedStorage } from './storage.ts';
import type { World } from './world.ts';

/**
 * Who sees everything and believes nobody: what was told is kept with what had been told before, and in the end each
 * answer must follow from the journal at a moment between question and answer.
 */

/** A question of a caller, one attempt. */
export interface Attempt {
  readonly protocol: Protocol;
  /** `tenant/key` */
  readonly actor: string;
  readonly command: TaggedCommand;
  readonly commandId: string;
  readonly inputHash: string;
  readonly ifRev: number | undefined;
  /** What had been told to anybody before it began. */
  readonly floor: number;
}

interface Told {
  readonly attempt: Attempt;
  readonly outcome: Exclude<Outcome, Fault>;
  /** The last durable revision when it was told. */
  readonly durable: number;
}

interface Seen {
  readonly protocol: Protocol;
  readonly actor: string;
  readonly snapshot: Snapshot;
}

const MAX_VIOLATIONS = 10;

export class Auditor {
  readonly violations: Array<string> = [];
  answers = 0;
  private readonly world: World;
  private readonly storage: SimulatedStorage;
  private readonly floors = new Map<string, number>();
  private readonly told: Array<Told> = [];
  private readonly seen: Array<Seen> = [];

  constructor(world: World, storage: SimulatedStorage) {
    this.world = world;
    this.storage = storage;
  }

  blame(what: string): void {
    this.world.note(`VIOLATION: ${what}`);
    if (this.violations.length < MAX_VIOLATIONS) this.violations.push(`at ${this.world.nowMs.toFixed(3)} ms: ${what}`);
  }

  /** The latest revision of an actor that somebody has been told of. */
  floorOf(key: string): number {
    return this.floors.get(key) ?? 0;
  }

  /** A node lets an answer go. */
  leaves(key: string, rev: number): void {
    if (rev > this.storage.durableRev(key))
      this.blame(`${key}: revision ${rev} is told, ${this.storage.durableRev(key)} is durable`);
  }

  private tell(key: string, rev: number): void {
    this.answers += 1;
    this.floors.set(key, Math.max(this.floorOf(key), rev));
  }

  /** An answer reaches its caller. */
  answered(attempt: Attempt, outcome: Outcome): void {
    if (outcome._tag === 'Fault') return;
    const key = `${attempt.protocol.kind}/${attempt.actor}`;
    if (outcome._tag === 'Defect') this.blame(`${key}: ${outcome.message}`);
    this.told.push({ attempt, outcome, durable: this.storage.durableRev(key) });
    this.tell(key, outcome._tag === 'Answered' ? outcome.rev : 0);
  }

  read(
    protocol: Protocol,
    actor: string,
    floor: number,
    outcome: { _tag: 'State'; snapshot: Snapshot } | Defect,
  ): void {
    const key = `${protocol.kind}/${actor}`;
    if (outcome._tag === 'Defect') {
      this.blame(`${key}: ${outcome.message}`);
      return;
    }
    const { rev } = outcome.snapshot;
    if (rev < floor) this.blame(`${key}: a read answers revision ${rev}, ${floor} had been told before it began`);
    this.seen.push({ protocol, actor, snapshot: outcome.snapshot });
    this.tell(key, rev);
  }

  // --- in the end ---

  /** Everything is durable and at rest: what was told must follow from the journal, and all documents too. */
  conclude(protocols: ReadonlyMap<string, Protocol>): void {
    const histories = new Map<string, History>();
    const blame = (what: string): void => this.blame(what);
    for (const [key, records] of this.storage.records) {
      const protocol = protocols.get(key.slice(0, key.indexOf('/')));
      if (protocol === undefined) throw new Error(`no such kind: ${key}`);
      const documents = [...records.values()].map(({ document }) => document);
      histories.set(key, new History(protocol, key, documents, blame));
    }
    const historyOf = (protocol: Protocol, actor: string): History => {
      const key = `${protocol.kind}/${actor}`;
      return histories.get(key) ?? new History(protocol, key, [], blame);
    };
    for (const told of this.told) this.check(historyOf(told.attempt.protocol, told.attempt.actor), told);
    for (const { protocol, actor, snapshot } of this.seen) {
      const history = historyOf(protocol, actor);
      if (!isDeepStrictEqual(history.states[snapshot.rev], snapshot.state))
        this.blame(`${history.key}: a read of revision ${snapshot.rev} is not what the journal makes of it`);
    }
    for (const history of histories.values()) {
      const { collection } = history.protocol.definition;
      const name = history.key.slice(history.protocol.kind.length + 1);
      const versions = this.storage.documents.get(`${collection}/${name}`) ?? [];
      history.checkDocuments(versions.map(({ document }) => document));
    }
  }

  private check(history: History, { attempt, outcome, durable }: Told): void {
    const { commandId, inputHash, floor, ifRev, command } = attempt;
    const what = `${history.key}: ${command._tag} ${commandId}`;
    const turn = history.turns.get(commandId);
    if (isRefusal(outcome)) this.checkRefusal(history, what, { attempt, outcome, durable }, outcome);
    if (outcome._tag !== 'Answered') return;
    // An id that led to no event has left no receipt, and may have led to a turn later.
    if (turn === undefined || outcome.rev < turn.rev) {
      const again = history.decide(outcome.rev, attempt);
      if (again === undefined || isRefusal(again) || again.events.length > 0)
        this.blame(`${what} was acknowledged as revision ${outcome.rev} and is not in the journal`);
      else if (!isDeepStrictEqual(again.reply, outcome.encoded)) this.blame(`${what}: the reply is of another state`);
      if (outcome.rev < floor) this.blame(`${what} is answered from revision ${outcome.rev}, ${floor} had been told`);
      return;
    }
    if (turn.inputHash !== inputHash) this.blame(`${what} was accepted with another input under the same id`);
    if (turn.rev !== outcome.rev || !isDeepStrictEqual(turn.reply, outcome.encoded))
      this.blame(`${what} is answered as revision ${outcome.rev}, its turn is ${turn.rev}`);
    if (ifRev !== undefined && turn.rev !== ifRev + 1) this.blame(`${what} wanted revision ${ifRev}, got ${turn.rev}`);
  }

  private checkRefusal(history: History, what: string, { attempt, durable }: Told, refusal: Refusal): void {
    const { commandId, inputHash, floor, ifRev } = attempt;
    const turn = history.turns.get(commandId);
    if (refusal.code === 'CommandConflict') {
      if (turn === undefined || turn.inputHash === inputHash || turn.rev > durable)
        this.blame(`${what} is refused as a conflict with nothing`);
      return;
    }
    const last = Math.min(durable, turn === undefined ? durable : turn.rev - 1);
    if (refusal.code === 'RevisionMismatch') {
      const rev = Number(/\d+/.exec(refusal.message)?.[0]);
      if (rev === ifRev || rev < floor || rev > durable)
        this.blame(`${what} is refused at revision ${rev}: ${floor} had been told, ${durable} is durable`);
      return;
    }
    for (let rev = floor; rev <= last; rev += 1) {
      const again = history.decide(rev, attempt);
      if (isRefusal(again) && again.code === refusal.code) return;
    }
    this.blame(`${what} is refused as ${refusal.code}, and no state from revision ${floor} to ${last} refuses it`);
  }
}
