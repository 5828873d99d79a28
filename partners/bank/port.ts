import { Context, type Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { TicketBounds } from '../../domain/mandates/hall/schema.ts';
import type { AnswerOf, DraftOf, MessageType } from '../../domain/mandates/messages/schema.ts';

/**
 * What a step may ask of the banks (银行, seed 003; docs/partners/bank.md). Every message may be sent again under its id;
 * which way it travels is the bank's configuration.
 */

export interface BankRoute {
  readonly code: string;
  readonly name: string;
  /** Who hears from the bank that a mandate was made on its page (seed 003 part 1 step 5.4). */
  readonly noticesTo: 'hall' | 'paymentWeb';
  /** Where a user is sent, and how long a ticket for it is good; null: the bank takes nobody from the hall. */
  readonly page: ({ readonly url: string } & TicketBounds) | null;
}

export class BankPort extends Context.Tag('hufu/BankPort')<
  BankPort,
  {
    readonly banks: readonly BankRoute[];
    /**
     * The bank's answer, whatever its result says. Refused with `BankNotConfigured`, or with a code behind `Bank` when
     * the message was not let in. A fault says nothing about whether the bank has acted: ask again, or query.
     */
    readonly send: <Type extends MessageType>(
      draft: DraftOf<Type> & { readonly type: Type },
    ) => Effect.Effect<AnswerOf<Type>, Refusal | Fault>;
  }
>() {}
