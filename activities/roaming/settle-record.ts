import { Effect } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import type { ImportState } from '../../domain/roaming/imports/schema.ts';
import { Roaming } from '../../partners/roaming/port.ts';
import { readQuarantined, settleQuarantined } from '../../store/roaming/quarantined-records.ts';
import type { SettleInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { askImport, readImport } from './import-asking.ts';
import { BookKeeping, keepBooks } from './import-books.ts';
import { Charging, chargeAll, partsOf } from './import-charging.ts';
import { observeSettled } from './import-nrtrde.ts';
import { readPartnerFile } from './import-partner.ts';
import { ratedAlone } from './import-rating.ts';
import { keepFileStatistics } from './import-statistics.ts';
import { settleVisitor } from './settle-visitor.ts';
import { type PricedBy, pricedBy } from './terms.ts';

/**
 * A record of the quarantine as a person has decided: read again from the archived file, priced by the terms of today, and
 * posted as a part and a file of its own, so that it counts once. The file's audit line moves with it.
 */

const postRecord = (input: SettleInput, priced: PricedBy, subscriber: string, receivedAtMs: number) =>
  Effect.gen(function* () {
    const { terms, partner } = priced;
    const reading = yield* readPartnerFile(input, priced, receivedAtMs);
    const { currency, decimals } = reading.control;
    if (currency === null) return yield* Effect.fail(importRefusals.recordUnusable('no currency'));
    const alone = ratedAlone(input.record, priced, reading.table, decimals);
    if (isRefusal(alone)) return yield* Effect.fail(alone);
    const { table, rated } = alone;
    const { sm3 } = input.file;
    const own = `${sm3}.r${input.record}`;
    const money = { currency, decimals };
    const charging = new Charging({ table, rated, terms, partner, money, sm3, settled: input.record });
    const parts = partsOf(table, { subscribers: [subscriber], owners: Int32Array.of(0) }, own);
    yield* chargeAll(input, charging, parts);
    if (table.fates[0] !== RATED) return yield* Effect.fail(importRefusals.postingRefused());
    yield* keepFileStatistics(input, own, charging, parts);
    const keeping = new BookKeeping(table, charging.numbers, partner, terms, money);
    yield* keepBooks(input, terms, keeping, own);
  });

/** By whose file it is in; a person says whose it is of a partner's, and what is right of our own network's. */
const rate = (input: SettleInput, { receivedAtMs, about }: ImportState) =>
  Effect.gen(function* () {
    const settings = yield* Roaming;
    if (settings?.monitors?.has(input.partner) === true) {
      return yield* Effect.fail(importRefusals.recordUnusable('what a monitor has not seen right is no evidence'));
    }
    const element = settings?.elements.get(input.partner);
    if (settings !== undefined && element !== undefined) return yield* settleVisitor(input, settings, element);
    if (input.subscriber === null) return yield* Effect.fail(importRefusals.subscriberNeeded());
    const configured = settings?.partners.get(input.partner);
    if (settings === undefined || configured === undefined) return yield* Effect.fail(importRefusals.fileUnknown());
    const priced = yield* pricedBy(input.tenant, settings, configured);
    return about?.series === 'nrtrde'
      ? yield* observeSettled(input, priced, input.subscriber)
      : yield* postRecord(input, priced, input.subscriber, receivedAtMs);
  });

export const settleRecord = (input: SettleInput) =>
  Effect.gen(function* () {
    const step = yield* CurrentStep;
    const state = yield* readImport(input);
    if (state?.status !== 'done') return yield* Effect.fail(importRefusals.notDone());
    const { tenant, partner, file, record, subscriber, by } = input;
    const place = { partner, file: file.sm3, record };
    const kept = yield* readQuarantined(tenant, place);
    if (kept === null || (kept.status !== 'open' && !state.settled.includes(record))) {
      return yield* Effect.fail(importRefusals.recordNotQuarantined());
    }
    const as = subscriber === null && input.correction === undefined ? 'rejected' : 'rated';
    const asPerson = Effect.provideService(CurrentStep, { ...step, caller: by });
    if (as === 'rated') yield* asPerson(rate(input, state));
    yield* asPerson(askImport(input, { _tag: 'Settle', record, as }, record));
    yield* settleQuarantined(tenant, place, as);
    return { status: as };
  });
