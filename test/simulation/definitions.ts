import { Schema } from 'effect';
import { defineActor } from '../../actors/runtime/definition.ts';
import { accept, type Decider } from '../../domain/kernel/decider.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { Counter } from '../support/counter.ts';

/** A wallet: a balance that is not overdrawn, and holds on it that run out by a reminder unless they are settled. */

type WalletCommand =
  | { readonly _tag: 'Deposit'; readonly amount: number }
  | { readonly _tag: 'Withdraw'; readonly amount: number }
  | { readonly _tag: 'Hold'; readonly amount: number; readonly forMs: number }
  | { readonly _tag: 'Settle'; readonly hold: string }
  | { readonly _tag: 'Expire'; readonly hold: string }
  | { readonly _tag: 'Look' };

type WalletEvent =
  | { readonly _tag: 'Deposited'; readonly amount: number }
  | { readonly _tag: 'Withdrawn'; readonly amount: number }
  | { readonly _tag: 'Held'; readonly id: string; readonly amount: number; readonly untilMs: number }
  | { readonly _tag: 'Settled'; readonly id: string }
  | { readonly _tag: 'Expired'; readonly id: string };

interface Hold {
  readonly id: string;
  readonly amount: number;
}

interface WalletState {
  readonly balance: number;
  readonly holds: ReadonlyArray<Hold>;
}

const MAX_HOLDS = 3;

const decider: Decider<WalletState, WalletCommand, WalletEvent> = {
  initial: { balance: 0, holds: [] },
  decide: (state, command, facts) => {
    const { balance, holds } = state;
    switch (command._tag) {
      case 'Deposit':
        return accept([{ _tag: 'Deposited', amount: command.amount }], { balance: balance + command.amount });
      case 'Withdraw':
        return command.amount > balance
          ? refuse('exhausted', 'Overdrawn', 'There is not so much.')
          : accept([{ _tag: 'Withdrawn', amount: command.amount }], { balance: balance - command.amount });
      case 'Hold': {
        if (command.amount > balance) return refuse('exhausted', 'Overdrawn', 'There is not so much.');
        if (holds.length === MAX_HOLDS) return refuse('exhausted', 'TooManyHolds', 'There are enough holds.');
        const { amount, forMs } = command;
        const held: WalletEvent = { _tag: 'Held', id: facts.commandId, amount, untilMs: facts.nowMs + forMs };
        return accept([held], { balance: balance - amount });
      }
      case 'Settle':
        return holds.some(({ id }) => id === command.hold)
          ? accept([{ _tag: 'Settled', id: command.hold }], { balance })
          : refuse('missing', 'NoSuchHold', 'There is no such hold.');
      case 'Expire': {
        const held = holds.find(({ id }) => id === command.hold);
        if (held === undefined) return accept([], { balance });
        return accept([{ _tag: 'Expired', id: held.id }], { balance: balance + held.amount });
      }
      case 'Look':
        return accept([], { balance });
    }
  },
  evolve: ({ balance, holds }, event) => {
    switch (event._tag) {
      case 'Deposited':
        return { balance: balance + event.amount, holds };
      case 'Withdrawn':
        return { balance: balance - event.amount, holds };
      case 'Held':
        return { balance: balance - event.amount, holds: [...holds, { id: event.id, amount: event.amount }] };
      case 'Settled':
        return { balance, holds: holds.filter(({ id }) => id !== event.id) };
      case 'Expired': {
        const amount = holds.find(({ id }) => id === event.id)?.amount ?? 0;
        return { balance: balance + amount, holds: holds.filter(({ id }) => id !== event.id) };
      }
    }
  },
};

const amount = Schema.Int.pipe(Schema.positive());
const reply = Schema.Struct({ balance: Schema.Int });

export const Wallet = defineActor({
  kind: 'test.wallet',
  decider,
  commands: {
    Deposit: { input: Schema.Struct({ amount }), reply },
    Withdraw: { input: Schema.Struct({ amount }), reply },
    Hold: { input: Schema.Struct({ amount, forMs: amount }), reply },
    Settle: { input: Schema.Struct({ hold: Schema.String }), reply },
    Expire: { input: Schema.Struct({ hold: Schema.String }), reply },
    Look: { input: Schema.Struct({}), reply },
  },
  event: Schema.Union(
    Schema.TaggedStruct('Deposited', { amount: Schema.Int }),
    Schema.TaggedStruct('Withdrawn', { amount: Schema.Int }),
    Schema.TaggedStruct('Held', { id: Schema.String, amount: Schema.Int, untilMs: Schema.Int }),
    Schema.TaggedStruct('Settled', { id: Schema.String }),
    Schema.TaggedStruct('Expired', { id: Schema.String }),
  ),
  eventVersion: 1,
  state: Schema.Struct({
    balance: Schema.Int,
    holds: Schema.Array(Schema.Struct({ id: Schema.String, amount: Schema.Int })),
  }),
  stateVersion: 1,
  collection: 'test_wallets',
  document: (state) => ({ balance: state.balance }),
  mailbox: 8,
  idleAfterMs: 2_000,
  reminders: (event) => {
    if (event._tag === 'Held') {
      const command = { _tag: 'Expire', hold: event.id } as const;
      return [{ _tag: 'Set', name: `hold:${event.id}`, atMs: event.untilMs, command }];
    }
    return event._tag === 'Settled' ? [{ _tag: 'Cancel', name: `hold:${event.id}` }] : [];
  },
});

export const DEFINITIONS = [Counter, Wallet] as const;
