import type { Types } from '../codec/codec.ts';
import type { TapName } from '../codec/grammar.ts';
import type { Service } from '../rating/schema.ts';
import { isUsage } from '../rating/services.ts';
import { FATES } from './fate.ts';

/**
 * A record of TAP as rating needs it: who used how much of what, when, at which charge. Read from the record's bytes field
 * by field, so that nothing is made of what nobody asks for.
 */

export type TapRecord = Types[TapName]['record'];

/** Values of one record; the reader uses one object over and over. */
export interface Usage {
  /** Digits; empty when the record does not say. */
  imsi: string;
  msisdn: string;
  service: Service;
  terminating: boolean;
  /** CCYYMMDDHHMMSS by the visited network's clock. */
  localTime: string;
  utcOffsetMinutes: number;
  atMs: number;
  /** Digits of the other party as the record has them. */
  party: string;
  /** Seconds, messages or bytes. */
  quantity: number;
  /** Sum of charges of type 00 and CAMEL fees, in units of the file's decimals. */
  charge: number;
  /** What else tells two records apart that are alike in all the above. */
  reference: string;
}

export const emptyUsage = (): Usage => ({
  imsi: '',
  msisdn: '',
  service: 'voice',
  terminating: false,
  localTime: '',
  utcOffsetMinutes: 0,
  atMs: 0,
  party: '',
  quantity: 0,
  charge: 0,
  reference: '',
});

type Integer = number | bigint;
type Stamp = { readonly localTimeStamp?: string | undefined; readonly utcTimeOffsetCode?: Integer | undefined };
type Sim = { readonly imsi?: string | undefined; readonly msisdn?: string | undefined };
type Charged = {
  readonly chargeDetailList?:
    | ReadonlyArray<{ readonly chargeType?: string | undefined; readonly charge?: Integer | undefined }>
    | undefined;
};
type Camel = NonNullable<TapRecord['gprsCall']>['camelServiceUsed'];

const STAMP = /^[0-9]{14}$/;
const TOTAL = '00';
/** Teleservices 21 and 22: a message received, a message sent (TS 22.003). */
export const MESSAGES = new Set(['21', '22']);

const setWho = (usage: Usage, sim: Sim | undefined): void => {
  usage.imsi = sim?.imsi ?? '';
  usage.msisdn = sim?.msisdn ?? '';
};

/** Two digits of ASCII each. */
const two = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

/** When it began, by the local clock and its minutes from UTC. False: that is no moment. */
export const setMoment = (usage: Usage, local: string, offset: number | undefined): boolean => {
  if (offset === undefined || !STAMP.test(local)) return false;
  usage.localTime = local;
  usage.utcOffsetMinutes = offset;
  const [month, day, hour] = [two(local, 4), two(local, 6), two(local, 8)];
  const localMs = Date.UTC(two(local, 0) * 100 + two(local, 2), month - 1, day, hour, two(local, 10), two(local, 12));
  usage.atMs = localMs - offset * 60_000;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24;
};

const setWhen = (usage: Usage, stamp: Stamp | undefined, offsets: ReadonlyMap<number, number>): boolean =>
  setMoment(usage, stamp?.localTimeStamp ?? '', offsets.get(Number(stamp?.utcTimeOffsetCode ?? -1)));

/** NaN when a list lacks its total; what is past 2^53 is no number any more, and is refused as such. */
const totalOf = (charged: ReadonlyArray<Charged> | undefined): number => {
  let sum = 0;
  for (const { chargeDetailList } of charged ?? []) {
    let found = false;
    for (const { chargeType, charge } of chargeDetailList ?? []) {
      if (chargeType !== TOTAL || charge === undefined) continue;
      sum += Number(charge);
      found = true;
    }
    if (!found) return Number.NaN;
  }
  return charged === undefined ? Number.NaN : sum;
};

/** Of CAMEL: a fee, or in 3.09 and 3.10 a charge of its own. */
const feeOf = (camel: Camel): number => {
  if (camel === undefined) return 0;
  if ('camelInvocationFee' in camel) return Number(camel.camelInvocationFee ?? 0);
  const charged = 'camelChargeInformation' in camel ? camel.camelChargeInformation : undefined;
  return charged === undefined ? 0 : totalOf([charged]);
};

type Call = NonNullable<TapRecord['mobileOriginatedCall']> | NonNullable<TapRecord['mobileTerminatedCall']>;

const setCall = (usage: Usage, call: Call): Stamp | undefined => {
  const basic = call.basicCallInformation;
  setWho(usage, basic?.chargeableSubscriber?.simChargeableSubscriber);
  const used = call.basicServiceUsedList;
  usage.charge = feeOf(call.camelServiceUsed) + totalOf(used?.flatMap((one) => one.chargeInformationList ?? [{}]));
  const code = used?.[0]?.basicService?.serviceCode?.teleServiceCode;
  const isMessage = code !== undefined && MESSAGES.has(code);
  usage.service = isMessage ? 'sms' : 'voice';
  usage.quantity = isMessage ? 1 : Number(basic?.totalCallEventDuration ?? 0);
  usage.reference = call.locationInformation?.networkLocation?.callReference ?? '';
  if (basic !== undefined && 'callOriginator' in basic) {
    usage.terminating = true;
    usage.party = basic.callOriginator?.callingNumber ?? '';
  } else if (basic !== undefined && 'destination' in basic) {
    usage.terminating = false;
    const to = basic.destination;
    const messageTo = to !== undefined && 'sMSDestinationNumber' in to ? to.sMSDestinationNumber : undefined;
    usage.party = to?.calledNumber ?? messageTo ?? '';
  }
  return basic?.callEventStartTimeStamp;
};

