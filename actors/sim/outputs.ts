import { Schema } from 'effect';
import { partSecretDecider } from '../../domain/sim/outputs/card-secrets.ts';
import {
  PartSecretEvent,
  PartSecretReply,
  PartSecretState,
  partSecretCommands,
  TransportKeyEvent,
  TransportKeyReply,
  TransportKeyState,
  transportKeyCommands,
} from '../../domain/sim/outputs/schema.ts';
import { transportKeyDecider } from '../../domain/sim/outputs/transport-key.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** The transport key of a partner, sealed; its key is the partner's code. */
export const transportKeyActor = defineActor({
  kind: 'sim.transportKey',
  decider: transportKeyDecider,
  commands: answering(transportKeyCommands, TransportKeyReply),
  event: TransportKeyEvent,
  eventVersion: 1,
  state: Schema.NullOr(TransportKeyState),
  stateVersion: 1,
  collection: 'sim_transport_keys',
  sealed: true,
  document: (state) =>
    state === null
      ? {}
      : {
          partner: state.partner,
          algorithm: state.algorithm,
          kcv: state.kcv,
          version: state.version,
          active: state.active,
          atMs: state.atMs,
        },
});

/** The secret of a part, sealed; its key is `<application>:<part>`. */
export const partSecretActor = defineActor({
  kind: 'sim.partSecret',
  decider: partSecretDecider,
  commands: answering(partSecretCommands, PartSecretReply),
  event: PartSecretEvent,
  eventVersion: 1,
  state: PartSecretState,
  stateVersion: 1,
  collection: 'sim_part_secrets',
  sealed: true,
});
