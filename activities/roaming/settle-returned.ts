import { Clock, Effect } from 'effect';
import { isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { FATES, RATED, reasonOf } from '../../domain/roaming/imports/fate.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { CdrValues } from '../../domain/roaming/network/cdr-reader.ts';
import { EVENTS } from '../../domain/roaming/network/schema.ts';
import { readVisitorEvent, setUsage, type VisitorEvent } from '../../domain/roaming/network/visitor-record.ts';
import type { PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import { outgoingRefusals } from '../../domain/roaming/outgoing/refusals.ts';
import type { Batch } from '../../domain/roaming/outgoing/schema.ts';
import { Roaming, type RoamingConfiguration } from '../../partners/roaming/port.ts';
import { type ReturnedRecord, readReturned, settleReturned } from '../../store/roaming/returned-records.ts';
import type { SettleReturnInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { adjustBooks } from './adjust-books.ts';
import { alertOf } from './import-asking.ts';
import { homesOf, RatedVisitors } from './import-network.ts';
import { keepPriced } from './keep-outgoing.ts';
import { askOutgoing, readOutgoing } from './outgoing-asking.ts';
import { sendFiles } from './send-files.ts';
import { eventsAt } from './sent-records.ts';
import { visitorAgreements } from './terms.ts';

/**
 * A returned record as a person has decided: corrected, priced anew, and put with the next file under the number of the RAP
 * file that returned it; or the loss is accepted. A file that came back as a whole is made anew under its own number.
 */

const unusable = (fate: number): Refusal => importRefusals.recordUnusable(reasonOf(fate)?.code ?? 'unknown');

const notReturned = (): Refusal =>
  refuse('conflict', 'RecordNotReturned', 'No such record has been returned, or it is settled otherwise.', {
    field: 'place',
  });

/** As a network's record would say it, so that it is checked by the same rules. */
const valuesOf = (one: VisitorEvent): CdrValues => ({
  event: one.event,
  imsi: one.imsi,
  msisdn: one.msisdn,
  imei: one.imei,
  party: one.party,
  startedAt: one.localTime,
  utcOffset: one.utcOffset,
  duration: String(one.seconds),
  volumeIn: String(one.bytesIn),
  volumeOut: String(one.bytesOut),
  reference: one.reference,
  area: one.area === 0 ? '' : String(one.area),
  cell: one.cell === 0 ? '' : String(one.cell),
});

const OWN_WORDS = Object.fromEntries(EVENTS.map((event) => [event, event]));

interface Sent {
  readonly one: PricedEvent;
  readonly batch: Batch;
}

/** The record as we sent it. */
const sentOf = ({ tenant, partner }: SettleReturnInput, { sequence, record }: ReturnedRecord) =>
  Effect.gen(function* () {
    const { files } = yield* readOutgoing({ tenant, partner });
    const file = files.findLast((one) => one.series === 'billing' && one.sequence === sequence);
    if (file === undefined) return yield* Effect.fail(outgoingRefusals.fileUnknown());
    const found: Sent | undefined = (yield* eventsAt(tenant, file, new Set([record - 1]))).get(record - 1);
    return found === undefined ? yield* Effect.fail(notReturned()) : found;
  });

const resubmit = (input: SettleReturnInput, terms: RoamingConfiguration, kept: ReturnedRecord) =>
  Effect.gen(function* () {
    const { one } = yield* sentOf(input, kept);
    const event = readVisitorEvent({ ...valuesOf(one), ...input.correction }, OWN_WORDS);
    if (typeof event === 'number') return yield* Effect.fail(unusable(event));
    const table = new UsageTable();
    const usage = emptyUsage();
    setUsage(usage, event);
    table.add(usage, 0);
    if (usage.atMs > (yield* Clock.currentTimeMillis)) return yield* Effect.fail(unusable(FATES.EventInFuture));
    const agreements = yield* visitorAgreements(input.tenant, terms);
    const visitors = new RatedVisitors(table, homesOf(table, terms), terms, agreements);
    const fate = table.fates[0] ?? RATED;
    if (fate !== RATED) return yield* Effect.fail(unusable(fate));
    const account = visitors.accountAtRow(0);
    // Corrected so that it is another operator's: that is no correction of this partner's record.
    if (account?.partner.code !== input.partner) return yield* Effect.fail(unusable(FATES.HomeUnknown));
    const name = `rap.${kept.file}.${kept.place}`;
    const { entityType, entityId } = one;
    const again = yield* keepPriced(
      input.tenant,
      { visitors, row: 0, event, entity: { entityType, entityId } },
      name,
      kept.rap,
    );
    const { currency, decimals } = account;
    const adjustment = { one: again, currency, decimals, amountMinor: BigInt(again.chargeMinor) };
    yield* adjustBooks(input.tenant, terms, account.partner, [adjustment], name);
  });

/** The file goes again under its number, made anew by the settings of today. */
const resend = (input: SettleReturnInput, { sequence, rap }: ReturnedRecord) =>
  Effect.gen(function* () {
    yield* askOutgoing(input, { _tag: 'Rebuild', series: 'billing', sequence, rap }, sequence, rap);
    yield* sendFiles({ tenant: input.tenant, partner: input.partner, series: 'billing' });
  });

export const settleReturn = (input: SettleReturnInput) =>
  Effect.gen(function* () {
    const step = yield* CurrentStep;
    const terms = yield* Roaming;
    const { tenant, partner, file, place, correction, note, by } = input;
    const kept = yield* readReturned(tenant, { partner, file, place });
    const status = correction === null ? 'lost' : 'resubmitted';
    if (kept === null || terms === undefined || (kept.status !== 'open' && kept.status !== status)) {
      return yield* Effect.fail(notReturned());
    }
    const asPerson = Effect.provideService(CurrentStep, { ...step, caller: by });
    if (correction !== null && kept.record === 0) yield* asPerson(resend(input, kept));
    if (correction !== null && kept.record > 0) yield* asPerson(resubmit(input, terms, kept));
    if (!(yield* settleReturned(tenant, { partner, file, place }, status, note)))
      return yield* Effect.fail(notReturned());
    return { status };
  }).pipe(
    Effect.tapError((failure) =>
      isRefusal(failure) ? alertOf(input.tenant, input.partner, failure.code, 'returns') : Effect.void,
    ),
  );