type Data = NonNullable<TapRecord['gprsCall']>;

type DataUser = NonNullable<Data['gprsBasicCallInformation']>;

/** 3.09 calls it otherwise. */
const dataUserOf = (basic: DataUser): Sim | undefined => {
  const user = 'gprsChargeableSubscriber' in basic ? basic.gprsChargeableSubscriber : undefined;
  const old = 'chargeableSubscriber' in basic ? basic.chargeableSubscriber : undefined;
  return (user ?? old)?.chargeableSubscriber?.simChargeableSubscriber;
};

const setData = (usage: Usage, call: Data): Stamp | undefined => {
  const basic = call.gprsBasicCallInformation;
  setWho(usage, basic === undefined ? undefined : dataUserOf(basic));
  const used = call.gprsServiceUsed;
  // 3.09 and 3.10 count in a list of uses.
  const uses = used !== undefined && 'gprsServiceUsageList' in used ? (used.gprsServiceUsageList ?? []) : [used];
  usage.quantity = 0;
  for (const use of uses) {
    const volumes = use as { readonly dataVolumeIncoming?: Integer; readonly dataVolumeOutgoing?: Integer } | undefined;
    usage.quantity += Number(volumes?.dataVolumeIncoming ?? 0) + Number(volumes?.dataVolumeOutgoing ?? 0);
  }
  usage.charge = feeOf(call.camelServiceUsed) + totalOf(used?.chargeInformationList);
  usage.service = 'data';
  usage.terminating = false;
  usage.party = '';
  usage.reference = `${basic?.chargingId ?? ''}/${basic?.partialTypeIndicator ?? ''}`;
  return basic?.callEventStartTimeStamp;
};

type Messaging = NonNullable<Types['TAP-0312']['record']['messagingEvent']>;

const setMessaging = (usage: Usage, event: Messaging): Stamp | undefined => {
  setWho(usage, event.chargedParty);
  usage.charge = event.charge === undefined ? Number.NaN : Number(event.charge);
  usage.service = 'sms';
  // 0 and 2: sent (TD.57, Messaging Event Service).
  usage.terminating = Number(event.messagingEventService ?? 0) % 2 === 1;
  usage.quantity = 1;
  usage.party = event.nonChargedParty?.nonChargedPartyNumber ?? '';
  usage.reference = event.eventReference ?? '';
  return event.serviceStartTimestamp;
};

type Session = NonNullable<Types['TAP-0312']['record']['mobileSession']>;

const setSession = (usage: Usage, event: Session): Stamp | undefined => {
  setWho(usage, event.chargedParty);
  const charged = event.sessionChargeInfoList?.map(({ chargeDetail, chargeDetailList }) => ({
    chargeDetailList: chargeDetailList ?? (chargeDetail === undefined ? [] : [chargeDetail]),
  }));
  usage.charge = totalOf(charged);
  usage.service = 'voice';
  usage.terminating = Number(event.mobileSessionService ?? 0) % 2 === 1;
  usage.quantity = Number(event.totalCallEventDuration ?? 0);
  usage.party = event.nonChargedParty?.nonChargedPartyNumber ?? event.requestedDestination?.requestedNumber ?? '';
  usage.reference = event.eventReference ?? '';
  return event.serviceStartTimestamp;
};

/** Undefined: a kind of event that has no usage of the three services. */
const setEvent = (usage: Usage, record: TapRecord): { readonly stamp: Stamp | undefined } | undefined => {
  const call = record.mobileOriginatedCall ?? record.mobileTerminatedCall;
  if (call !== undefined) return { stamp: setCall(usage, call) };
  const { gprsCall } = record;
  if (gprsCall !== undefined) return { stamp: setData(usage, gprsCall) };
  if ('messagingEvent' in record && record.messagingEvent !== undefined) {
    return { stamp: setMessaging(usage, record.messagingEvent) };
  }
  if ('mobileSession' in record && record.mobileSession !== undefined) {
    return { stamp: setSession(usage, record.mobileSession) };
  }
  return undefined;
};

/**
 * Fills `usage` from a record. `offsets`: minutes by the file's offset codes.
 * @returns the fate of a record that cannot be rated; undefined when it can.
 */
export const readUsage = (
  usage: Usage,
  record: TapRecord,
  offsets: ReadonlyMap<number, number>,
): number | undefined => {
  const event = setEvent(usage, record);
  if (event === undefined) return FATES.ServiceUnpriced;
  if (!setWhen(usage, event.stamp, offsets)) return FATES.TimestampMissing;
  if (usage.msisdn === '' && usage.imsi === '') return FATES.SubscriberMissing;
  if (!Number.isSafeInteger(usage.charge)) return FATES.ChargeMissing;
  return isUsage(usage.service, usage.quantity) ? undefined : FATES.InvalidQuantity;
};
