import { isRefusal } from '../../domain/kernel/refusal.ts';
import { FileWriter } from '../../domain/roaming/codec/file-writer.ts';
import type { CallEventDetail, TransferBatchPart } from '../../domain/roaming/codec/generated/tap-0312.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';
import { writtenCurrency } from '../../domain/roaming/currency.ts';
import type { ReadyAgreement } from '../../domain/roaming/rating/compile.ts';
import { rateEvent, type UsageEvent } from '../../domain/roaming/rating/rate.ts';

/**
 * TAP 3.12 files as a partner's network writes them: 35 % calls made, 25 % received, 40 % data, or messages alone, charged
 * by the agreement.
 * Everything comes from the numbers given, so the same file comes out each time. The batch and its list of records have
 * indefinite lengths, so that a file of any size is written as it is made.
 */

export interface SimulatedFile {
  readonly sender: string;
  readonly recipient: string;
  readonly sequence: number;
  /** Test data are counted apart. */
  readonly test?: boolean;
  readonly records: number;
  /** Of whom the records are, from `firstSubscriber` (default 0) on. */
  readonly subscribers: number;
  readonly firstSubscriber?: number;
  /** Number of the first record, by which events differ from those of other files; default 0. */
  readonly firstRecord?: number;
  /** `20261101`: when the events happened, by the partner's clock. */
  readonly day: string;
  /** Within which seconds of the day, evenly; default all of it. */
  readonly seconds?: { readonly from: number; readonly to: number };
  /** `+0800` */
  readonly utcOffset: string;
  readonly agreement: ReadyAgreement;
  /** In the place of the agreement's. */
  readonly currency?: string;
  /** So many records of data, from the first on, name a network element that is told wrongly: a severe error. */
  readonly severe?: number;
  /** So many records, from the first on, are of subscribers of nobody. */
  readonly strangers?: number;
  /** Short messages alone, of three two sent and one received. */
  readonly messages?: boolean;
  /** How far the audit group's total charge is off; default 0. */
  readonly auditDiffersBy?: number;
}

/** Numbers that no subscriber has. */
const STRANGERS = 900_000_000;
const DAY_SECONDS = 86_400;
const BATCH_RECORDS = 1_000;
const OPEN_BATCH = Buffer.from([0x61, 0x80]);
const OPEN_LIST = Buffer.from([0x63, 0x80]);
const END = Buffer.from([0, 0]);

const padded = (value: number, length: number): string => String(value).padStart(length, '0');

/** Subscriber number `at`: its card's IMSI and its number. */
export const simulatedSubscriber = (at: number): { readonly imsi: string; readonly msisdn: string } => ({
  imsi: `46001${padded(at, 10)}`,
  msisdn: `8613${padded(at, 9)}`,
});

interface Event {
  readonly at: number;
  readonly usage: UsageEvent;
  readonly stamp: { readonly localTimeStamp: string; readonly utcTimeOffsetCode: number };
  readonly who: { readonly imsi: string; readonly msisdn: string };
  readonly charge: number;
}

const stampOf = (day: string, second: number): string =>
  day + padded(Math.floor(second / 3_600), 2) + padded(Math.floor(second / 60) % 60, 2) + padded(second % 60, 2);

