import { Schema } from 'effect';
import { rangeDecider } from '../../domain/sim/number-range.ts';
import { registryDecider } from '../../domain/sim/range-registry.ts';
import {
  type NumberType,
  RangeEvent,
  RangeReply,
  RangeState,
  RegistryEvent,
  RegistryReply,
  RegistryState,
  rangeCommands,
  registryCommands,
} from '../../domain/sim/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from './replies.ts';

const rangeActor = <Kind extends string>(kind: Kind, type: NumberType) =>
  defineActor({
    kind,
    decider: rangeDecider(type),
    commands: answering(rangeCommands, RangeReply),
    event: RangeEvent,
    eventVersion: 1,
    state: Schema.NullOr(RangeState),
    stateVersion: 1,
    collection: 'sim_number_ranges',
    receipts: 1_024,
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
