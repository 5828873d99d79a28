import { isFault, isRefusal } from '../../domain/kernel/refusal.ts';
import type { Batch, BatchReply, Lanes, Line, LineOutcome } from './lanes.ts';
import type { ActorNode } from './node.ts';
import { defect, OTHER_RELEASE } from './outcome.ts';
import type { Protocol } from './protocol.ts';
import type { Router } from './service.ts';
import type { Snapshot } from './snapshot.ts';

/** A node among others: which way its own asks go, and how it answers the lines that come from others. */

export interface LinesHost {
  readonly node: ActorNode;
  readonly kinds: ReadonlyMap<string, Protocol>;
  /** This node's name, in every reply. */
  readonly name: string;
}

/** Into a mailbox of this node where it holds the partition, else on the way to the node that does. */
export const routerOf = (node: ActorNode, lanes: Lanes): Router => ({
  ask: (protocol, id, partition, question, encoded) => {
    if (node.holds(partition)) node.ask(protocol, id, partition, question);
    else lanes.ask(protocol, id, partition, question, encoded);
  },
  read: (protocol, id, partition, reading) => {
    if (node.holds(partition)) node.read(protocol, id, partition, reading);
    else lanes.read(protocol, id, partition, reading);
  },
});

const stateLine = (protocol: Protocol, { state, rev }: Snapshot): LineOutcome => {
  try {
    return { _tag: 'State', state: protocol.encodeState(state), stateVersion: protocol.definition.stateVersion, rev };
  } catch {
    return defect(`${protocol.kind}: the state does not fit its schema`);
  }
};

const answerLine = (host: LinesHost, line: Line, answer: (outcome: LineOutcome) => void): void => {
  const protocol = host.kinds.get(line.kind);
  if (!host.node.holds(line.partition)) answer({ _tag: 'Moved' });
  else if (protocol === undefined) answer(OTHER_RELEASE);
  else if (line._tag === 'Read') {
    host.node.read(protocol, line.id, line.partition, {
      answer: (outcome) => {
        if (outcome._tag !== 'State') answer(outcome);
        else answer(stateLine(protocol, outcome.snapshot));
      },
    });
  } else {
    const command = protocol.receiveInput(line.command, line.input);
    if (isRefusal(command) || isFault(command)) answer(command);
    else {
      const { inputHash, envelope } = line;
      const question = { command, inputHash, envelope, askedAtMs: host.node.clock.monotonicMs(), answer };
      host.node.ask(protocol, line.id, line.partition, question);
    }
  }
};

/** Resolves when every line has its outcome. Counted, because a promise for each line costs more than the line. */
export const answerBatch = (host: LinesHost, { lines }: Batch): Promise<BatchReply> =>
  new Promise((resolve) => {
    const outcomes = new Array<LineOutcome>(lines.length);
    let open = lines.length;
    if (open === 0) resolve({ node: host.name, outcomes });
    for (const [index, line] of lines.entries()) {
      answerLine(host, line, (outcome) => {
        outcomes[index] = outcome;
        open -= 1;
        if (open === 0) resolve({ node: host.name, outcomes });
      });
    }
  });
