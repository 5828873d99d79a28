import { Schema } from 'effect';
import { booksDecider } from '../../domain/roaming/settlement/books.ts';
import { BooksEvent, BooksReply, BooksState, booksCommands } from '../../domain/roaming/settlement/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/**
 * The books of a partner; its key is the partner's TADIG code, or `FRAF1:07` for the part of its numbers that end so.
 * Sealed: its lines name numbers.
 */
export const booksActor = defineActor({
  kind: 'roaming.books',
  decider: booksDecider,
  commands: answering(booksCommands, BooksReply),
  event: BooksEvent,
  eventVersion: 1,
  state: Schema.NullOr(BooksState),
  stateVersion: 1,
  collection: 'roaming_books',
  sealed: true,
  document: (state) =>
    state === null
      ? {}
      : {
          partner: state.partner,
          zone: state.zone,
          closedThrough: state.closedThrough,
          openDays: state.open.length,
          files: state.files.length,
          filesOpen: state.files.filter(({ audit }) => audit === null).length,
        },
});
