import { parseDecimal } from '../../kernel/decimal.ts';
import { FATES } from '../imports/fate.ts';
import type { Usage } from '../imports/usage.ts';
import { isUsage } from '../rating/services.ts';
import type { CiberRecord, Edition } from './schema.ts';

/**
 * A record of CIBER as rating needs it: the same internal usage that a record of TAP is read into. Its fields have the names
 * of the documented edition; its times are the serving network's, whose offset from UTC is agreed, for no record says it.
 */

export interface CiberClock {
  /** `-0500` */
  readonly utcOffset: string;
  /** Of charges: those of the edition's field. */
  readonly decimals: number;
}

const CALLS: ReadonlySet<string> = new Set(['10', '20', '22', '42']);
const DATA = '52';
/** Other charges, which are messages when they say so. */
const OTHERS: ReadonlySet<string> = new Set(['30', '32']);
const TERMINATING = '2';
const MINUTE_MS = 60_000;

const number = (text: string | undefined): number => Number(text === undefined || text === '' ? Number.NaN : text);

/** HHMMSS of a duration. */
const secondsOf = (text: string | undefined): number => {
  const digits = text ?? '';
  const part = (from: number): number => number(digits.slice(from, from + 2));
  return part(0) * 3_600 + part(2) * 60 + part(4);
};

const minutesOf = (offset: string): number =>
  (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))) * (offset.startsWith('-') ? -1 : 1);

const setWhen = (usage: Usage, date: string, time: string, { utcOffset }: CiberClock): boolean => {
  if (date === '' || time === '') return false;
  usage.localTime = `20${date}${time}`;
  usage.utcOffsetMinutes = minutesOf(utcOffset);
  const part = (text: string, from: number): number => Number(text.slice(from, from + 2));
  const localMs = Date.UTC(
    2_000 + part(date, 0),
    part(date, 2) - 1,
    part(date, 4),
    part(time, 0),
    part(time, 2),
    part(time, 4),
  );
  usage.atMs = localMs - usage.utcOffsetMinutes * MINUTE_MS;
  return true;
};

const setEvent = (usage: Usage, { type, values }: CiberRecord, clock: CiberClock): number | undefined => {
  usage.terminating = values['callDirection'] === TERMINATING;
  usage.party = (values['calledNumber'] ?? '').replace(/[^0-9]/g, '');
  if (CALLS.has(type)) {
    usage.service = 'voice';
    usage.quantity = secondsOf(values['chargeableTime']);
    const { callDate = '', callConnectTime = '' } = values;
    return setWhen(usage, callDate, callConnectTime, clock) ? undefined : FATES.TimestampMissing;
  }
  if (type === DATA) {
    usage.service = 'data';
    usage.quantity = number(values['volumeOctets']);
    const { eventDate = '', eventTime = '' } = values;
    return setWhen(usage, eventDate, eventTime, clock) ? undefined : FATES.TimestampMissing;
  }
  const { chargeDate = '', description = '' } = values;
  if (!OTHERS.has(type) || !description.startsWith('SMS')) return FATES.ServiceUnpriced;
  usage.service = 'sms';
  usage.quantity = 1;
  usage.terminating = description.includes('TERMINATING');
  return setWhen(usage, chargeDate, '000000', clock) ? undefined : FATES.TimestampMissing;
};

/** Fills `usage`. @returns the fate of a record that cannot be rated; undefined when it can */
export const readCiberUsage = (usage: Usage, record: CiberRecord, clock: CiberClock): number | undefined => {
  const { values } = record;
  usage.imsi = values['imsiMin'] ?? '';
  usage.msisdn = values['msisdnMdn'] ?? '';
  // Two that are alike in everything else are told apart by nothing: CIBER numbers no record.
  usage.reference = record.type;
  const fate = setEvent(usage, record, clock);
  if (fate !== undefined) return fate;
  if (usage.msisdn === '' && usage.imsi === '') return FATES.SubscriberMissing;
  const { totalCharge = '' } = values;
  if (totalCharge === '') return FATES.ChargeMissing;
  usage.charge = Number(parseDecimal(totalCharge, clock.decimals));
  if (!Number.isSafeInteger(usage.charge)) return FATES.ChargeMissing;
  return isUsage(usage.service, usage.quantity) ? undefined : FATES.InvalidQuantity;
};

/** Decimals of the field that is summed; the same in each layout that has it, or the edition is of no use here. */
export const chargeDecimals = ({ layouts, batch }: Edition): number =>
  layouts.flatMap(({ fields }) => fields).find(({ name }) => name === batch.charge)?.decimals ?? 0;
