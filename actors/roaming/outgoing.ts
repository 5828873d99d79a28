import { outgoingDecider } from '../../domain/roaming/outgoing/outgoing.ts';
import { OutgoingEvent, OutgoingReply, OutgoingState, outgoingCommands } from '../../domain/roaming/outgoing/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** What goes out to a partner about its subscribers in our network, and under which numbers; its key is the TADIG code. */
export const outgoingActor = defineActor({
  kind: 'roaming.outgoing',
  decider: outgoingDecider,
  commands: answering(outgoingCommands, OutgoingReply),
  event: OutgoingEvent,
  eventVersion: 1,
  state: OutgoingState,
  stateVersion: 1,
  collection: 'roaming_outgoing',
  document: ({ waiting, files, last }) => ({
    waiting: waiting.length,
    open: files.filter(({ status }) => status !== 'sent').length,
    last,
  }),
});
