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

const answerLine = (host: LinesHost, line: Line): Promise<LineOutcome> =>
  new Promise((resolve) => {
    const protocol = host.kinds.get(line.kind);
    if (!host.node.holds(line.partition)) resolve({ _tag: 'Moved' });
    else if (protocol === undefined) resolve(OTHER_RELEASE);
    else if (line._tag === 'Read') {
      host.node.read(protocol, line.id, line.partition, {
        answer: (outcome) => {
          if (outcome._tag !== 'State') resolve(outcome);
          else resolve(stateLine(protocol, outcome.snapshot));
        },
      });
    } else {
      const command = protocol.receiveInput(line.command, line.input);
      if (isRefusal(command) || isFault(command)) resolve(command);
      else {
        const { inputHash, envelope } = line;
        const question = { command, inputHash, envelope, askedAtMs: host.node.clock.monotonicMs(), answer: resolve };
        host.node.ask(protocol, line.id, line.partition, question);
      }
    }
  });

export const answerBatch = async (host: LinesHost, batch: Batch): Promise<BatchReply> => ({
  node: host.name,
  outcomes: await Promise.all(batch.lines.map((line) => answerLine(host, line))),
});
