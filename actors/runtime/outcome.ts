import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { Envelope } from './actors.ts';
import type { TaggedCommand } from './protocol.ts';

/**
 * What goes into a mailbox and what comes out of it: plain values and one callback per ask, because a fiber per ask
 * would cost as much as the turn itself.
 */

export interface Answered {
  readonly _tag: 'Answered';
  /** The reply's wire form. */
  readonly encoded: unknown;
  readonly rev: number;
}

/** A bug: in a decider, in a stored record. It is logged where it is found; the caller dies of it. */
export interface Defect {
  readonly _tag: 'Defect';
  readonly message: string;
}

export type Outcome = Answered | Refusal | Fault | Defect;

export interface Question {
  readonly command: TaggedCommand;
  readonly inputHash: string;
  readonly envelope: Envelope;
  /** By the node's monotonic clock, when it came in. */
  readonly askedAtMs: number;
  readonly answer: (outcome: Outcome) => void;
}

export const defect = (message: string): Defect => ({ _tag: 'Defect', message });

/** What is wrong with stored records, said without a key or a value: it may be logged. */
export class JournalDefect extends Error {
  override readonly name = 'JournalDefect';
}

/** What may be logged of a bug: messages may quote a person's data, so only where it happened in the program. */
export const placeOf = (cause: unknown): { readonly error: string; readonly frames: ReadonlyArray<string> } => ({
  error: cause instanceof JournalDefect ? cause.message : cause instanceof Error ? cause.name : typeof cause,
  frames: cause instanceof Error ? (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [],
});

export const isDefect = (value: unknown): value is Defect =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'Defect';

/** Ask again with the same command id: nobody knows, or nothing was done. */
export const retry = (message: string): Fault => fault('actor', 'Retry', message, 50);

/** While nodes are replaced by those of a newer release: what one has written or sent, an older one cannot read. */
export const OTHER_RELEASE = fault('actor', 'OtherRelease', 'A node of another release must answer this.', 500);

/** An event that a newer release has written. No bug: the actor answers again on a node of that release. */
export class NewerRelease extends Error {
  override readonly name = 'NewerRelease';
}

export const BUSY = fault('actor', 'Busy', 'The mailbox of this actor is full.', 200);
export const CONFLICT = refuse('conflict', 'CommandConflict', 'This command id was used before with another input.', {
  action: 'Use a new id for a new command.',
});
export const TOO_LARGE = refuse('exhausted', 'TurnTooLarge', 'The command leads to more than one turn can record.', {
  action: 'Split the command into smaller ones.',
});

export const mismatch = (rev: number): Refusal =>
  refuse('conflict', 'RevisionMismatch', `The actor is at revision ${rev}.`, {
    action: 'Read it again and decide anew.',
  });
