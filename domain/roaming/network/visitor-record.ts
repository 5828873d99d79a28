import { FATES } from '../imports/fate.ts';
import type { Usage } from '../imports/usage.ts';
import { parseDay } from '../rating/calendar.ts';
import type { CdrValues } from './cdr-reader.ts';
import type { CdrEvent, CdrLayout } from './schema.ts';

/**
 * What a visitor used in our network, as files for its home operator need it. Made from a record of the network after all
 * of its fields were checked; kept as a line of JSON until it has gone out.
 */
export interface VisitorEvent {
  readonly event: CdrEvent;
  readonly imsi: string;
  /** Digits; empty where the network does not say. */
  readonly msisdn: string;
  readonly imei: string;
  /** The other number of a call or message, in international form. */
  readonly party: string;
  /** CCYYMMDDHHMMSS by the network's clock. */
  readonly localTime: string;
  /** `+0800` */
  readonly utcOffset: string;
  readonly seconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly reference: string;
  /** 0: not said. */
  readonly area: number;
  readonly cell: number;
}

const IMSI = /^[0-9]{14,15}$/;
const MSISDN = /^(?:[1-9][0-9]{4,14})?$/;
const IMEI = /^(?:[0-9]{14,16})?$/;
const PARTY = /^[0-9]{3,20}$/;
const WHOLE = /^[0-9]{1,15}$/;
const CELL = /^[0-9]{0,9}$/;
const COMPACT = /^[0-9]{14}$/;
const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})$/;
const OFFSET = /^[+-](?:0[0-9]|1[0-4])[0-5][0-9]$/;
const REFERENCE = /^[\x21-\x7e]{1,20}$/;

/** CCYYMMDDHHMMSS of a moment that exists; undefined of any other. */
const timeOf = (text: string): string | undefined => {
  const digits = ISO.test(text) ? text.replace(/[^0-9]/g, '') : text;
  if (!COMPACT.test(digits)) return undefined;
  const day = parseDay(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`);
  const inDay = digits.slice(8, 10) < '24' && digits.slice(10, 12) < '60' && digits.slice(12) < '60';
  return day !== undefined && inDay ? digits : undefined;
};

/** The network's words for events, by the layout. */
export const eventsOf = ({ record }: CdrLayout): Readonly<Record<string, CdrEvent>> =>
  record.fields.find(({ kind }) => kind === 'event')?.events ?? {};

const numbersFit = ({ imsi = '', msisdn = '', imei = '', party = '' }: CdrValues, event: CdrEvent): boolean =>
  IMSI.test(imsi) &&
  MSISDN.test(msisdn) &&
  IMEI.test(imei) &&
  // Of data there is no other number; a call that is received may hide who calls.
  (PARTY.test(party) || (party === '' && event !== 'voice.originating' && event !== 'sms.originating'));

const quantitiesFit = ({ duration = '', volumeIn = '', volumeOut = '' }: CdrValues, event: CdrEvent): boolean => {
  if (!WHOLE.test(duration)) return false;
  if (event === 'data') return WHOLE.test(volumeIn) && WHOLE.test(volumeOut);
  return event.startsWith('sms') || Number(duration) > 0;
};

/** A record of the network, or the fate of one that is not in order. */
export const readVisitorEvent = (
  values: CdrValues | undefined,
  events: Readonly<Record<string, CdrEvent>>,
): VisitorEvent | number => {
  const event = events[values?.['event'] ?? ''];
  if (values === undefined || event === undefined) return FATES.RecordMalformed;
  const { startedAt = '', utcOffset = '', reference = '', area = '', cell = '' } = values;
  const localTime = timeOf(startedAt);
  if (localTime === undefined || !OFFSET.test(utcOffset)) return FATES.TimestampInvalid;
  if (!numbersFit(values, event)) return FATES.NumberInvalid;
  if (!quantitiesFit(values, event)) return FATES.DurationInvalid;
  if (!REFERENCE.test(reference) || !CELL.test(area) || !CELL.test(cell)) return FATES.RecordMalformed;
  const isData = event === 'data';
  return {
    event,
    imsi: values['imsi'] ?? '',
    msisdn: values['msisdn'] ?? '',
    imei: values['imei'] ?? '',
    party: isData ? '' : (values['party'] ?? ''),
    localTime,
    utcOffset,
    seconds: Number(values['duration']),
    bytesIn: isData ? Number(values['volumeIn']) : 0,
    bytesOut: isData ? Number(values['volumeOut']) : 0,
    reference,
    area: Number(area),
    cell: Number(cell),
  };
};

const minutesOf = (offset: string): number =>
  (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * (offset.startsWith('-') ? -1 : 1);

/** Milliseconds since 1970. */
export const momentOf = ({ localTime, utcOffset }: Pick<VisitorEvent, 'localTime' | 'utcOffset'>): number => {
  const part = (from: number, length: number): number => Number(localTime.slice(from, from + length));
  const localMs = Date.UTC(part(0, 4), part(4, 2) - 1, part(6, 2), part(8, 2), part(10, 2), part(12, 2));
  return localMs - minutesOf(utcOffset) * 60_000;
};

/** When the event was over. */
export const endedAt = (one: VisitorEvent): number => momentOf(one) + one.seconds * 1_000;

/** Fills the columns' record from an event; it has no charge yet. */
export const setUsage = (usage: Usage, one: VisitorEvent): void => {
  const [service = 'voice', direction = ''] = one.event.split('.') as [Usage['service'], string?];
  usage.imsi = one.imsi;
  usage.msisdn = one.msisdn;
  usage.service = service;
  usage.terminating = direction === 'terminating';
  usage.localTime = one.localTime;
  usage.utcOffsetMinutes = minutesOf(one.utcOffset);
  usage.atMs = momentOf(one);
  usage.party = one.party;
  usage.quantity = service === 'voice' ? one.seconds : service === 'sms' ? 1 : one.bytesIn + one.bytesOut;
  usage.charge = 0;
  usage.reference = one.reference;
};