const minutesOf = (offset: string): number =>
  (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * (offset.startsWith('-') ? -1 : 1);

const kindOf = (at: number): 'made' | 'received' | 'data' =>
  at % 20 < 7 ? 'made' : at % 20 < 12 ? 'received' : 'data';
const serviceOf = ({ messages }: SimulatedFile, kind: ReturnType<typeof kindOf>): UsageEvent['service'] =>
  messages === true ? 'sms' : kind === 'data' ? 'data' : 'voice';
/** Seconds, messages or bytes. */
const quantityOf = (at: number, service: UsageEvent['service']): number =>
  service === 'sms' ? 1 : service === 'data' ? (at * 104_729) % 30_000_000 : (at * 13) % 3_600;

/** Second of the day of the record at this place. */
const secondOf = ({ records, seconds = { from: 0, to: DAY_SECONDS } }: SimulatedFile, place: number): number =>
  seconds.from + Math.floor((place * (seconds.to - seconds.from)) / records);

/** When the event at this place begins. */
export const momentOfEvent = (file: SimulatedFile, place: number): number => {
  const midnight = Date.UTC(Number(file.day.slice(0, 4)), Number(file.day.slice(4, 6)) - 1, Number(file.day.slice(6)));
  return midnight + secondOf(file, place) * 1_000 - minutesOf(file.utcOffset) * 60_000;
};

/** What happened at this place of the file, whatever its format. */
export const simulatedEvent = (file: SimulatedFile, place: number): Event => {
  const at = (file.firstRecord ?? 0) + place;
  const kind = file.messages !== true ? kindOf(at) : at % 3 < 2 ? 'made' : 'received';
  const service = serviceOf(file, kind);
  const usage: UsageEvent = {
    home: file.recipient,
    visited: file.sender,
    service,
    direction: kind === 'received' ? 'terminating' : 'originating',
    destination: kind === 'made' ? `86138${padded((at * 7_919) % 100_000_000, 8)}` : '',
    quantity: quantityOf(at, service),
    atMs: momentOfEvent(file, place),
    utcOffsetMinutes: minutesOf(file.utcOffset),
  };
  const price = rateEvent(file.agreement, usage);
  const known = (file.firstSubscriber ?? 0) + ((at * 7_919) % file.subscribers);
  const subscriber = place < (file.strangers ?? 0) ? STRANGERS + place : known;
  return {
    at,
    usage,
    stamp: { localTimeStamp: stampOf(file.day, secondOf(file, place)), utcTimeOffsetCode: 0 },
    who: simulatedSubscriber(subscriber),
    charge: isRefusal(price) ? 0 : Number(price.chargeMinor),
  };
};

const charged = ({ charge, usage: { quantity }, stamp }: Event, chargedItem: string) => ({
  chargedItem,
  exchangeRateCode: 0,
  callTypeGroup: { callTypeLevel1: 1, callTypeLevel2: 1, callTypeLevel3: 0 },
  chargeDetailList: [
    { chargeType: '00', charge, chargeableUnits: quantity, chargedUnits: quantity, chargeDetailTimeStamp: stamp },
  ],
});

/** Teleservices of TS 22.003: a call; a message sent, received. What is charged of a message is the event. */
const teleServiceOf = ({ service, direction }: UsageEvent): string =>
  service === 'voice' ? '11' : direction === 'originating' ? '22' : '21';

const callOf = (event: Event): CallEventDetail => {
  const { at, usage, stamp, who } = event;
  const basic = {
    chargeableSubscriber: { simChargeableSubscriber: who },
    callEventStartTimeStamp: stamp,
    totalCallEventDuration: usage.service === 'sms' ? 0 : usage.quantity,
    causeForTerm: 0,
  };
  const common = {
    locationInformation: { networkLocation: { recEntityCode: 0, callReference: padded(at, 10), cellId: at % 60_000 } },
    equipmentIdentifier: { imei: `35${padded(at, 13)}0` },
    basicServiceUsedList: [
      {
        basicService: { serviceCode: { teleServiceCode: teleServiceOf(usage) } },
        chargingTimeStamp: stamp,
        chargeInformationList: [charged(event, usage.service === 'sms' ? 'E' : 'D')],
      },
    ],
  };
  return usage.direction === 'originating'
    ? {
        mobileOriginatedCall: {
          basicCallInformation: { ...basic, destination: { calledNumber: usage.destination } },
          ...common,
        },
      }
    : {
        mobileTerminatedCall: {
          basicCallInformation: { ...basic, callOriginator: { callingNumber: `4479${padded(at, 8)}` } },
          ...common,
        },
      };
};

/** Of the elements that the file tells, this one lacks its number. */
const WRONG_ELEMENT = 2;

const dataOf = (event: Event, severe: boolean): CallEventDetail => {
  const { at, usage, stamp, who } = event;
  return {
    gprsCall: {
      gprsBasicCallInformation: {
        gprsChargeableSubscriber: { chargeableSubscriber: { simChargeableSubscriber: who }, pdpAddress: '10.1.2.3' },
        gprsDestination: { accessPointNameNI: 'internet.operator.cn' },
        callEventStartTimeStamp: stamp,
        totalCallEventDuration: 60,
        causeForTerm: 0,
        chargingId: 4_294_967_296 + at,
      },
      gprsLocationInformation: {
        gprsNetworkLocation: { recEntity: [0, severe ? WRONG_ELEMENT : 1], cellId: at % 60_000 },
      },
      equipmentIdentifier: { imei: `35${padded(at, 13)}0` },
      gprsServiceUsed: {
        dataVolumeIncoming: usage.quantity - (usage.quantity >> 3),
        dataVolumeOutgoing: usage.quantity >> 3,
        chargeInformationList: [charged(event, 'X')],
      },
    },
  };
};

const writeUnits = (level: 'part' | 'record', values: ReadonlyArray<TransferBatchPart | CallEventDetail>): Buffer => {
  const writer = new FileWriter('TAP-0312');
  for (const value of values) writer.unit(level, value as Value);
  return Buffer.concat(writer.end());
};

const headOf = (file: SimulatedFile): ReadonlyArray<TransferBatchPart> => {
  const [terms] = file.agreement.terms;
  const long = (second: number) => ({ localTimeStamp: stampOf(file.day, second), utcTimeOffset: file.utcOffset });
  const currency = file.currency ?? terms?.terms.currency ?? '';
  return [
    {
      batchControlInfo: {
        sender: file.sender,
        recipient: file.recipient,
        fileSequenceNumber: padded(file.sequence, 5),
        fileCreationTimeStamp: long(DAY_SECONDS - 300),
        transferCutOffTimeStamp: long(DAY_SECONDS - 600),
        fileAvailableTimeStamp: long(DAY_SECONDS - 60),
        specificationVersionNumber: 3,
        releaseVersionNumber: 12,
        ...(file.test === true ? { fileTypeIndicator: 'T' } : {}),
      },
    },
    {
      accountingInfo: {
        localCurrency: 'EUR',
        tapCurrency: writtenCurrency(currency),
        currencyConversionInfo: [{ exchangeRateCode: 0, numberOfDecimalPlaces: 5, exchangeRate: 123_456 }],
        tapDecimalPlaces: terms?.terms.decimals ?? 0,
      },
    },
    {
      networkInfo: {
        utcTimeOffsetInfo: [{ utcTimeOffsetCode: 0, utcTimeOffset: file.utcOffset }],
        recEntityInfo: [
          { recEntityCode: 0, recEntityType: 1, recEntityId: '33600001' },
          { recEntityCode: 1, recEntityType: 4, recEntityId: '10.0.0.1' },
          { recEntityCode: WRONG_ELEMENT, recEntityType: 2, recEntityId: 'unnumbered' },
        ],
      },
    },
  ];
};

const auditOf = (file: SimulatedFile, totalCharge: number): TransferBatchPart => {
  const long = (second: number) => ({ localTimeStamp: stampOf(file.day, second), utcTimeOffset: file.utcOffset });
  return {
    auditControlInfo: {
      earliestCallTimeStamp: long(secondOf(file, 0)),
      latestCallTimeStamp: long(secondOf(file, file.records - 1)),
      totalCharge,
      totalTaxValue: 0,
      totalDiscountValue: 0,
      callEventDetailsCount: file.records,
    },
  };
};

/** The file, piece by piece. */
export function* simulatedFile(file: SimulatedFile): Generator<Buffer> {
  yield Buffer.concat([OPEN_BATCH, writeUnits('part', headOf(file)), OPEN_LIST]);
  let totalCharge = 0;
  let severe = file.severe ?? 0;
  for (let at = 0; at < file.records; at += BATCH_RECORDS) {
    const count = Math.min(BATCH_RECORDS, file.records - at);
    const events = Array.from({ length: count }, (_, place) => simulatedEvent(file, at + place));
    totalCharge += events.reduce((sum, { charge }) => sum + charge, 0);
    yield writeUnits(
      'record',
      events.map((event) => {
        if (event.usage.service !== 'data') return callOf(event);
        severe -= 1;
        return dataOf(event, severe >= 0);
      }),
    );
  }
  yield Buffer.concat([END, writeUnits('part', [auditOf(file, totalCharge + (file.auditDiffersBy ?? 0))]), END]);
}
