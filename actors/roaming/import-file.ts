import { Schema } from 'effect';
import { importFileDecider } from '../../domain/roaming/imports/import-file.ts';
import { registerDecider } from '../../domain/roaming/imports/register.ts';
import {
  ImportEvent,
  ImportReply,
  ImportState,
  importCommands,
  RegisterEvent,
  RegisterReply,
  RegisterState,
  registerCommands,
} from '../../domain/roaming/imports/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A partner's file by its content; its key is `FRAF1:<sm3>`. */
export const importFileActor = defineActor({
  kind: 'roaming.importFile',
  decider: importFileDecider,
  commands: answering(importCommands, ImportReply),
  event: ImportEvent,
  eventVersion: 1,
  state: Schema.NullOr(ImportState),
  stateVersion: 2,
  collection: 'roaming_import_files',
  document: (state) =>
    state === null
      ? {}
      : {
          partner: state.partner,
          name: state.name,
          sm3: state.ref.sm3,
          bytes: state.ref.bytes,
          source: state.source,
          status: state.status,
          attempt: state.attempt,
          deliveries: state.deliveries,
          format: state.about?.format ?? null,
          sequence: state.about?.sequence ?? null,
          records: state.records,
          audit: state.audit,
          problemCount: state.problemCount,
          warningCount: state.warningCount,
          receivedAtMs: state.receivedAtMs,
        },
});

/** Sequence numbers of a partner's files, and whose turn it is; its key is the partner's TADIG code. */
export const fileRegisterActor = defineActor({
  kind: 'roaming.fileRegister',
  decider: registerDecider,
  commands: answering(registerCommands, RegisterReply),
  event: RegisterEvent,
  eventVersion: 1,
  state: RegisterState,
  stateVersion: 1,
  collection: 'roaming_file_registers',
});
