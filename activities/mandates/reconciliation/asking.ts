import { Effect } from 'effect';
import { reconciliationActor } from '../../../actors/mandates/reconciliation.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { runKey, runRefusals } from '../../../domain/mandates/reconciliation/run.ts';
import type { RunCommand } from '../../../domain/mandates/reconciliation/schema.ts';
import type { NewFile } from '../../../store/files/files.ts';
import type { RunStep } from '../../../workflows/mandates/reconciliation/contract.ts';
import { CurrentStep } from '../../activity.ts';

/** How steps of reconciliation ask the run, and how they keep files. */

export const runId = ({ tenant, scope }: RunStep) => ({ tenant, key: runKey(scope) });

export const askRun = (step: RunStep, command: RunCommand, ...fact: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { commandIdFor, caller } = yield* CurrentStep;
    const { reply } = yield* actors.ask(reconciliationActor, {
      id: runId(step),
      command,
      envelope: { commandId: commandIdFor(command._tag, ...fact), caller },
    });
    return reply;
  });

export const readRun = (step: RunStep) =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(reconciliationActor, runId(step));
    return state ?? (yield* Effect.fail(runRefusals.unknown()));
  });

/** Sealed: they hold numbers and accounts. */
export const mandateFile = (tenant: TenantId, name: string, run: string): NewFile => ({
  tenant,
  area: 'mandates',
  name,
  contentType: 'text/plain',
  labels: { kind: 'reconciliation', run },
  sealed: true,
});
