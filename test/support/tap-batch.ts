import { FileWriter } from '../../domain/roaming/codec/file-writer.ts';
import type { TapName } from '../../domain/roaming/codec/grammar.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';

/**
 * A small TAP file without any fault, of every version, with a record of every kind: what a test then spoils. Plain
 * values that may be changed; `settled` makes the audit right again.
 */
// biome-ignore lint/suspicious/noExplicitAny: a test reaches into it at will; what does not fit the grammar is not written.
export type Loose = any;

export interface Batch {
  readonly version: TapName;
  batchControlInfo: Loose;
  accountingInfo: Loose;
  networkInfo: Loose;
  messageDescriptionInfo: Loose;
  callEventDetails: Loose[];
  auditControlInfo: Loose;
}

const long = (time = '120000') => ({ localTimeStamp: `20261101${time}`, utcTimeOffset: '+0800' });
const short = () => ({ localTimeStamp: '20261101060000', utcTimeOffsetCode: 0 });

const releaseOf = (version: TapName): number => Number(version.slice(-2));

export const control = (version: TapName): Loose => ({
  sender: 'FRAF1',
  recipient: 'CHNCU',
  fileSequenceNumber: '00042',
  fileCreationTimeStamp: long('201000'),
  transferCutOffTimeStamp: long('200000'),
  fileAvailableTimeStamp: long('202000'),
  specificationVersionNumber: 3,
  releaseVersionNumber: releaseOf(version),
});

const charges = (item: string): Loose => ({
  chargedItem: item,
  exchangeRateCode: 0,
  callTypeGroup: { callTypeLevel1: 1, callTypeLevel2: 2, callTypeLevel3: 0 },
  chargeDetailList: [
    { chargeType: '00', charge: 1_000, chargeableUnits: 60, chargedUnits: 60, chargeDetailTimeStamp: short() },
    { chargeType: '01', charge: 400, chargeableUnits: 60, chargedUnits: 60 },
  ],
  taxInformation: [{ taxCode: 1, taxValue: 200, taxableAmount: 1_000 }],
  discountInformation: { discountCode: 1, discount: 50 },
});

const subscriber = () => ({ simChargeableSubscriber: { imsi: '460015555555555', msisdn: '8618655555555' } });
const location = () => ({ networkLocation: { recEntityCode: 0, callReference: 'ab', locationArea: 1, cellId: 2 } });
const basic = () => ({
  chargeableSubscriber: subscriber(),
  callEventStartTimeStamp: short(),
  totalCallEventDuration: 60,
  causeForTerm: 4,
});
const services = (tele = '11') => [
  {
    basicService: { serviceCode: { teleServiceCode: tele } },
    chargingTimeStamp: short(),
    chargeInformationList: [charges('D')],
  },
];

const voice = (old: boolean): Loose[] => [
  {
    mobileOriginatedCall: {
      basicCallInformation: { ...basic(), destination: { calledNumber: '33612345678' } },
      locationInformation: location(),
      basicServiceUsedList: services(),
      camelServiceUsed: old
        ? { camelServiceKey: 1 }
        : { camelServiceKey: 1, exchangeRateCode: 0, camelInvocationFee: 7 },
      operatorSpecInformation: ['x'],
    },
  },
  {
    mobileTerminatedCall: {
      basicCallInformation: { ...basic(), callOriginator: { callingNumber: '447911123456' } },
      locationInformation: location(),
      basicServiceUsedList: services(),
    },
  },
];

