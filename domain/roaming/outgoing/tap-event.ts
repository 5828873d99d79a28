import type { CallEventDetail } from '../codec/generated/tap-0312.ts';
import { momentOf } from '../network/visitor-record.ts';
import { type PricedEvent, quantityOf } from './priced-event.ts';

/** A visitor's event as a record of TAP 3.12, with the codes under which its file tells offsets and elements. */

/** By their place in the file's tables: the first that is asked is 0. */
export class Codes {
  readonly values: Array<string> = [];
  private readonly known = new Map<string, number>();

  of(value: string): number {
    const found = this.known.get(value);
    if (found !== undefined) return found;
    this.known.set(value, this.values.length);
    this.values.push(value);
    return this.values.length - 1;
  }
}

export interface FileCodes {
  readonly offsets: Codes;
  /** `1/8613800001`: sort and address. */
  readonly entities: Codes;
}

/** Call type levels of TD.57: unknown, national, international; of data, a gateway of the home or of the visited network. */
const NATIONAL = 1;
const INTERNATIONAL = 2;
const HOME_GATEWAY = 10;
const TELEPHONY = '11';
const MESSAGE_RECEIVED = '21';
const MESSAGE_SENT = '22';

interface Coded {
  readonly one: PricedEvent;
  readonly stamp: { readonly localTimeStamp: string; readonly utcTimeOffsetCode: number };
  readonly entity: number;
  readonly countryCode: string;
}

const callTypeOf = ({ one, countryCode }: Coded): number => {
  if (one.event === 'data') return HOME_GATEWAY;
  if (one.event.endsWith('terminating')) return 0;
  return one.party.startsWith(countryCode) ? NATIONAL : INTERNATIONAL;
};

const charged = (coded: Coded, chargedItem: string) => ({
  chargedItem,
  exchangeRateCode: 0,
  callTypeGroup: { callTypeLevel1: callTypeOf(coded), callTypeLevel2: 0, callTypeLevel3: 0 },
  chargeDetailList: [
    {
      chargeType: '00',
      charge: coded.one.chargeMinor,
      chargeableUnits: quantityOf(coded.one),
      chargedUnits: coded.one.chargedUnits,
      chargeDetailTimeStamp: coded.stamp,
    },
  ],
});

const whoOf = ({ imsi, msisdn }: PricedEvent) => ({
  simChargeableSubscriber: { imsi, ...(msisdn === '' ? {} : { msisdn }) },
});

const placeOf = ({ area, cell }: PricedEvent) => ({
  ...(area === 0 ? {} : { locationArea: area }),
  ...(cell === 0 ? {} : { cellId: cell }),
});

const equipmentOf = ({ imei }: PricedEvent) => (imei === '' ? {} : { equipmentIdentifier: { imei } });

const REFERENCE_BYTES = 8;

/** As whole bytes in hexadecimal (TD.57, Call Reference): digits as they stand, else the characters, the last eight. */
const callReference = (reference: string): string => {
  const isHex = /^[0-9A-Fa-f]{1,16}$/.test(reference);
  if (isHex) return reference.length % 2 === 0 ? reference.toLowerCase() : `0${reference.toLowerCase()}`;
  return Buffer.from(reference, 'latin1').subarray(-REFERENCE_BYTES).toString('hex');
};

/** A message or a call. */
const callOf = (coded: Coded): CallEventDetail => {
  const { one, stamp, entity } = coded;
  const isMessage = one.event.startsWith('sms');
  const sent = one.event.endsWith('originating');
  const basic = {
    chargeableSubscriber: whoOf(one),
    callEventStartTimeStamp: stamp,
    totalCallEventDuration: one.seconds,
    causeForTerm: 0,
  };
  const common = {
    locationInformation: {
      networkLocation: { recEntityCode: entity, callReference: callReference(one.reference), ...placeOf(one) },
    },
    ...equipmentOf(one),
    basicServiceUsedList: [
      {
        basicService: {
          serviceCode: { teleServiceCode: isMessage ? (sent ? MESSAGE_SENT : MESSAGE_RECEIVED) : TELEPHONY },
        },
        chargingTimeStamp: stamp,
        chargeInformationList: [charged(coded, isMessage ? 'E' : 'D')],
      },
    ],
  };
  if (!sent) {
    const callOriginator = one.party === '' ? {} : { callOriginator: { callingNumber: one.party } };
    return { mobileTerminatedCall: { basicCallInformation: { ...basic, ...callOriginator }, ...common } };
  }
  const destination = isMessage ? { sMSDestinationNumber: one.party } : { calledNumber: one.party };
  return { mobileOriginatedCall: { basicCallInformation: { ...basic, destination }, ...common } };
};

const dataOf = (coded: Coded, accessPoint: string): CallEventDetail => {
  const { one, stamp, entity } = coded;
  return {
    gprsCall: {
      gprsBasicCallInformation: {
        gprsChargeableSubscriber: { chargeableSubscriber: whoOf(one) },
        gprsDestination: { accessPointNameNI: accessPoint },
        callEventStartTimeStamp: stamp,
        totalCallEventDuration: one.seconds,
        causeForTerm: 0,
        chargingId: Number(/^[0-9]{1,15}$/.test(one.reference) ? one.reference : 0),
      },
      gprsLocationInformation: { gprsNetworkLocation: { recEntity: [entity], ...placeOf(one) } },
      ...equipmentOf(one),
      gprsServiceUsed: {
        dataVolumeIncoming: one.bytesIn,
        dataVolumeOutgoing: one.bytesOut,
        chargeInformationList: [charged(coded, 'X')],
      },
    },
  };
};

/** Access point of a network that names none. */
const ANY_ACCESS_POINT = 'internet';

export const tapEvent = (one: PricedEvent, { offsets, entities }: FileCodes, countryCode: string): CallEventDetail => {
  const coded: Coded = {
    one,
    stamp: { localTimeStamp: one.localTime, utcTimeOffsetCode: offsets.of(one.utcOffset) },
    entity: entities.of(`${one.entityType}/${one.entityId}`),
    countryCode,
  };
  return one.event === 'data' ? dataOf(coded, ANY_ACCESS_POINT) : callOf(coded);
};

/** Which of two moments is earlier is found by UTC; a file tells each by its own clock. */
export const stampOf = (one: PricedEvent) => ({
  atMs: momentOf(one),
  stamp: { localTimeStamp: one.localTime, utcTimeOffset: one.utcOffset },
});
