import { Schema } from 'effect';
import { eopOrderDecider } from '../../domain/sim/telecom/eop-order.ts';
import { EopOrderEvent, EopOrderReply, EopOrderState, eopOrderCommands } from '../../domain/sim/telecom/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** What EOP has to do with a write; its key is the CRM's request id, as that of the write. */
export const eopOrderActor = defineActor({
  kind: 'sim.eopOrder',
  decider: eopOrderDecider,
  commands: answering(eopOrderCommands, EopOrderReply),
  event: EopOrderEvent,
  eventVersion: 1,
  state: Schema.NullOr(EopOrderState),
  stateVersion: 1,
  collection: 'sim_eop_orders',
  // IMSI and ICCID are personal data.
  sealed: true,
  receipts: 32,
  idleAfterMs: 5_000,
  document: (state) =>
    state === null
      ? {}
      : {
          request: state.request,
          component: state.component,
          asked: state.iccid !== null,
          order: state.order,
          eopWord: state.knows.eop.word,
          eopProblem: state.knows.eop.problem,
          crmWord: state.knows.crm.word,
          crmProblem: state.knows.crm.problem,
          untold: state.knows.eop.problem !== null || state.knows.crm.problem !== null,
        },
});
