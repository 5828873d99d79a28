import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { ChargeAttempt, ChargeOutcome } from '../../../domain/mandates/charge-words.ts';
import { activity, signal, workflow } from '../../contract.ts';

/** The part of mandates' table of contents that is about money: one process for each attempt at a charge. */

export interface ChargingInput extends ChargeAttempt {
  readonly tenant: TenantId;
}

export interface ChargeStep {
  readonly outcome: ChargeOutcome;
}

/** Business key: `chargeKey` of `domain/mandates/charge-words.ts`. */
export const charging = workflow<ChargingInput, ChargeStep>()({
  signals: {
    /** The bank has answered an order that was given up: what it did is asked at once. */
    answered: signal(),
  },
});

/** The steps that it needs, as a part of `mandatesContract`. Each tells the number's actor what it has found out. */
export const chargingActivities = {
  orderCharge: activity<ChargingInput, ChargeStep>('actorAsk'),
  /** Reverses at once what the bank does not know. */
  queryCharge: activity<ChargingInput & { readonly query: number }, ChargeStep>('actorAsk'),
  reverseCharge: activity<ChargingInput, ChargeStep>('actorAsk'),
  /** BOSS hears what has become of its trigger. */
  tellCharge: activity<ChargingInput, null>('partnerCall'),
  alertCharge: activity<ChargingInput & { readonly stage: string; readonly code: string }, null>('quick'),
};
