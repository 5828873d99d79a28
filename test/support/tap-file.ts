import { open } from 'node:fs/promises';
import { FileWriter } from '../../domain/roaming/codec/file-writer.ts';
import type { CallEventDetail, TransferBatchPart } from '../../domain/roaming/codec/generated/tap-0312.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';

/**
 * A TAP 3.12 file such as a network writes: 35 % calls made, 25 % received, 40 % of data. Numbers are made from the
 * record's own, so that the same file comes out each time.
 */
const digits = (seed: number, length: number): string =>
  String((seed * 7_919_993 + 1_234_567) % 10 ** length).padStart(length, '0');

const stamp = (at: number) => ({
  localTimeStamp: `20261101${String(Math.floor(at / 3600) % 24).padStart(2, '0')}${String(Math.floor(at / 60) % 60).padStart(2, '0')}${String(at % 60).padStart(2, '0')}`,
  utcTimeOffsetCode: at % 2,
});

const subscriber = (at: number) => ({
  simChargeableSubscriber: { imsi: `46001${digits(at, 10)}`, msisdn: `86186${digits(at, 8)}` },
});

const charge = (at: number, item: string, units: number) => ({
  chargedItem: item,
  exchangeRateCode: 0,
  callTypeGroup: { callTypeLevel1: at % 3, callTypeLevel2: at % 7, callTypeLevel3: 0 },
  chargeDetailList: [
    {
      chargeType: '00',
      charge: (at * 137) % 90_000,
      chargeableUnits: units,
      chargedUnits: units,
      chargeDetailTimeStamp: stamp(at),
    },
  ],
  taxInformation: [{ taxCode: 1, taxValue: Math.round(((at * 137) % 90_000) / 5), taxableAmount: (at * 137) % 90_000 }],
});

const location = (at: number) => ({
  networkLocation: {
    recEntityCode: at % 4,
    callReference: digits(at, 8),
    locationArea: 10_000 + (at % 500),
    cellId: at % 60_000,
  },
});

const equipment = (at: number) => ({ imei: `35${digits(at, 13)}0` });

const voiceOf = (at: number) => [
  {
    basicService: { serviceCode: { teleServiceCode: '11' } },
    chargingTimeStamp: stamp(at),
    chargeInformationList: [charge(at, 'D', (at * 13) % 3600)],
  },
];

const originated = (at: number): CallEventDetail => ({
  mobileOriginatedCall: {
    basicCallInformation: {
      chargeableSubscriber: subscriber(at),
      destination: {
        calledNumber: `336${digits(at, 8)}`,
        dialledDigits: `00336${digits(at, 8)}`,
      },
      callEventStartTimeStamp: stamp(at),
      totalCallEventDuration: (at * 13) % 3600,
      causeForTerm: 0,
    },
    locationInformation: location(at),
    equipmentIdentifier: equipment(at),
    basicServiceUsedList: voiceOf(at),
    operatorSpecInformation: [`rec-${at}`],
  },
});

const terminated = (at: number): CallEventDetail => ({
  mobileTerminatedCall: {
    basicCallInformation: {
      chargeableSubscriber: subscriber(at),
      callOriginator: { callingNumber: `4479${digits(at, 8)}` },
      callEventStartTimeStamp: stamp(at),
      totalCallEventDuration: (at * 17) % 3600,
      causeForTerm: 0,
    },
    locationInformation: location(at),
    equipmentIdentifier: equipment(at),
    basicServiceUsedList: voiceOf(at),
  },
});

const gprs = (at: number): CallEventDetail => ({
  gprsCall: {
    gprsBasicCallInformation: {
      gprsChargeableSubscriber: { chargeableSubscriber: subscriber(at), pdpAddress: `10.${at % 250}.${at % 240}.7` },
      gprsDestination: { accessPointNameNI: 'internet.operator.cn', accessPointNameOI: 'mnc001.mcc460.gprs' },
      callEventStartTimeStamp: stamp(at),
      totalCallEventDuration: (at * 19) % 86_400,
      causeForTerm: 0,
      partialTypeIndicator: 'I',
      pDPContextStartTimestamp: stamp(at),
      // Past 32 bits, as those of newer gateways are.
      chargingId: 4_294_967_296 + at,
    },
    gprsLocationInformation: {
      gprsNetworkLocation: { recEntity: [at % 4, 5], locationArea: 10_000 + (at % 500), cellId: at % 60_000 },
    },
    equipmentIdentifier: equipment(at),
    gprsServiceUsed: {
      dataVolumeIncoming: (at * 104_729) % 3_000_000_000,
      dataVolumeOutgoing: (at * 7_919) % 300_000_000,
      chargeInformationList: [charge(at, 'X', (at * 104_729) % 3_000_000_000)],
    },
  },
});