const others = (old: boolean, first: boolean): Loose[] => [
  {
    supplServiceEvent: {
      chargeableSubscriber: subscriber(),
      locationInformation: location(),
      supplServiceUsed: {
        supplServiceCode: '21',
        supplServiceActionCode: 1,
        chargingTimeStamp: short(),
        chargeInformation: charges('E'),
      },
    },
  },
  {
    serviceCentreUsage: {
      basicInformation: { chargeableSubscriber: scuSubscriber(old) },
      recEntityCode: 1,
      chargeInformation: charges('E'),
      scuChargeType: { messageStatus: 1 },
      scuTimeStamps: { depositTimeStamp: short(), chargingPoint: 'D' },
    },
  },
  {
    contentTransaction: {
      contentTransactionBasicInfo: { transactionStatus: 1 },
      chargedPartyInformation: { chargedPartyIdList: [{ chargedPartyIdType: 1, chargedPartyIdentifier: 'x' }] },
      // Not a list yet in 3.09.
      contentServiceUsed: first ? contentServices()[0] : contentServices(),
    },
  },
];
const contentServices = (): Loose[] => [
  {
    contentTransactionCode: 1,
    totalDataVolume: 5,
    chargeInformationList: [charges('C')],
    advisedChargeInformation: { advisedCharge: 3, advisedChargeCurrency: 'EUR' },
  },
  { contentTransactionCode: 1, chargeRefundIndicator: 1, chargeInformationList: [charges('C')] },
];
const scuSubscriber = (old: boolean) =>
  old ? subscriber() : { gsmChargeableSubscriber: { imsi: '460015555555555', msisdn: '8618655555555' } };

const gprs = (old: boolean, first: boolean): Loose => ({
  gprsCall: {
    gprsBasicCallInformation: {
      [first ? 'chargeableSubscriber' : 'gprsChargeableSubscriber']: old
        ? { chargeableSubscriber: subscriber(), pdpType: '21', pdpAddress: '10.0.0.7' }
        : { chargeableSubscriber: subscriber(), pdpAddress: '10.0.0.7' },
      gprsDestination: { accessPointNameNI: 'internet' },
      callEventStartTimeStamp: short(),
      totalCallEventDuration: 60,
      causeForTerm: 16,
      chargingId: 5,
    },
    gprsLocationInformation: { gprsNetworkLocation: { recEntity: [2, 3], locationArea: 1, cellId: 2 } },
    gprsServiceUsed: old
      ? {
          gprsServiceUsageList: [{ dataVolumeIncoming: 1_000, dataVolumeOutgoing: 10 }],
          chargingTimeStamp: short(),
          chargeInformationList: [charges('X')],
        }
      : {
          iMSSignallingContext: 1,
          dataVolumeIncoming: 1_000,
          dataVolumeOutgoing: 10,
          chargeInformationList: [charges('X')],
        },
  },
});

const locationService = (): Loose => ({
  locationService: {
    recEntityCode: 0,
    locationServiceUsage: { chargingTimeStamp: short(), chargeInformationList: [charges('E')] },
  },
});

const newest = (): Loose[] => [
  {
    messagingEvent: {
      messagingEventService: 1,
      chargedParty: { imsi: '460015555555555', msisdn: '8618655555555' },
      recEntityCodeList: [0],
      serviceStartTimestamp: short(),
      exchangeRateCode: 0,
      charge: 30,
      taxInformationList: [{ taxCode: 1, taxValue: 6 }],
    },
  },
  {
    mobileSession: {
      mobileSessionService: 1,
      chargedParty: { imsi: '460015555555555', msisdn: '8618655555555' },
      recEntityCodeList: [0],
      serviceStartTimestamp: short(),
      causeForTerm: 0,
      totalCallEventDuration: 10,
      sessionChargeInfoList: [
        {
          chargedItem: 'D',
          exchangeRateCode: 0,
          chargeDetailList: [{ chargeType: '00', charge: 80 }],
          taxInformationList: [{ taxCode: 1, taxValue: 16 }],
        },
      ],
    },
  },
];

const entity = (version: TapName, code: number): Loose => {
  const type = 1 + (code % 4);
  const id = type < 3 ? `3360000${code}` : `10.0.0.${code}`;
  const kinds = ['mscId', 'msisdn', 'gsnaddress', 'gsnaddress'];
  return {
    recEntityCode: code,
    recEntityType: type,
    recEntityId: releaseOf(version) > 10 ? id : oldId(kinds[code % 4] ?? '', id),
  };
};
/** A choice until 3.10. */
const oldId = (kind: string, id: string): Loose =>
  kind === 'gsnaddress' ? { gsnaddress: { iPTextV4Address: id } } : { [kind]: id };

