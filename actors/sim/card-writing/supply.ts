import { Context, type Effect } from 'effect';
import type { Fault, Refusal } from '../../../domain/kernel/refusal.ts';
import type { SubscriptionData } from '../../../domain/sim/uicc/write-plan.ts';
import type { Judged } from '../../../domain/sim/writing/judge.ts';
import type { CardWriteState } from '../../../domain/sim/writing/schema.ts';
import type { CardKeys } from '../../../store/keys/card-keys.ts';
import type { KeyRing } from '../../../store/keys/key-ring.ts';
import type { Mongo } from '../../../store/mongo.ts';
import type { Actors } from '../../runtime/actors.ts';
import type { Writing } from './asking.ts';

/**
 * Where the data of a write come from: our own stock of numbers and keys (Unicom, seed 000 §4.2 step 3), or the base
 * operator at the moment of the write (Telecom, §4.3 steps 3 and 4). Everything else about a write is the same.
 */

type Asked<A> = Effect.Effect<A, Refusal | Fault, Actors | KeyRing | Mongo>;

export interface Wish {
  readonly writing: Writing;
  readonly write: CardWriteState;
  readonly judged: Judged;
  /** Name of the reader. */
  readonly reader: string;
  /** What the vendor gave us with the card. */
  readonly own: CardKeys;
}

export interface Supplied {
  /** Reserved, unless it was further already. */
  readonly write: CardWriteState;
  readonly data: Omit<SubscriptionData, 'keys' | 'adm'>;
  readonly keys: CardKeys;
}

export interface Supply {
  /** Why this request gets nothing, asked once the card is judged and before anything is reserved. */
  readonly objection: (writing: Writing, judged: Judged) => Asked<Refusal | undefined>;
  /** The data, reserved for this write; the same again for a write that has them, also for one in doubt. */
  readonly supply: (wish: Wish) => Asked<Supplied>;
}

/** Telecom's, where this node can reach EOP. */
export class TelecomSupply extends Context.Tag('hufu/TelecomSupply')<TelecomSupply, Supply>() {}
