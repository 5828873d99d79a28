import { Effect } from 'effect';
import { Actors } from '../../../actors/runtime/actors.ts';
import { telecomApplicationActor } from '../../../actors/sim/telecom-application.ts';
import type { Fault, Refusal } from '../../../domain/kernel/refusal.ts';
import { totalBooks } from '../../../domain/sim/application/books.ts';
import { refusals } from '../../../domain/sim/application/refusals.ts';
import type { TelecomCommand, TelecomReply, TelecomState } from '../../../domain/sim/telecom/application/schema.ts';
import { telecomStage, telecomWaitingFor } from '../../../domain/sim/telecom/application/stage.ts';
import type { Step } from '../../../workflows/sim/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { applicationId } from '../asking.ts';

/** How the steps of Telecom's cycle ask their application; as `asking.ts` does for Unicom's. */

/** Telecom's party code in the heads of files, and the partner of its files in `sim.partnerFile`. */
export const TELECOM_CODE = 'TELECOM';
export const TELECOM = 'telecom';

/** `fact` names what is reported when a later step may report it again. */
export const askTelecom = (step: Step, command: TelecomCommand, fact?: string) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    const envelope = { commandId: fact ?? current.commandIdFor(command._tag), caller: step.by ?? current.caller };
    const { reply } = yield* actors.ask(telecomApplicationActor, { id: applicationId(step), command, envelope });
    return reply;
  });

export const readTelecom = (step: Step): Effect.Effect<TelecomState, Refusal | Fault, Actors> =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(telecomApplicationActor, applicationId(step));
    return state ?? (yield* Effect.fail(refusals.applicationUnknown()));
  });

export const replyOf = (state: TelecomState): TelecomReply => ({
  changed: false,
  stage: telecomStage(state),
  waitingFor: telecomWaitingFor(state),
  books: totalBooks(state.lines),
});

/** What the application says now, for steps that found their work done. */
export const replyNow = (step: Step) => Effect.map(readTelecom(step), replyOf);
