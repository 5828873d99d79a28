import { Schema } from 'effect';
import { readerDecider } from '../../domain/sim/writing/reader.ts';
import { ReaderEvent, ReaderReply, ReaderState, readerCommands } from '../../domain/sim/writing/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/**
 * The queue of a reader; its key is the reader's name. It owns no link: the node that has the link opens a session and
 * takes writes from here, so that a request may come in at any node.
 */
export const readerActor = defineActor({
  kind: 'sim.reader',
  decider: readerDecider,
  commands: answering(readerCommands, ReaderReply),
  event: ReaderEvent,
  eventVersion: 1,
  state: Schema.NullOr(ReaderState),
  stateVersion: 1,
  collection: 'sim_readers',
  receipts: 64,
  document: (state) =>
    state === null
      ? {}
      : {
          name: state.name,
          place: state.place,
          attached: state.session !== null,
          untilMs: state.untilMs,
          current: state.current,
          waiting: state.queue.length,
        },
});
