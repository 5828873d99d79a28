import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { SmscCommand, SmscEvent, SmscReply, SmscState } from './schema.ts';

/** A short-message centre, by its number: for which operator, product and city its number goes onto cards. */

const SMSC = /^[1-9][0-9]{5,19}$/;

export const smscRefusals = {
  unknown: (): Refusal =>
    refuse(
      'missing',
      'SmscUnknown',
      'No short-message centre is registered under this number, or for this product and city.',
      {
        field: 'smsc',
        action: 'Register one.',
      },
    ),
  invalid: (): Refusal =>
    refuse('invalid', 'InvalidSmsc', 'A short-message centre is a number of 6 to 20 digits in international form.', {
      field: 'number',
    }),
  differs: (): Refusal =>
    refuse('conflict', 'SmscDiffers', 'The number is registered for another operator, product or city.'),
  retired: (): Refusal =>
    refuse('conflict', 'SmscRetired', 'This short-message centre is out of use.', { field: 'smsc' }),
} as const;

const outcomeOf = (state: SmscState | null, command: SmscCommand, { actor }: Facts): readonly SmscEvent[] | Refusal => {
  if (command._tag === 'Retire') {
    if (state === null) return smscRefusals.unknown();
    return state.retired ? [] : [{ _tag: 'Retired', reason: command.reason }];
  }
  const { operator, product, city } = command;
  if (!SMSC.test(actor.key)) return smscRefusals.invalid();
  if (state === null) return [{ _tag: 'Registered', number: actor.key, operator, product, city }];
  if (state.retired) return smscRefusals.retired();
  const same = state.operator === operator && state.product === product && state.city === city;
  return same ? [] : smscRefusals.differs();
};

const evolve = (state: SmscState | null, event: SmscEvent): SmscState | null => {
  if (event._tag === 'Retired') return state === null ? null : { ...state, retired: true };
  const { number, operator, product, city } = event;
  return { number, operator, product, city, retired: false };
};

const decide = (state: SmscState | null, command: SmscCommand, facts: Facts): Decision<SmscEvent, SmscReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const smsc = outcome.reduce(evolve, state);
  return smsc === null ? smscRefusals.unknown() : accept(outcome, { changed: outcome.length > 0, smsc });
};

export const smscDecider: Decider<SmscState | null, SmscCommand, SmscEvent, SmscReply> = {
  initial: null,
  decide,
  evolve,
};
