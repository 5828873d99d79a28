import { Schema } from 'effect';
import { TermsEvent, TermsReply, TermsState, termsCommands } from '../../domain/roaming/terms/schema.ts';
import { revisionInForce, termsDecider } from '../../domain/roaming/terms/terms.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** An agreement or a retail plan, revision by revision; its key is `agreement:CHNCM-HKGPP` or `plan:TRAVEL`. */
export const termsActor = defineActor({
  kind: 'roaming.terms',
  decider: termsDecider,
  commands: answering(termsCommands, TermsReply),
  event: TermsEvent,
  eventVersion: 1,
  state: Schema.NullOr(TermsState),
  stateVersion: 1,
  collection: 'roaming_terms',
  document: (state) =>
    state === null
      ? {}
      : {
          kind: state.kind,
          name: state.name,
          inForce: state.inForce,
          inForceSinceMs: revisionInForce(state)?.decided?.atMs ?? null,
          revisions: state.revisions.length,
          proposedBy: state.revisions.findLast(({ status }) => status === 'proposed')?.proposed.by ?? null,
        },
});
