import { Chunk, Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { decodePlan, encodePlan, type Plan } from '../../domain/roaming/imports/plan-file.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { Files, type NewFile } from '../../store/files/files.ts';

/** Partners' files and what was decided about them, in the file store: sealed, for they name subscribers. */

export const roamingFile = (tenant: TenantId, name: string, labels: Readonly<Record<string, string>>): NewFile => ({
  tenant,
  area: 'roaming',
  name,
  contentType: 'application/octet-stream',
  labels,
  sealed: true,
});

/** The bytes as they came. */
export const contentOf = (
  tenant: TenantId,
  file: FileRef,
  offset = 0,
): Stream.Stream<Uint8Array, Refusal | Fault, Files> =>
  Stream.unwrap(Effect.map(Files, (files) => files.open(tenant, file.id, offset)));

const NAME_LIMIT = 180;

export const writePlan = (
  tenant: TenantId,
  file: FileRef,
  plan: Plan,
): Effect.Effect<FileRef, Refusal | Fault, Files> =>
  Effect.flatMap(Files, (files) =>
    files.put(
      roamingFile(tenant, `${file.name.slice(0, NAME_LIMIT)}.plan`, { kind: 'import-plan', subject: file.sm3 }),
      Stream.succeed(encodePlan(plan)),
    ),
  );

export const readPlan = (tenant: TenantId, ref: FileRef): Effect.Effect<Plan, Refusal | Fault, Files> =>
  contentOf(tenant, ref).pipe(
    Stream.runCollect,
    Effect.map((pieces) => decodePlan(Buffer.concat(Chunk.toReadonlyArray(pieces)))),
  );