export const goodBatch = (version: TapName = 'TAP-0312'): Batch => {
  const release = releaseOf(version);
  const old = release < 11;
  const first = release === 9;
  const rates = [{ exchangeRateCode: 0, numberOfDecimalPlaces: 5, exchangeRate: 123_456 }];
  const taxes = [{ taxCode: 1, taxType: '13', taxRate: '2000000' }];
  return settled({
    version,
    batchControlInfo: control(version),
    accountingInfo: {
      taxation: old ? taxes : [...taxes, { taxCode: 2, taxType: '13', taxRate: '1000000', chargeType: '01' }],
      discounting: [{ discountCode: 1, discountApplied: { discountRate: 500 } }],
      localCurrency: 'EUR',
      tapCurrency: 'SDR',
      [first ? 'currencyConversion' : 'currencyConversionInfo']: rates,
      tapDecimalPlaces: 5,
    },
    networkInfo: {
      utcTimeOffsetInfo: [{ utcTimeOffsetCode: 0, utcTimeOffset: '+0100' }],
      recEntityInfo: [0, 1, 2, 3].map((code) => entity(version, code)),
    },
    messageDescriptionInfo: [{ messageDescriptionCode: 1, messageDescription: 'text' }],
    callEventDetails: [
      ...voice(old),
      ...others(old, first),
      gprs(old, first),
      ...(release > 9 ? [locationService()] : []),
      ...(release > 11 ? newest() : []),
    ],
    auditControlInfo: undefined,
  });
};

interface Sums {
  charge: number;
  tax: number;
  discount: number;
}

/** Adds up by field names, wherever they stand: what the check's own sums are held against. */
const sum = (value: Loose, plain: Sums, refund: Sums): void => {
  if (Array.isArray(value)) for (const one of value) sum(one, plain, refund);
  else if (typeof value === 'object' && value !== null) {
    const into = value.chargeRefundIndicator === 1 ? refund : plain;
    for (const [name, inner] of Object.entries<Loose>(value)) {
      if (name === 'taxValue') into.tax += inner;
      else if (name === 'discount') into.discount += inner;
      else if (name === 'camelInvocationFee') into.charge += inner;
      else if (
        name === 'charge' &&
        (value.chargeType === '00' || (value.chargeableUnits === undefined && 'taxInformationList' in value))
      )
        into.charge += inner;
      else sum(inner, into, refund);
    }
  }
};

/** With the audit that fits its records. */
export const settled = (batch: Batch): Batch => {
  const plain = { charge: 0, tax: 0, discount: 0 };
  const refund = { charge: 0, tax: 0, discount: 0 };
  sum(batch.callEventDetails, plain, refund);
  const refunded = (name: string, value: number) => (value > 0 ? { [name]: value } : {});
  const totals =
    releaseOf(batch.version) < 11
      ? {
          totalChargeValueList: [
            { chargeType: '00', totalCharge: plain.charge, ...refunded('totalChargeRefund', refund.charge) },
          ],
        }
      : { totalCharge: plain.charge, ...refunded('totalChargeRefund', refund.charge) };
  const at = { localTimeStamp: '20261101050000', utcTimeOffset: '+0000' };
  batch.auditControlInfo = {
    earliestCallTimeStamp: at,
    latestCallTimeStamp: at,
    ...totals,
    ...refunded('totalTaxRefund', refund.tax),
    totalTaxValue: plain.tax,
    totalDiscountValue: plain.discount,
    ...refunded('totalDiscountRefund', refund.discount),
    callEventDetailsCount: batch.callEventDetails.length,
  };
  return batch;
};

const PARTS = ['batchControlInfo', 'accountingInfo', 'networkInfo', 'messageDescriptionInfo'] as const;

export const batchBytes = (batch: Batch): Buffer => {
  const writer = new FileWriter(batch.version);
  writer.open();
  for (const name of PARTS) if (batch[name] !== undefined) writer.unit('part', { [name]: batch[name] } as Value);
  if (batch.callEventDetails !== undefined) {
    writer.open();
    for (const record of batch.callEventDetails) writer.unit('record', record as Value);
    writer.close();
  }
  if (batch.auditControlInfo !== undefined) {
    writer.unit('part', { auditControlInfo: batch.auditControlInfo } as Value);
  }
  writer.close();
  return Buffer.concat(writer.end());
};

export const notificationBytes = (value: Loose, version: TapName = 'TAP-0312'): Buffer => {
  const writer = new FileWriter(version);
  writer.unit('file', { notification: value } as Value);
  return Buffer.concat(writer.end());
};
