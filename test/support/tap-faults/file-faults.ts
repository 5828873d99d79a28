import { FileWriter } from '../../../domain/roaming/codec/file-writer.ts';
import type { Value } from '../../../domain/roaming/codec/interpret.ts';
import { batchBytes, type Loose, settled } from '../tap-batch.ts';
import { bare, noEvents, off, type Plants, record, within, withUnit } from './planting.ts';

/** Faults of the file as a whole. */
/** SIM toolkit indicator of 3.12 (tag 200) as a group: a form that a text cannot have. */
const MISSHAPEN = Buffer.from('7f814800', 'hex');

export const FILE_FAULTS: Plants = [
  ['transferBatch/50', (batch) => ({ bytes: batchBytes(batch).subarray(0, -3) })],
  [
    'transferBatch/51',
    (batch) => {
      const { accountingInfo } = batch;
      bare(batch);
      batch.accountingInfo = undefined;
      const bytes = batchBytes(batch);
      const writer = new FileWriter(batch.version);
      writer.unit('part', { accountingInfo } as Value);
      const late = Buffer.concat(writer.end());
      // At the end of the batch, whose length takes two bytes.
      const length = bytes.readUInt16BE(2) + late.length;
      return { bytes: Buffer.concat([Buffer.of(0x61, 0x82, length >> 8, length & 0xff), bytes.subarray(4), late]) };
    },
  ],
  [
    'transferBatch/30',
    (batch) => {
      const bytes = batchBytes({ ...batch, batchControlInfo: undefined });
      return { bytes, format: batch.version };
    },
  ],
  [
    'transferBatch/31',
    (batch) => {
      batch.accountingInfo = undefined;
      return { facts: off('exchangeRateCode/101', 'taxCode/100', 'discountCode/100') };
    },
  ],
  [
    'transferBatch/32',
    (batch) => {
      bare(batch);
      batch.networkInfo = undefined;
      return undefined;
    },
  ],
  [
    'transferBatch/33',
    (batch) => {
      batch.callEventDetails = [];
      noEvents(batch);
      return {
        bytes: batchBytes({ ...batch, callEventDetails: undefined } as Loose),
        facts: off('callEventDetailsCount/20'),
      };
    },
  ],
  [
    'transferBatch/34',
    (batch) => {
      batch.auditControlInfo = undefined;
      return undefined;
    },
  ],
  [
    'accountingInfo/32',
    (batch) => {
      batch.accountingInfo.currencyConversionInfo = undefined;
      return { facts: off('exchangeRateCode/101') };
    },
  ],
  [
    'callEventDetails/50',
    (batch) => {
      batch.callEventDetails.push({ unknown: {} });
      settled(batch);
      // Tag 13 has been free since 3.11.
      return withUnit(batch, 'unknown', Buffer.of(0x6d, 0x00));
    },
  ],
  [
    'anyItem/10',
    (batch) =>
      withUnit(
        batch,
        'batchControlInfo',
        within(batch, 'part', { batchControlInfo: batch.batchControlInfo }, Buffer.from('7f6e00', 'hex')),
      ),
  ],
  [
    'anyItem/51',
    (batch) =>
      withUnit(
        batch,
        'batchControlInfo',
        within(
          batch,
          'part',
          { batchControlInfo: batch.batchControlInfo },
          Buffer.from('5f81440546524146 31'.replace(' ', ''), 'hex'),
        ),
      ),
  ],
  [
    'anyItem/11',
    (batch) =>
      withUnit(
        batch,
        'messagingEvent',
        within(batch, 'record', { messagingEvent: record(batch, 'messagingEvent') }, MISSHAPEN),
      ),
  ],
  [
    'anyItem/52',
    (batch) =>
      withUnit(
        batch,
        'messagingEvent',
        within(
          batch,
          'record',
          { messagingEvent: record(batch, 'messagingEvent') },
          Buffer.from('5f833701 01'.replace(' ', ''), 'hex'),
        ),
      ),
  ],
];
