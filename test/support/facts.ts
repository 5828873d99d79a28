import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Decider, Facts } from '../../domain/kernel/decider.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';

/** Facts of a turn for tests of deciders: a fixed moment, a caller, and the actor's key. */
export const factsFor = (key: string): Facts => ({
  nowMs: 1_763_884_800_000,
  actor: { tenant: 'demo' as TenantId, key },
  caller: { subject: 'operator', tenant: 'demo' as TenantId, roles: ['operator'] },
  commandId: 'command-1',
});

/** A decider with its state, asked command after command. */
export const running = <State, Command, Event, Reply>(
  decider: Decider<State, Command, Event, Reply>,
  key: string,
  facts: Facts = factsFor(key),
) => {
  let state = decider.initial;
  return {
    state: (): State => state,
    /** The refusal's code, or the reply of an accepted command; `subject` asks. */
    ask: (command: Command, subject = facts.caller.subject): Reply | string => {
      const decision = decider.decide(state, command, { ...facts, caller: { ...facts.caller, subject } });
      if (isRefusal(decision)) return decision.code;
      state = decision.events.reduce(decider.evolve, state);
      return decision.reply;
    },
    /** As `ask`, for a command that the test expects to be accepted. */
    must: (command: Command): Reply => {
      const decision = decider.decide(state, command, facts);
      if (isRefusal(decision)) throw new Error(`refused: ${decision.code}: ${decision.message}`);
      state = decision.events.reduce(decider.evolve, state);
      return decision.reply;
    },
  };
};
