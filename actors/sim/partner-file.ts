import { Schema } from 'effect';
import { fileNameDecider, partnerFileDecider } from '../../domain/sim/partner-file.ts';
import {
  FileNameEvent,
  FileNameReply,
  FileNameState,
  fileNameCommands,
  PartnerFileEvent,
  PartnerFileReply,
  PartnerFileState,
  partnerFileCommands,
} from '../../domain/sim/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A partner's file by its content; its key is `<partner>:<sm3>` (`partnerFileKey`). */
export const partnerFileActor = defineActor({
  kind: 'sim.partnerFile',
  decider: partnerFileDecider,
  commands: answering(partnerFileCommands, PartnerFileReply),
  event: PartnerFileEvent,
  eventVersion: 1,
  state: Schema.NullOr(PartnerFileState),
  stateVersion: 1,
  collection: 'sim_partner_files',
  document: (state) =>
    state === null
      ? {}
      : {
          partner: state.partner,
          name: state.name,
          // All names that these bytes have come under, for the look-up of what lies on the partner's server.
          names: [state.name, ...state.otherNames],
          sm3: state.ref.sm3,
          fileId: state.ref.id,
          bytes: state.ref.bytes,
          kind: state.kind,
          application: state.application,
          source: state.source,
          status: state.status,
          attempt: state.attempt,
          deliveries: state.deliveries,
          rows: state.rows,
          problemCount: state.problemCount,
          receivedAtMs: state.receivedAtMs,
        },
});

/** Which content a partner's file name stands for; its key is `fileNameKey(partner, name)`. */
export const fileNameActor = defineActor({
  kind: 'sim.fileName',
  decider: fileNameDecider,
  commands: answering(fileNameCommands, FileNameReply),
  event: FileNameEvent,
  eventVersion: 1,
  state: FileNameState,
  stateVersion: 1,
  collection: 'sim_file_names',
});
