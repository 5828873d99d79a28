import { Clock, Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { ConfiguredPartner } from '../../partners/roaming/port.ts';
import { clearAlert, raiseOnce } from '../../store/operations/alerts.ts';
import { lastReceived } from '../../store/roaming/import-files.ts';
import { IMPORT_SOURCE } from './import-asking.ts';

/** A partner whose files come at set intervals (seed 002 §3.2.2), and that has missed one: told once for each silence, and cleared by the next file. */

const MINUTE_MS = 60_000;

/** As files name their formats. */
const FORMATS = { usage: /^(?:TAP-|CIBER)/, nrtrde: /^NRTRDE-/ } as const;

const noticeOne = (tenant: TenantId, partner: string, what: keyof typeof FORMATS, minutes: number) =>
  Effect.gen(function* () {
    const nowMs = yield* Clock.currentTimeMillis;
    const last = yield* lastReceived(tenant, partner, FORMATS[what]);
    const alert = {
      source: IMPORT_SOURCE,
      subject: partner,
      level: 'problem',
      code: 'FilesOverdue',
      stage: what,
    } as const;
    // The silence after a file is a fact behind that file, and before the next one.
    const isOver = nowMs - last <= minutes * MINUTE_MS;
    yield* isOver
      ? clearAlert(tenant, alert, { rev: last * 2, atMs: nowMs })
      : raiseOnce(tenant, alert, { rev: last * 2 + 1, atMs: nowMs });
  });

/** Of a partner whose settings say how often something comes. */
export const noticeOverdue = (tenant: TenantId, { code, awaited }: ConfiguredPartner) =>
  Effect.gen(function* () {
    if (awaited.usageMinutes !== null) yield* noticeOne(tenant, code, 'usage', awaited.usageMinutes);
    if (awaited.nrtrdeMinutes !== null) yield* noticeOne(tenant, code, 'nrtrde', awaited.nrtrdeMinutes);
  });
