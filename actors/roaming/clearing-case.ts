import { Schema } from 'effect';
import { caseDay, caseDecider } from '../../domain/roaming/cases/case.ts';
import { CaseEvent, CaseReply, CaseState, caseCommands } from '../../domain/roaming/cases/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A difference, a fee or a finding that a person settles; its key is made of what it is about. Sealed: it may name a number. */
export const clearingCaseActor = defineActor({
  kind: 'roaming.clearingCase',
  decider: caseDecider,
  commands: answering(caseCommands, CaseReply),
  event: CaseEvent,
  eventVersion: 1,
  state: Schema.NullOr(CaseState),
  stateVersion: 1,
  collection: 'roaming_clearing_cases',
  sealed: true,
  document: (state) =>
    state === null
      ? {}
      : {
          kind: state.origin.kind,
          partner: state.partner,
          of: state.of,
          day: caseDay(state.origin),
          status: state.status,
          openedBy: state.opened.by,
          openedAtMs: state.opened.atMs,
          takenBy: state.taken?.by ?? null,
          resolution: state.proposal?.resolution ?? null,
          amountMinor: state.proposal === null ? null : String(state.proposal.amountMinor),
          resolvedAtMs: state.resolvedAtMs,
        },
});
