import { Schema } from 'effect';
import { resourceFileDecider } from '../../domain/sim/resource/resource-file.ts';
import {
  ResourceFileEvent,
  ResourceFileReply,
  ResourceFileState,
  resourceFileCommands,
} from '../../domain/sim/resource/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A file of resources by its content; its key is the SM3. */
export const resourceFileActor = defineActor({
  kind: 'sim.resourceFile',
  decider: resourceFileDecider,
  commands: answering(resourceFileCommands, ResourceFileReply),
  event: ResourceFileEvent,
  eventVersion: 1,
  state: Schema.NullOr(ResourceFileState),
  stateVersion: 1,
  collection: 'sim_resource_files',
  document: (state) =>
    state === null
      ? {}
      : {
          name: state.name,
          sm3: state.ref.sm3,
          bytes: state.ref.bytes,
          source: state.source,
          status: state.status,
          attempt: state.attempt,
          deliveries: state.deliveries,
          type: state.type,
          layout: state.layout,
          lines: state.lines,
          accepted: state.accepted,
          refused: state.refused,
          numbers: state.numbers,
          ranges: state.ranges.length,
          problemCount: state.problemCount,
          receivedAtMs: state.receivedAtMs,
        },
});
