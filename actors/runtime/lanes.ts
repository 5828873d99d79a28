import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { type Clock, systemClock } from '../../store/runtime/clock.ts';
import type { Envelope } from './actors.ts';
import type { Reading } from './awake-actor.ts';
import { BUSY, type Defect, defect, OTHER_RELEASE, type Outcome, type Question, retry } from './outcome.ts';
import type { Protocol } from './protocol.ts';
import { bytesAbout } from './turn.ts';

/**
 * Asks to other nodes. The cluster knows which node holds a partition but does not say; the answers do. So the first
 * ask to a partition goes in a message of its own, and from then on asks to all partitions of one node share messages:
 * a message costs what dozens of asks cost. What a node does not hold any more it sends back, and it starts again.
 */

/** One ask or read on its way, as JSON. */
export type Line =
  | {
      readonly _tag: 'Ask';
      readonly kind: string;
      readonly id: ActorId;
      readonly partition: number;
      readonly command: string;
      readonly input: unknown;
      readonly inputHash: string;
      readonly envelope: Envelope;
    }
  | { readonly _tag: 'Read'; readonly kind: string; readonly id: ActorId; readonly partition: number };

export type LineOutcome =
  | Outcome
  | { readonly _tag: 'State'; readonly state: unknown; readonly stateVersion: number; readonly rev: number }
  /** The node that got the line does not hold the partition. */
  | { readonly _tag: 'Moved' };

export interface Batch {
  readonly lines: ReadonlyArray<Line>;
}

export interface BatchReply {
  /** Names the node that answered. */
  readonly node: string;
  readonly outcomes: ReadonlyArray<LineOutcome>;
}

/** Sends to whichever node holds the partition. Never rejects; undefined: no answer, nobody knows what was done. */
export type Transport = (partition: number, batch: Batch) => Promise<BatchReply | undefined>;

interface Waiting {
  readonly line: Line;
  /** `kind/tenant/key` */
  readonly actor: string;
  readonly bytes: number;
  readonly answer: (outcome: LineOutcome) => void;
  moves: number;
}

interface Lane {
  readonly queue: Array<Waiting>;
  underWay: number;
}

const MAX_LINES = 500;
const MAX_BYTES = 1024 * 1024;
/** Messages to one node at the same time. */
const UNDER_WAY = 4;
const MAX_WAITING = 20_000;
const MAX_MOVES = 3;

const FULL = fault('actor', 'Busy', 'Too many asks wait for other nodes.', 500);

export class Lanes {
  private readonly transport: Transport;
  private readonly clock: Clock;
  /** Partition → name of the node that last answered for it. */
  private readonly holders = new Map<number, string>();
  private readonly lanes = new Map<string, Lane>();
  private waiting = 0;
  /** Of these, how many are for each actor. */
  private readonly crowds = new Map<string, number>();
  private scheduled = false;

  constructor(transport: Transport, clock: Clock = systemClock) {
    this.transport = transport;
    this.clock = clock;
  }

  ask(protocol: Protocol, id: ActorId, partition: number, question: Question, input: unknown): void {
    const { command, inputHash, envelope } = question;
    const line: Line = {
      _tag: 'Ask',
      kind: protocol.kind,
      id,
      partition,
      command: command._tag,
      input,
      inputHash,
      envelope,
    };
    this.add(protocol, line, bytesAbout(input) + 300, (outcome) => question.answer(askOutcome(outcome)));
  }

  read(protocol: Protocol, id: ActorId, partition: number, reading: Reading): void {
    const line: Line = { _tag: 'Read', kind: protocol.kind, id, partition };
    const answer = (outcome: LineOutcome): void => {
      if (outcome._tag !== 'State') reading.answer(readFailure(outcome));
      else reading.answer(stateOf(protocol, outcome));
    };
    this.add(protocol, line, 200, answer);
  }

  private add(protocol: Protocol, line: Line, bytes: number, answer: Waiting['answer']): void {
    const actor = `${line.kind}/${formatActorId(line.id)}`;
    const crowd = this.crowds.get(actor) ?? 0;
    if (this.waiting >= MAX_WAITING) answer(FULL);
    // Its mailbox would turn them away, and on the way they would hold up all others.
    else if (crowd >= protocol.mailbox) answer(BUSY);
    else {
      this.waiting += 1;
      this.crowds.set(actor, crowd + 1);
      this.enqueue({ line, actor, bytes, answer, moves: 0 });
    }
  }

  private settle(one: Waiting, outcome: LineOutcome): void {
    this.waiting -= 1;
    const crowd = (this.crowds.get(one.actor) ?? 0) - 1;
    if (crowd > 0) this.crowds.set(one.actor, crowd);
    else this.crowds.delete(one.actor);
    one.answer(outcome);
  }

  private enqueue(one: Waiting): void {
    const { partition } = one.line;
    const name = this.holders.get(partition) ?? `partition ${partition}`;
    const lane = this.lanes.get(name);
    if (lane === undefined) this.lanes.set(name, { queue: [one], underWay: 0 });
    else lane.queue.push(one);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.clock.setImmediate(() => {
      this.scheduled = false;
      for (const [name, lane] of this.lanes) this.pump(name, lane);
    });
  }

  private pump(name: string, lane: Lane): void {
    while (lane.queue.length > 0 && lane.underWay < UNDER_WAY) {
      let bytes = 0;
      let count = 0;
      while (count < lane.queue.length && count < MAX_LINES && bytes < MAX_BYTES) {
        bytes += lane.queue[count]?.bytes ?? 0;
        count += 1;
      }
      lane.underWay += 1;
      void this.send(name, lane, lane.queue.splice(0, count));
    }
    if (lane.queue.length === 0 && lane.underWay === 0) this.lanes.delete(name);
  }

  private async send(name: string, lane: Lane, batch: ReadonlyArray<Waiting>): Promise<void> {
    const partition = batch[0]?.line.partition ?? 0;
    const reply = await this.transport(partition, { lines: batch.map((one) => one.line) });
    lane.underWay -= 1;
    for (const [index, one] of batch.entries()) this.receive(one, reply, reply?.outcomes[index]);
    this.pump(name, lane);
  }

  private receive(one: Waiting, reply: BatchReply | undefined, outcome: LineOutcome | undefined): void {
    const { partition } = one.line;
    if (reply !== undefined && outcome !== undefined && outcome._tag !== 'Moved') {
      this.holders.set(partition, reply.node);
      this.settle(one, outcome);
      return;
    }
    this.holders.delete(partition);
    if (reply !== undefined && one.moves < MAX_MOVES) {
      one.moves += 1;
      this.enqueue(one);
      return;
    }
    this.settle(one, retry('The node that owns the actor did not answer.'));
  }
}

const stateOf = (
  protocol: Protocol,
  { state, stateVersion, rev }: Extract<LineOutcome, { readonly _tag: 'State' }>,
): Parameters<Reading['answer']>[0] => {
  try {
    return { _tag: 'State', snapshot: { state: protocol.decodeState(state), rev, seq: 0 } };
  } catch {
    // In the middle of a rolling upgrade: one of the two is about to be replaced.
    if (stateVersion !== protocol.definition.stateVersion) return OTHER_RELEASE;
    return defect(`${protocol.kind}: the state from another node does not fit its schema`);
  }
};

const askOutcome = (outcome: LineOutcome): Outcome =>
  outcome._tag === 'State' || outcome._tag === 'Moved' ? defect('an ask was answered like a read') : outcome;

const readFailure = (outcome: LineOutcome): Fault | Defect =>
  outcome._tag === 'Fault' || outcome._tag === 'Defect' ? outcome : defect('a read was answered like an ask');
