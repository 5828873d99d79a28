import type { Effect } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import type { TermsUsed } from '../../domain/roaming/imports/schema.ts';
import type { Files } from '../../store/files/files.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import type { CurrentStep } from '../activity.ts';
import type { Reading } from './import-reading.ts';

export type Needs = Actors | CurrentStep | Files | Mongo | KeyRing;
export type Step<A> = Effect.Effect<A, Refusal | Fault, Needs>;

export interface Work {
  readonly input: ImportInput;
  /** Of the file: 1, and one more after each release from quarantine. */
  readonly attempt: number;
  readonly reading: Reading;
}

export type Owned = Pick<Plan, 'subscribers' | 'owners'>;

/** A file's records with their prices. */
export interface Rated {
  readonly sums: () => {
    readonly chargedMinor: bigint;
    readonly agreedMinor: bigint;
    readonly priceDiffers: number;
  };
  /** To those who pay: what is not taken is marked. */
  readonly charge: (plan: Plan) => Step<Plan['numbers']>;
  readonly book: (numbers: Plan['numbers']) => Step<void>;
}

/** Of a file by which nobody is charged. */
export const NO_SUMS = { chargedMinor: 0n, agreedMinor: 0n, priceDiffers: 0 } as const;

/** What an import does otherwise for a partner's file than for one of our own network. The rest is one and the same. */
export interface Handling {
  /** By which revisions those who pay are charged; undefined where no revision counts. */
  readonly used: (owned: Owned) => TermsUsed | undefined;
  /** Whether a file with a fatal error goes back by itself. */
  readonly returnsFatal: boolean;
  readonly read: (receivedAtMs: number) => Step<Reading>;
  /** Whose the records are; marks those that are nobody's, or have not happened yet. Duplicates are marked already. */
  readonly attribute: (work: Work) => Step<Owned>;
  /** Marks records that have no price. The same in every attempt. */
  readonly rate: (work: Work, owned: Owned) => Rated;
}
