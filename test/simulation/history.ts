import { isDeepStrictEqual } from 'node:util';
import type { Protocol, TaggedCommand } from '../../actors/runtime/protocol.ts';
import type { Decision } from '../../domain/kernel/decider.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { JournalDocument, JournalTurn } from '../../store/runtime/journal.ts';
import type { StateDocument } from '../../store/runtime/state-documents.ts';
import { idOf, SIM_CALLER } from './questions.ts';

/** One actor by its journal alone: its turns, and its state after each. Made without the runtime's own replay. */
export class History {
  readonly protocol: Protocol;
  readonly key: string;
  /** By revision; the first is the initial one. */
  readonly states: Array<unknown>;
  /** By command id. */
  readonly turns = new Map<string, JournalTurn>();
  private readonly blame: (what: string) => void;
  private readonly seqs = new Map<number, number>();

  constructor(protocol: Protocol, key: string, records: ReadonlyArray<JournalDocument>, blame: (what: string) => void) {
    this.protocol = protocol;
    this.key = key;
    this.states = [protocol.definition.decider.initial];
    this.blame = (what) => blame(`${key}: ${what}`);
    let epoch = 0;
    for (const [index, record] of records.toSorted((one, other) => one.seq - other.seq).entries()) {
      if (record.seq !== index + 1) this.blame(`record ${record.seq} is in the place of ${index + 1}`);
      if (record.epoch < epoch) this.blame(`record ${record.seq} has epoch ${record.epoch} after ${epoch}`);
      epoch = record.epoch;
      for (const turn of record.turns ?? []) this.take(record, turn);
    }
  }

  get rev(): number {
    return this.states.length - 1;
  }

  private take(record: JournalDocument, turn: JournalTurn): void {
    const { decider } = this.protocol.definition;
    if (this.turns.has(turn.commandId)) this.blame(`command ${turn.commandId} is in the journal twice`);
    if (turn.rev !== this.rev + 1) this.blame(`record ${record.seq}: revision ${turn.rev} follows ${this.rev}`);
    this.turns.set(turn.commandId, turn);
    let state: unknown = this.states.at(-1);
    for (const event of turn.events) {
      state = decider.evolve(state, this.protocol.decodeEvent(record.eventVersion, event));
    }
    this.states.push(state);
    this.seqs.set(this.rev, record.seq);
  }

  /** What the decider says to a command after a revision, the reply encoded; undefined when there is no such revision. */
  decide(rev: number, attempt: { readonly command: TaggedCommand; readonly commandId: string }) {
    if (rev > this.rev) return undefined;
    const { decider } = this.protocol.definition;
    const { command, commandId } = attempt;
    const actor = idOf(this.key.slice(this.key.lastIndexOf('/') + 1));
    const facts = { nowMs: 0, actor, caller: SIM_CALLER, commandId };
    const decision: Decision<unknown, unknown> = decider.decide(this.states[rev], command, facts);
    if (isRefusal(decision)) return decision;
    return { ...decision, reply: this.protocol.encodeReply(command._tag, decision.reply) };
  }

  /** All versions of the state document that were ever durable, in order. */
  checkDocuments(versions: ReadonlyArray<StateDocument>): void {
    let before = 0;
    for (const { rev, actor } of versions) {
      if (rev < before) this.blame(`the state document went from revision ${before} to ${rev}`);
      before = rev;
      const state = this.states[rev];
      if (state === undefined || !isDeepStrictEqual(this.protocol.encodeState(state), actor.stored?.state))
        this.blame(`the state document of revision ${rev} is not what the journal makes of it`);
      if (this.seqs.get(rev) !== actor.seq) this.blame(`the state document of revision ${rev} has record ${actor.seq}`);
      const ids = [...this.turns.values()].filter((turn) => turn.rev <= rev).map((turn) => turn.commandId);
      const known = new Set(actor.stored?.receipts.map(({ id }) => id));
      if (ids.slice(-this.protocol.receipts).some((id) => !known.has(id)))
        this.blame(`the state document of revision ${rev} lacks receipts`);
    }
    if (before !== this.rev)
      this.blame(`the state document stays at revision ${before}, the journal is at ${this.rev}`);
  }
}
