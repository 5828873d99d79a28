import { FileWriter } from '../../../domain/roaming/codec/file-writer.ts';
import type { Value } from '../../../domain/roaming/codec/interpret.ts';
import type { Facts } from '../../../domain/roaming/validation/facts.ts';
import { type Batch, type Loose, settled } from '../tap-batch.ts';
import type { Plant, Spoilt } from './spoil.ts';

/** Ways to spoil a file in one place. */
type More = Partial<Spoilt> | undefined;

export const record = (batch: Batch, kind: string): Loose => batch.callEventDetails.find((one) => kind in one)?.[kind];
export const moc = (batch: Batch): Loose => record(batch, 'mobileOriginatedCall');
export const charged = (batch: Batch): Loose => moc(batch).basicServiceUsedList[0].chargeInformationList[0];
export const inRecords =
  (change: (batch: Batch) => void): Plant =>
  (batch) => {
    change(batch);
    settled(batch);
    return undefined;
  };
export const inControl =
  (change: (control: Loose) => void, facts: Facts = {}): Plant =>
  (batch) => {
    change(batch.batchControlInfo);
    return { facts };
  };
export const inAudit =
  (change: (audit: Loose) => void): Plant =>
  (batch) => {
    change(batch.auditControlInfo);
    return undefined;
  };
export const withFacts =
  (facts: Facts): Plant =>
  () => ({ facts });
export const twice =
  (table: (batch: Batch) => Loose[], change: (copy: Loose) => void = () => {}): Plant =>
  (batch) => {
    const list = table(batch);
    const copy = structuredClone(list[0]);
    change(copy);
    list.push(copy);
    return undefined;
  };
export const off = (...rows: readonly string[]): Facts => ({
  edition: Object.fromEntries(rows.map((row) => [row, { severity: 'off' as const }])),
});

/** The audit's times are of events; without events it has none. */
export const noEvents = (batch: Batch): void => {
  settled(batch);
  delete batch.auditControlInfo.earliestCallTimeStamp;
  delete batch.auditControlInfo.latestCallTimeStamp;
};

/** One record that refers to no table and charges nothing. */
export const bare = (batch: Batch): void => {
  const used = { supplServiceCode: '21' };
  batch.callEventDetails = [
    {
      supplServiceEvent: {
        chargeableSubscriber: { simChargeableSubscriber: { imsi: '460015555555555' } },
        supplServiceUsed: used,
      },
    },
  ];
  noEvents(batch);
};

/** Bytes put in at the end of a unit that is written alone; its length is that of one byte, or its header is 3 bytes long. */
export const within = (batch: Batch, level: 'part' | 'record', value: Loose, inside: Buffer): Buffer => {
  const writer = new FileWriter(batch.version);
  writer.unit(level, value as Value);
  const bytes = Buffer.concat(writer.end());
  let header = 1;
  if ((bytes[0] as number) % 0x20 === 0x1f) while ((bytes[header++] as number) >= 0x80);
  const long = (bytes[header] as number) & 0x80 ? (bytes[header] as number) & 0x7f : 0;
  const content = Buffer.concat([bytes.subarray(header + 1 + long), inside]);
  return Buffer.concat([
    bytes.subarray(0, header),
    Buffer.of(0x82, content.length >> 8, content.length & 0xff),
    content,
  ]);
};

/** The batch with one unit as these bytes. */
export const withUnit = (batch: Batch, name: string, bytes: Buffer): More => {
  const writer = new FileWriter(batch.version);
  const parts = ['batchControlInfo', 'accountingInfo', 'networkInfo', 'messageDescriptionInfo'] as const;
  writer.open();
  for (const part of parts) {
    if (part === name) writer.raw(bytes);
    else writer.unit('part', { [part]: batch[part] } as Value);
  }
  writer.open();
  for (const one of batch.callEventDetails) {
    if (name in one) writer.raw(bytes);
    else writer.unit('record', one as Value);
  }
  writer.close();
  writer.unit('part', { auditControlInfo: batch.auditControlInfo } as Value);
  writer.close();
  return { bytes: Buffer.concat(writer.end()) };
};

/** SIM toolkit indicator of 3.12 (tag 200) as a group: a form that a text cannot have. */

export type Plants = readonly (readonly [string, Plant])[];
