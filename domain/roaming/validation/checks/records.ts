import { bcdAt, integerAt, type Source } from '../../codec/tape.ts';
import type { Place } from '../rule.ts';
import type { Walk } from '../walk.ts';
import { shortMs } from './elements.ts';
import { GGSN, SGSN } from './tables.ts';

/** Who, where and when, of one record. */
const DAY_MS = 86_400_000;

/** Teleservices 20 to 22, as one octet or as the two characters that some write. */
const isShortMessage = ({ bytes, tape }: Source, entry: number): boolean => {
  const at = tape[entry + 1] as number;
  const size = (tape[entry + 2] as number) - at;
  const first = bytes[at] as number;
  if (size === 1) return first >= 0x20 && first <= 0x22;
  const second = bytes[at + 1] as number;
  return size === 2 && first === 0x32 && second >= 0x30 && second <= 0x32;
};

const eventAt = (walk: Walk, ms: number): void => {
  if (Number.isNaN(walk.record.eventMs)) walk.record.eventMs = ms;
};

const started = (walk: Walk, entry: number): void => {
  const { record, facts, header } = walk;
  record.start = entry;
  record.startMs = shortMs(walk, entry);
  eventAt(walk, record.startMs);
  const days = facts.agreement?.maxAgeDays;
  if (days === undefined || header.fileAvailableMs === undefined) return;
  if (header.fileAvailableMs - record.startMs > days * DAY_MS) walk.report('callEventStartTimeStamp/200', entry);
};

const charging = (walk: Walk, entry: number): void => {
  const { record } = walk;
  const ms = shortMs(walk, entry);
  eventAt(walk, ms);
  if (record.startAfterCharging || !(record.startMs > ms)) return;
  record.startAfterCharging = true;
  walk.report('callEventStartTimeStamp/101', record.start);
};

const detailed = (walk: Walk, entry: number): void => {
  const { record } = walk;
  if (record.startAfterDetail || !(record.startMs > shortMs(walk, entry))) return;
  record.startAfterDetail = true;
  walk.report('callEventStartTimeStamp/100', record.start);
};

/** After all of a record has been seen. */
export const wholeRecord = (walk: Walk, place: Place, entry: number): void => {
  const { record, facts } = walk;
  if (record.subscriber >= 0) {
    if (record.imsi < 0 && record.min < 0) walk.report('chargeableSubscriber/30', record.subscriber);
    if (record.msisdn < 0 && facts.agreement?.msisdnRequired === true) {
      walk.report('chargeableSubscriber/32', record.subscriber);
    }
  }
  if (record.shortMessage && record.callingNumber < 0) walk.report('callOriginator/35', entry);
  const agreed = facts.agreement?.agreedKinds;
  const asked = { serviceCentreUsage: 32, valueAddedService: 33, contentTransaction: 34 } as const;
  if (agreed !== undefined && place in asked) {
    const kind = place as keyof typeof asked;
    if (!agreed.includes(kind)) walk.report(`callEventDetails/${asked[kind]}`, entry);
  }
};

const subscriber = (walk: Walk, entry: number): void => {
  walk.record.subscriber = entry;
};

export const RECORD_HOOKS = {
  // Around either of them since 3.11, and the subscriber itself before.
  ChargeableSubscriber: subscriber,
  SimChargeableSubscriber: subscriber,
  MinChargeableSubscriber: subscriber,
  callEventStartTimeStamp: started,
  serviceStartTimestamp: started,
  chargingTimeStamp: charging,
  chargeDetailTimeStamp: detailed,
  depositTimeStamp: (walk: Walk, entry: number): void => eventAt(walk, shortMs(walk, entry)),
};

export const RECORD_ENTER = {
  OperatorSpecInfoList: (walk: Walk, entry: number): void => {
    if (walk.facts.agreement?.operatorSpecInformation === false) walk.report('operatorSpecInformation/30', entry);
  },
};

const recordingEntity = (walk: Walk, entry: number): void => {
  const known = walk.tables.entities.get(Number(integerAt(walk.source, entry)));
  if (known === undefined) {
    walk.report('recEntityCode/100', entry);
    return;
  }
  if (known.type !== GGSN && known.type !== SGSN) walk.report('recEntityCode/12', entry);
  if (known.wrong !== undefined) walk.report(known.wrong, entry);
};

export const RECORD_ITEMS = {
  imsi: (walk: Walk, entry: number, right: boolean): void => {
    walk.record.imsi = entry;
    const prefixes = walk.facts.agreement?.imsiPrefixes;
    if (prefixes === undefined || !right) return;
    const imsi = bcdAt(walk.source, entry);
    if (!prefixes.some((prefix) => imsi.startsWith(prefix))) walk.report('imsi/200', entry);
  },
  msisdn: (walk: Walk, entry: number): void => {
    walk.record.msisdn = entry;
  },
  min: (walk: Walk, entry: number): void => {
    walk.record.min = entry;
  },
  callingNumber: (walk: Walk, entry: number): void => {
    walk.record.callingNumber = entry;
  },
  teleServiceCode: (walk: Walk, entry: number): void => {
    if (isShortMessage(walk.source, entry)) walk.record.shortMessage = true;
  },
  utcTimeOffsetCode: (walk: Walk, entry: number): void => {
    if (!walk.tables.offsets.has(Number(integerAt(walk.source, entry)))) walk.report('utcTimeOffsetCode/100', entry);
  },
  recEntityCode: recordingEntity,
};
