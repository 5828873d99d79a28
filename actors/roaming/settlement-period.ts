import { Schema } from 'effect';
import { periodDecider } from '../../domain/roaming/settlement/period.ts';
import { PeriodEvent, PeriodReply, PeriodState, periodCommands } from '../../domain/roaming/settlement/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A period of an agreement; its key is `<agreement>:<first day>`, e.g. `FRAF1-2026:2026-04-01`. */
export const settlementPeriodActor = defineActor({
  kind: 'roaming.settlementPeriod',
  decider: periodDecider,
  commands: answering(periodCommands, PeriodReply),
  event: PeriodEvent,
  eventVersion: 1,
  state: Schema.NullOr(PeriodState),
  stateVersion: 1,
  collection: 'roaming_settlement_periods',
  document: (state) =>
    state === null
      ? {}
      : {
          partner: state.terms.partner,
          agreement: state.terms.agreement,
          from: state.terms.from,
          to: state.terms.to,
          mechanism: state.terms.mechanism ?? 'tap',
          stage: state.stage,
          revision: state.revision,
          days: state.days.length,
          tolerated: state.comparison?.tolerated ?? null,
        },
});
