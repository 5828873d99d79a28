import { Schema } from 'effect';
import { quarantineEndMs, rangeDecider } from '../../domain/sim/number-range.ts';
import { registryDecider } from '../../domain/sim/range-registry.ts';
import {
  type NumberType,
  type RangeCommand,
  RangeEvent,
  RangeReply,
  RangeState,
  RegistryEvent,
  RegistryReply,
  RegistryState,
  rangeCommands,
  registryCommands,
} from '../../domain/sim/schema.ts';
import { defineActor, type ReminderChange } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** One reminder for all numbers in quarantine, at the end of the first; what is left then sets it anew. */
const endOfQuarantine = (event: RangeEvent, state: RangeState | null): ReadonlyArray<ReminderChange<RangeCommand>> => {
  if (state === null || (event._tag !== 'Quarantined' && event._tag !== 'Readmitted')) return [];
  const atMs = quarantineEndMs(state);
  return atMs === undefined
    ? [{ _tag: 'Cancel', name: 'quarantine' }]
    : [{ _tag: 'Set', name: 'quarantine', atMs, command: { _tag: 'EndQuarantine' } }];
};

const rangeActor = <Kind extends string>(kind: Kind, type: NumberType) =>
  defineActor({
    kind,
    decider: rangeDecider(type),
    commands: answering(rangeCommands, RangeReply),
    event: RangeEvent,
    eventVersion: 1,
    state: Schema.NullOr(RangeState),
    stateVersion: 2,
    collection: 'sim_number_ranges',
    receipts: 1_024,
    reminders: endOfQuarantine,
    document: (state) =>
      state === null
        ? {}
        : {
            type: state.type,
            first: state.first,
            last: state.last,
            product: state.product,
            city: state.city,
            books: state.books,
            fragments: state.free.length,
          },
  });

/** A range of ICCIDs or IMSIs; its key is `<first>-<last>` (`rangeKey`). */
export const iccidRangeActor = rangeActor('sim.iccidRange', 'iccid');
export const imsiRangeActor = rangeActor('sim.imsiRange', 'imsi');

/** Keeps the ranges apart; its key is the number type. */
export const rangeRegistryActor = defineActor({
  kind: 'sim.rangeRegistry',
  decider: registryDecider,
  commands: answering(registryCommands, RegistryReply),
  event: RegistryEvent,
  eventVersion: 1,
  state: RegistryState,
  stateVersion: 1,
  collection: 'sim_range_registries',
});
