import { Clock, Effect } from 'effect';
import { fileRegisterActor, importFileActor } from '../../actors/roaming/import-file.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { orBeginning } from '../../actors/runtime/beginning.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { importKey } from '../../domain/roaming/imports/import-file.ts';
import { registerDecider } from '../../domain/roaming/imports/register.ts';
import type { ImportCommand, ImportState, RegisterCommand } from '../../domain/roaming/imports/schema.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';

/** How the steps of an import ask the file's actor and the partner's register. */

export const IMPORT_SOURCE = 'roaming-import';
const TURN_WAIT_MS = 2_000;

export const importId = ({ tenant, partner, file }: ImportInput) => ({ tenant, key: importKey(partner, file.sm3) });

/** `fact` tells apart what is told more than once. */
export const askImport = (input: ImportInput, command: ImportCommand, ...fact: ReadonlyArray<string | number>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller, commandIdFor } = yield* CurrentStep;
    // What a command says may differ from attempt to attempt; the file's state decides which of them counts.
    const envelope = { commandId: commandIdFor(command._tag, input.file.sm3, ...fact), caller };
    const { reply } = yield* actors.ask(importFileActor, { id: importId(input), command, envelope });
    return reply;
  });

export const readImport = (input: ImportInput) =>
  Effect.flatMap(Actors, (actors) => actors.read(importFileActor, importId(input))).pipe(
    Effect.map(({ state }) => state),
  );

const askRegister = ({ tenant, partner, file }: ImportInput, command: RegisterCommand, attempt: number) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const { reply } = yield* actors.ask(fileRegisterActor, {
      id: { tenant, key: partner },
      command,
      envelope: { commandId: `${file.sm3}:${command._tag}:${attempt}`, caller },
    });
    return reply;
  });

/** The number is the file's, and its turn has come. A fault as long as another file has it. */
export const claimTurn = (
  input: ImportInput,
  about: Pick<Extract<RegisterCommand, { readonly _tag: 'Claim' }>, 'series' | 'sequence'>,
  attempt: number,
): Effect.Effect<{ readonly gap: number }, Refusal | Fault, Actors | CurrentStep> =>
  askRegister(input, { _tag: 'Claim', ...about, sm3: input.file.sm3 }, attempt).pipe(
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.code === 'TurnTaken',
      ({ message }) => Effect.fail(fault('roaming', 'TurnTaken', message, TURN_WAIT_MS)),
    ),
  );

export const endTurn = (input: ImportInput, attempt: number) =>
  askRegister(input, { _tag: 'Release', sm3: input.file.sm3 }, attempt);

/** The number of the RAP file, or return batch, that returns records of this file, and when it was given: the same in every attempt. */
export const numberReturn = (input: ImportInput, series: 'returns' | 'ciberReturns') =>
  askRegister(input, { _tag: 'NumberReturn', sm3: input.file.sm3, series }, 0).pipe(
    Effect.map((reply) => reply.return),
  );

/** What has come and what is awaited of a partner, or of an element of our own network. */
export const readRegister = (tenant: TenantId, partner: string) =>
  Effect.flatMap(Actors, (actors) => actors.read(fileRegisterActor, { tenant, key: partner })).pipe(
    orBeginning(registerDecider.initial),
  );

/** Whether the file has been received. */
export const isKnown = (input: ImportInput) =>
  Effect.flatMap(Actors, (actors) => actors.read(importFileActor, importId(input))).pipe(
    orBeginning<ImportState | null>(null),
    Effect.map((state) => state !== null),
  );

export const alertOf = (tenant: TenantId, subject: string, code: string, stage: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
    raiseAlert(tenant, { source: IMPORT_SOURCE, subject, level: 'problem', code, stage }, nowMs),
  );
