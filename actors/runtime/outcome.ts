import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
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
  /** `performance.now()` when it came in. */
  readonly askedAtMs: number;
  readonly answer: (outcome: Outcome) => void;
}

export const defect = (message: string): Defect => ({ _tag: 'Defect', message });

export const isDefect = (value: unknown): value is Defect =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'Defect';
