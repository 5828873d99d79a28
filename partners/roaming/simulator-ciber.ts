import { decodeBatch } from '../../domain/roaming/ciber/batch.ts';
import { type RejectedRecord, returnBatch, returnRecords } from '../../domain/roaming/ciber/returns.ts';
import type { Edition, ReturnRules } from '../../domain/roaming/ciber/schema.ts';
import { chargeDecimals } from '../../domain/roaming/ciber/usage.ts';
import { CiberFile } from '../../domain/roaming/outgoing/ciber-file.ts';
import type { PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import type { CiberTerms } from '../../domain/roaming/partner/schema.ts';
import type { RoamingAgreement } from '../../domain/roaming/validation/facts.ts';
import { longStamp } from '../../domain/roaming/validation/stamp.ts';
import { momentOfEvent, type SimulatedFile, simulatedEvent } from './simulator-file.ts';

/** CIBER batches as a partner sends them, calls alone, and what it does with ours. */

const UTC = '+0000';
const stampOf = (atMs: number, utcOffset: string): string => longStamp(atMs, utcOffset).localTimeStamp;

/** Of those that are wrong every second one names nobody, the others have a day that is none; behind them are the strangers. */
const eventOf = (file: SimulatedFile, place: number): PricedEvent => {
  const { severe = 0, strangers = 0 } = file;
  const isStrange = place >= severe && place < severe + strangers;
  const { imsi, msisdn } = simulatedEvent(
    isStrange ? { ...file, strangers: file.records } : { ...file, strangers: 0 },
    place,
  ).who;
  const isNobodys = place < severe && place % 2 === 1;
  return {
    event: place % 2 === 0 ? 'voice.originating' : 'voice.terminating',
    ...(isNobodys ? { imsi: '', msisdn: '' } : { imsi, msisdn }),
    ...{ imei: '', party: '8613800000001', localTime: stampOf(momentOfEvent(file, place), file.utcOffset) },
    ...{
      utcOffset: file.utcOffset,
      seconds: 60 + (file.firstRecord ?? 0) + place,
      bytesIn: 0,
      bytesOut: 0,
      reference: '',
      area: 0,
      cell: 0,
    },
    ...{ chargeMinor: 100 + place, chargedUnits: 0, entityType: 1, entityId: '1' },
  };
};

const written = (edition: Edition, text: string, record: number, field: string, value: string): string => {
  const step = edition.recordLength + edition.separator.length;
  const type = text.slice(record * step, record * step + 2);
  const start = edition.layouts.find((one) => one.type === type)?.fields.find(({ name }) => name === field)?.start;
  if (start === undefined) throw new Error(`no field ${field}`);
  const at = record * step + start - 1;
  return text.slice(0, at) + value + text.slice(at + value.length);
};

/** @param terms as we have them: `sid` is the partner's */
export const simulatedCiber = (file: SimulatedFile, { edition, sid, ourSid }: CiberTerms): Buffer => {
  const { sender, recipient, utcOffset, sequence, records } = file;
  // Of a partner whose batch this is not.
  const senderSid = sender === 'XXXXX' ? '999' : sid;
  const who = { sender, recipient, utcOffset, senderSid, recipientSid: ourSid };
  const batch = new CiberFile(edition, who, { sequence, atMs: momentOfEvent(file, 0) }, chargeDecimals(edition));
  for (let place = 0; place < records; place += 1) batch.add(eventOf(file, place));
  const bytes = batch.end();
  if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
  let text = Buffer.from(bytes).toString('latin1');
  for (let place = 0; place < (file.severe ?? 0); place += 2) {
    text = written(edition, text, place + 1, 'callDate', '261399');
  }
  if (file.auditDiffersBy !== undefined) text = written(edition, text, records + 1, edition.batch.total, '9');
  return Buffer.from(text, 'latin1');
};

/** Findings of the partner's own, under codes of the documented edition. */
const OTHERS = { finding: 'SubscriberOfOther', code: '05' } as const;
const NOT_LIVE = { finding: 'NotLive', code: '06' } as const;

const withFinding = (
  reasons: ReturnRules['recordReasons'],
  { finding, code }: { readonly finding: string; readonly code: string },
): ReturnRules['recordReasons'] =>
  reasons.map((one) => (one.code === code ? { ...one, findings: [...one.findings, finding] } : one));

/** Undefined when it takes all of the batch. */
export const ciberReturnsFor = (
  bytes: Uint8Array,
  { edition }: CiberTerms,
  { live = true, imsiPrefixes = [] }: Pick<RoamingAgreement, 'live' | 'imsiPrefixes'>,
  sequence: number,
): Buffer | undefined => {
  const { returns } = edition;
  const { records } = decodeBatch(edition, bytes);
  const [header] = records;
  if (returns === undefined || header === undefined) return undefined;
  const rules = {
    ...returns,
    recordReasons: withFinding(returns.recordReasons, OTHERS),
    batchReasons: withFinding(returns.batchReasons, NOT_LIVE),
  };
  const occasion = { sequence, day: stampOf(Date.now(), UTC).slice(2, 8) };
  const isOthers = (imsi: string): boolean =>
    imsiPrefixes.length > 0 && !imsiPrefixes.some((prefix) => imsi.startsWith(prefix));
  const rejected = records
    .slice(1, -1)
    .flatMap(
      ({ values }, at): ReadonlyArray<RejectedRecord> =>
        isOthers(values['imsiMin'] ?? '') ? [{ record: at + 2, finding: OTHERS.finding }] : [],
    );
  if (live && rejected.length === 0) return undefined;
  const made = live
    ? returnRecords(edition, rules, bytes, rejected, occasion)
    : returnBatch(edition, rules, header, NOT_LIVE.finding, occasion);
  if (!(made instanceof Uint8Array)) throw new Error(JSON.stringify(made));
  return Buffer.from(made);
};
