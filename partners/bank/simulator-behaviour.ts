import { setTimeout as sleep } from 'node:timers/promises';
import { Schema } from 'effect';
import { RESULT_CODES } from '../../domain/mandates/messages/results.ts';
import type { MessageType } from '../../domain/mandates/messages/schema.ts';
import { ANY_USUAL, type AnyDelivery, anyBehaviour, Conduct, count } from '../simulator/conduct.ts';
import type { Departure } from './simulator-books.ts';

/** How a simulated bank behaves: what can go wrong with it, and for how many answers. */

export const BankBehaviour = Schema.Struct({
  ...anyBehaviour,
  /** The next so many payments taken, with an answer that does not know it; */
  unknown: count,
  /** … as if it had no such relation or payment; */
  differ: count,
  /** … cancellations not let go; */
  keep: count,
  /** … on a line: bytes that are no message, or a frame that is too long. */
  garbage: count,
  overlong: count,
  /** On a line: byte by byte. */
  dribble: Schema.Boolean,
  /** With this code payments are refused; empty: not. */
  refusePayments: Schema.Literal('', ...RESULT_CODES),
  /** Only accounts with online banking may have a mandate: the bank's own rule (seed 003 part 1 step 5.1). */
  onlineOnly: Schema.Boolean,
});
export type BankBehaviour = typeof BankBehaviour.Type;

export const USUAL: BankBehaviour = {
  ...ANY_USUAL,
  unknown: 0,
  differ: 0,
  keep: 0,
  garbage: 0,
  overlong: 0,
  dribble: false,
  refusePayments: '',
  onlineOnly: false,
};

/** How one answer goes out, over a line in other ways than whole. */
export interface Delivery extends AnyDelivery {
  readonly garbage: boolean;
  readonly overlong: boolean;
  readonly dribble: boolean;
}

export class BankConduct extends Conduct<BankBehaviour> {
  departure(type: MessageType): Departure {
    return {
      differ: this.takes('differ'),
      unknown: type === 'paymentOrder' && this.takes('unknown'),
      keep: type === 'cancelRequest' && this.takes('keep'),
      refuse: this.behaviour.refusePayments,
    };
  }

  override async delivery(network = false): Promise<Delivery> {
    const { dribble, latencyMs } = this.behaviour;
    if (network) {
      await sleep(latencyMs);
      return { times: 1, garbage: false, overlong: false, dribble, turn: async () => undefined };
    }
    const usual = await super.delivery();
    return { ...usual, garbage: this.takes('garbage'), overlong: this.takes('overlong'), dribble };
  }
}
