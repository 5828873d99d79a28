import { Schema } from 'effect';
import { maskId } from '../../domain/kernel/mask.ts';
import { differenceDecider } from '../../domain/mandates/reconciliation/difference.ts';
import { runDecider } from '../../domain/mandates/reconciliation/run.ts';
import {
  DifferenceEvent,
  DifferenceReply,
  DifferenceState,
  differenceCommands,
  RunEvent,
  RunReply,
  RunState,
  runCommands,
} from '../../domain/mandates/reconciliation/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A reconciliation run; its key is `<party>:<partner>:<period>` (`runKey`). */
export const reconciliationActor = defineActor({
  kind: 'mandates.reconciliation',
  decider: runDecider,
  commands: answering(runCommands, RunReply),
  event: RunEvent,
  eventVersion: 1,
  state: Schema.NullOr(RunState),
  stateVersion: 1,
  collection: 'mandates_reconciliations',
  document: (state) =>
    state === null
      ? {}
      : {
          party: state.scope.party,
          partner: state.scope.partner,
          period: state.scope.period,
          stage: state.stage,
          attempt: state.attempt,
          files: state.files.length,
          quarantined: state.files.filter(({ status }) => status === 'quarantined').length,
          differences: state.compared?.differences ?? null,
          imbalances: state.compared?.imbalances ?? [],
          balanceHere: state.compared?.balanceHere ?? null,
          balanceThere: state.compared?.balanceThere ?? null,
          outcomes: state.outcomes,
          openedAtMs: state.openedAtMs,
          changedAtMs: state.changedAtMs,
        },
});

/** One difference of a run; its key is `differenceKey`. */
export const differenceActor = defineActor({
  kind: 'mandates.difference',
  decider: differenceDecider,
  commands: answering(differenceCommands, DifferenceReply),
  event: DifferenceEvent,
  eventVersion: 1,
  state: Schema.NullOr(DifferenceState),
  stateVersion: 1,
  collection: 'mandates_differences',
  // Numbers and accounts are personal data.
  sealed: true,
  receipts: 8,
  idleAfterMs: 2_000,
  document: (state) => {
    if (state === null) return {};
    const row = state.there ?? state.here;
    return {
      run: state.run,
      party: state.scope.party,
      partner: state.scope.partner,
      period: state.scope.period,
      class: state.class,
      columns: state.columns,
      code: state.code,
      lineHere: state.lineHere,
      lineThere: state.lineThere,
      bank: row?.bank ?? null,
      agreement: row?.agreement ?? null,
      number: row === null ? null : maskId(row.number),
      numberKey: state.numberKey,
      province: row?.province ?? null,
      ageDays: state.ageDays,
      action: state.action,
      because: state.because,
      text: state.text,
      status: state.status,
      outcome: state.outcome,
      decision: state.decided?.decision ?? null,
      decidedBy: state.decided?.by ?? null,
      foundAtMs: state.foundAtMs,
      changedAtMs: state.changedAtMs,
    };
  },
});
