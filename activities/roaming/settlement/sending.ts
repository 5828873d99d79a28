import { Clock, Effect, Stream } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Cycle } from '../../../domain/roaming/partner/schema.ts';
import { Roaming, RoamingPort } from '../../../partners/roaming/port.ts';
import { type FileRef, Files, type NewFile } from '../../../store/files/files.ts';
import { type ClearingFile, keepClearingFile, noteSent } from '../../../store/roaming/clearing-files.ts';
import { companionOf } from '../checksum.ts';

/**
 * What settlement makes, on its way out (seed 002 §3.2.3): stored, logged, and put where the receiver takes it, with its
 * SM3 in a file beside it. Sent again it changes nothing: the bytes that were kept first count.
 */

const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  json: 'application/json',
  txt: 'text/plain',
};

/** Sealed: many of them name numbers. */
export const settlementFile = (
  tenant: TenantId,
  { kind, partner, name }: Pick<ClearingFile, 'kind' | 'partner' | 'name'>,
): NewFile => ({
  tenant,
  area: 'roaming',
  name,
  contentType: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
  labels: { kind, partner },
  sealed: true,
});

type About = Pick<ClearingFile, 'kind' | 'partner' | 'of' | 'name' | 'way' | 'counts'>;

export const keepFile = (tenant: TenantId, about: About, bytes: Uint8Array) =>
  Effect.gen(function* () {
    const ref = yield* (yield* Files).put(settlementFile(tenant, about), Stream.make(bytes));
    return yield* keepClearingFile(tenant, {
      ...about,
      ref,
      result: 'kept',
      atMs: yield* Clock.currentTimeMillis,
    });
  });

const put = (tenant: TenantId, ref: FileRef, to: string) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const files = yield* Files;
    yield* port.upload(to, {
      name: ref.name,
      bytes: ref.bytes,
      sm3: ref.sm3,
      open: (offset) => files.open(tenant, ref.id, offset),
    });
    yield* port.upload(to, companionOf(ref.name, 'sm3', ref.sm3));
  });

/** Departments that get billing files of this cycle; whoever names none gets days and months. */
export const departmentsOf = (cycle: Cycle) =>
  Effect.gen(function* () {
    const cycles = (yield* Roaming)?.cycles;
    const departments = yield* (yield* RoamingPort).departments;
    return departments.filter((code) => cycles?.get(code)?.has(cycle) ?? cycle !== 'weekly');
  });

/** To each receiver that has not had it. */
export const sendFile = (tenant: TenantId, file: ClearingFile, receivers: ReadonlyArray<string>) => {
  const { ref } = file;
  if (ref === null) return Effect.void;
  return Effect.forEach(
    receivers.filter((to) => file.sent[to] === undefined),
    (to) =>
      put(tenant, ref, to).pipe(
        Effect.zipRight(Clock.currentTimeMillis),
        Effect.flatMap((nowMs) => noteSent(tenant, file, to, nowMs)),
      ),
    { discard: true },
  );
};