/** The record of this number. */
export const tapRecord = (at: number): CallEventDetail =>
  at % 20 < 7 ? originated(at) : at % 20 < 12 ? terminated(at) : gprs(at);

const long = (time: string) => ({ localTimeStamp: `20261101${time}`, utcTimeOffset: '+0800' });

export const tapParts: readonly TransferBatchPart[] = [
  {
    batchControlInfo: {
      sender: 'FRAF1',
      recipient: 'CHNCU',
      fileSequenceNumber: '00042',
      fileCreationTimeStamp: long('235500'),
      transferCutOffTimeStamp: long('235000'),
      fileAvailableTimeStamp: long('235900'),
      specificationVersionNumber: 3,
      releaseVersionNumber: 12,
    },
  },
  {
    accountingInfo: {
      taxation: [{ taxCode: 1, taxType: '13', taxRate: '2000000' }],
      localCurrency: 'EUR',
      tapCurrency: 'SDR',
      currencyConversionInfo: [{ exchangeRateCode: 0, numberOfDecimalPlaces: 5, exchangeRate: 123_456 }],
      tapDecimalPlaces: 3,
    },
  },
  {
    networkInfo: {
      utcTimeOffsetInfo: [
        { utcTimeOffsetCode: 0, utcTimeOffset: '+0100' },
        { utcTimeOffsetCode: 1, utcTimeOffset: '+0200' },
      ],
      // By turns MSC, SMSC, GGSN and SGSN.
      recEntityInfo: [0, 1, 2, 3, 4, 5].map((code) => ({
        recEntityCode: code,
        recEntityType: 1 + (code % 4),
        recEntityId: code % 4 < 2 ? `336000${code}` : `10.0.0.${code}`,
      })),
    },
  },
];

const localOf = (ms: number): string => new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
const HOUR_MS = 3_600_000;
/** Of the offsets of `networkInfo`: code 0 is one hour east, code 1 two. */
const startMs = (at: number): number => {
  const local = stamp(at).localTimeStamp;
  const iso = local.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(iso) - (1 + (at % 2)) * HOUR_MS;
};

/** Adds up what the records charge. */
export class TapTotals {
  private charge = 0;
  private tax = 0;
  private count = 0;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  add(at: number): void {
    const amount = (at * 137) % 90_000;
    this.charge += amount;
    this.tax += Math.round(amount / 5);
    this.count += 1;
    this.first = Math.min(this.first, startMs(at));
    this.last = Math.max(this.last, startMs(at));
  }

  get audit(): TransferBatchPart {
    return {
      auditControlInfo: {
        earliestCallTimeStamp: { localTimeStamp: localOf(this.first), utcTimeOffset: '+0000' },
        latestCallTimeStamp: { localTimeStamp: localOf(this.last), utcTimeOffset: '+0000' },
        totalCharge: this.charge,
        totalTaxValue: this.tax,
        totalDiscountValue: 0,
        callEventDetailsCount: this.count,
      },
    };
  }
}

/** A file of so many records, with definite lengths. */
export const tapFile = (records: number): Buffer => {
  const writer = new FileWriter('TAP-0312');
  const totals = new TapTotals();
  writer.open();
  for (const part of tapParts) writer.unit('part', part as Value);
  writer.open();
  for (let at = 0; at < records; at += 1) {
    writer.unit('record', tapRecord(at) as Value);
    totals.add(at);
  }
  writer.close();
  writer.unit('part', totals.audit as Value);
  writer.close();
  return Buffer.concat(writer.end());
};

/** So many records are written at once. */
const AT_ONCE = 5_000;
/** End of an indefinite length. */
const END = Buffer.alloc(2);

/**
 * A file of at least so many bytes on the disk, in bounded memory: its batch and its list have indefinite lengths, its
 * records definite ones. Gives its size.
 */
export const writeLargeTap = async (path: string, bytes: number): Promise<number> => {
  const file = await open(path, 'w');
  let size = 0;
  const put = async (pieces: readonly Buffer[]): Promise<void> => {
    await file.writev([...pieces]);
    size += pieces.reduce((sum, piece) => sum + piece.length, 0);
  };
  const alone = (level: 'part' | 'record', values: readonly Value[]): readonly Buffer[] => {
    const writer = new FileWriter('TAP-0312');
    for (const value of values) writer.unit(level, value);
    return writer.end();
  };
  const totals = new TapTotals();
  try {
    await put([Buffer.of(0x61, 0x80), ...alone('part', tapParts as readonly Value[]), Buffer.of(0x63, 0x80)]);
    for (let from = 0; size < bytes; from += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, at) => from + at);
      for (const at of numbers) totals.add(at);
      await put(
        alone(
          'record',
          numbers.map((at) => tapRecord(at) as Value),
        ),
      );
    }
    await put([END, ...alone('part', [totals.audit as Value]), END]);
  } finally {
    await file.close();
  }
  return size;
};
