import { settled } from '../tap-batch.ts';
import { charged, inRecords, moc, type Plants, record, withFacts, within, withUnit } from './planting.ts';
import type { Plant } from './spoil.ts';

/** Faults of records, and of what they charge. */
const inEntity =
  (code: number, id: string): Plant =>
  (batch) => {
    batch.networkInfo.recEntityInfo[code].recEntityId = id;
    return undefined;
  };

export const RECORD_FAULTS: Plants = [
  [
    'chargeableSubscriber/30',
    inRecords((batch) => {
      delete moc(batch).basicCallInformation.chargeableSubscriber.simChargeableSubscriber.imsi;
    }),
  ],
  [
    'chargeableSubscriber/31',
    (batch) => {
      const { chargeableSubscriber: _, ...value } = record(batch, 'supplServiceEvent');
      // An IMSI, and a MIN of 1 beside it.
      const both = Buffer.from('7f832b197f81470c5f8101084600155555555 55f7f817e055f81120131'.replace(' ', ''), 'hex');
      return withUnit(batch, 'supplServiceEvent', within(batch, 'record', { supplServiceEvent: value }, both));
    },
  ],
  [
    'chargeableSubscriber/32',
    (batch) => {
      delete moc(batch).basicCallInformation.chargeableSubscriber.simChargeableSubscriber.msisdn;
      return { facts: { agreement: { msisdnRequired: true } } };
    },
  ],
  [
    'imsi/200',
    (batch) => {
      moc(batch).basicCallInformation.chargeableSubscriber.simChargeableSubscriber.imsi = '208015555555555';
      return { facts: { agreement: { imsiPrefixes: ['46001'] } } };
    },
  ],
  ['callEventDetails/32', withFacts({ agreement: { agreedKinds: ['contentTransaction'] } })],
  [
    'callEventDetails/33',
    (batch) => {
      batch.callEventDetails.push({ valueAddedService: {} });
      settled(batch);
      return { facts: { agreement: { agreedKinds: ['serviceCentreUsage', 'contentTransaction'] } } };
    },
  ],
  ['callEventDetails/34', withFacts({ agreement: { agreedKinds: ['serviceCentreUsage'] } })],
  [
    'callEventStartTimeStamp/100',
    (batch) => {
      charged(batch).chargeDetailList[0].chargeDetailTimeStamp.localTimeStamp = '20261101055900';
      return undefined;
    },
  ],
  [
    'callEventStartTimeStamp/101',
    (batch) => {
      moc(batch).basicServiceUsedList[0].chargingTimeStamp.localTimeStamp = '20261101055900';
      return undefined;
    },
  ],
  [
    'callEventStartTimeStamp/200',
    (batch) => {
      batch.callEventDetails = batch.callEventDetails.filter((one) => 'gprsCall' in one);
      settled(batch);
      return { facts: { agreement: { maxAgeDays: 0 } } };
    },
  ],
  [
    'utcTimeOffsetCode/100',
    (batch) => {
      charged(batch).chargeDetailList[0].chargeDetailTimeStamp.utcTimeOffsetCode = 9;
      return undefined;
    },
  ],
  [
    'recEntityCode/12',
    (batch) => {
      record(batch, 'gprsCall').gprsLocationInformation.gprsNetworkLocation.recEntity = [0, 3];
      return undefined;
    },
  ],
  [
    'recEntityCode/100',
    (batch) => {
      moc(batch).locationInformation.networkLocation.recEntityCode = 9;
    },
  ],
  [
    'recEntityCode/101',
    (batch) => {
      batch.callEventDetails = batch.callEventDetails.filter((one) => 'mobileOriginatedCall' in one);
      settled(batch);
      batch.networkInfo.recEntityInfo[0].recEntityId = 'lower case';
      return undefined;
    },
  ],
  ['recEntityCode/102', inEntity(1, 'name')],
  ['recEntityCode/103', inEntity(2, '33600001')],
  ['recEntityCode/104', inEntity(3, 'name')],
  [
    'callOriginator/35',
    (batch) => {
      const mtc = record(batch, 'mobileTerminatedCall');
      mtc.basicServiceUsedList[0].basicService.serviceCode.teleServiceCode = '21';
      delete mtc.basicCallInformation.callOriginator;
      return undefined;
    },
  ],
];

export const CHARGE_FAULTS: Plants = [
  [
    'chargeInformation/32',
    inRecords((batch) => {
      delete charged(batch).exchangeRateCode;
    }),
  ],
  [
    'chargeInformation/33',
    inRecords((batch) => {
      charged(batch).chargeDetailList.shift();
    }),
  ],
  [
    'chargeInformation/34',
    inRecords((batch) => {
      charged(batch).chargeDetailList.push({ chargeType: '00', charge: 1 });
    }),
  ],
  [
    'exchangeRateCode/101',
    (batch) => {
      charged(batch).exchangeRateCode = 9;
    },
  ],
  [
    'exchangeRateCode/200',
    withFacts({ agreement: { exchangeRate: { digits: 2, decimalPlaces: 0, toleranceMillionths: 1_000 } } }),
  ],
  [
    'exchangeRateCode/202',
    withFacts({ agreement: { exchangeRate: { digits: 1, decimalPlaces: 0, toleranceMillionths: 1_000 } } }),
  ],
  [
    'taxCode/100',
    (batch) => {
      charged(batch).taxInformation[0].taxCode = 9;
    },
  ],
  ['taxCode/200', withFacts({ agreement: { taxRates: [1_000_000] } })],
  [
    'taxValue/22',
    inRecords((batch) => {
      charged(batch).taxInformation[0].taxValue = 5_000;
    }),
  ],
  [
    'discountInformation/31',
    inRecords((batch) => {
      delete charged(batch).discountInformation.discount;
    }),
  ],
  [
    'discountCode/100',
    (batch) => {
      charged(batch).discountInformation.discountCode = 9;
    },
  ],
];
