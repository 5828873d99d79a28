import { Schema } from 'effect';
import { componentDecider } from '../../domain/sim/telecom/component.ts';
import { ComponentEvent, ComponentReply, ComponentState, componentCommands } from '../../domain/sim/telecom/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A version of a writing component (写卡组件) on the allow list; its key is `name@version`. */
export const writingComponentActor = defineActor({
  kind: 'sim.writingComponent',
  decider: componentDecider,
  commands: answering(componentCommands, ComponentReply),
  event: ComponentEvent,
  eventVersion: 1,
  state: Schema.NullOr(ComponentState),
  stateVersion: 1,
  collection: 'sim_writing_components',
  receipts: 16,
  document: (state) => (state === null ? {} : { ...state }),
});
