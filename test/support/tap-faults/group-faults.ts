import { bare, inAudit, type Plants, twice } from './planting.ts';
import type { Plant } from './spoil.ts';

/** Faults of tables and of the audit. */
export const TABLE_FAULTS: Plants = [
  ['currencyConversion/33', twice((batch) => batch.accountingInfo.currencyConversionInfo)],
  ['taxation/33', twice((batch) => batch.accountingInfo.taxation)],
  ['discounting/33', twice((batch) => batch.accountingInfo.discounting)],
  ['utcTimeOffsetInfo/32', twice((batch) => batch.networkInfo.utcTimeOffsetInfo)],
  [
    'recEntityInfo/33',
    twice(
      (batch) => batch.networkInfo.recEntityInfo,
      (copy) => {
        copy.recEntityId = '33600099';
      },
    ),
  ],
  ['recEntityInfo/34', twice((batch) => batch.networkInfo.recEntityInfo)],
  [
    'networkInfo/30',
    (batch) => {
      bare(batch);
      delete batch.networkInfo.utcTimeOffsetInfo;
      return undefined;
    },
  ],
  [
    'networkInfo/31',
    (batch) => {
      bare(batch);
      delete batch.networkInfo.recEntityInfo;
      return undefined;
    },
  ],
];

export const AUDIT_FAULTS: Plants = [
  [
    'auditControlInfo/34',
    inAudit((audit) => {
      delete audit.totalChargeRefund;
    }),
  ],
  [
    'auditControlInfo/35',
    inAudit((audit) => {
      delete audit.totalTaxRefund;
    }),
  ],
  [
    'auditControlInfo/36',
    inAudit((audit) => {
      delete audit.totalDiscountRefund;
    }),
  ],
  [
    'totalChargeValue/32',
    inAudit((audit) => {
      delete audit.totalChargeValueList[0].totalChargeRefund;
    }),
  ],
  [
    'totalChargeValue/30',
    inAudit((audit) => {
      audit.totalChargeValueList.push({ totalCharge: 5 });
    }),
  ],
  [
    'totalChargeValue/31',
    inAudit((audit) => {
      audit.totalChargeValueList.push({ chargeType: '01' });
    }),
  ],
  ...[
    'totalCharge',
    'totalChargeRefund',
    'totalTaxValue',
    'totalTaxRefund',
    'totalDiscountValue',
    'totalDiscountRefund',
    'callEventDetailsCount',
  ].map((name): [string, Plant] => [
    `${name}/100`,
    inAudit((audit) => {
      audit[name] += 1;
    }),
  ]),
  // A total that is out of range is none, and no sum is compared with it.
  ...['earliestCallTimeStamp', 'latestCallTimeStamp'].map((name): [string, Plant] => [
    `${name}/100`,
    inAudit((audit) => {
      audit[name] = { localTimeStamp: '20261101040000', utcTimeOffset: '+0000' };
    }),
  ]),
];
