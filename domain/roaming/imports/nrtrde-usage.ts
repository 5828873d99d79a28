import type { Types } from '../codec/codec.ts';
import { isUsage } from '../rating/services.ts';
import { FATES } from './fate.ts';
import { offsetMinutes } from './file-control.ts';
import { MESSAGES, setMoment, type Usage } from './usage.ts';

/**
 * A record of NRTRDE 2.1 (TD.35) as the same usage that a record of TAP is: who used how much of what, when. What it will
 * cost is not known yet; a charge, where the network says one, tells two records apart and is no more.
 */

export type NrtrdeRecord = Types['NRTRDE-0201']['record'];
type Call = NonNullable<NrtrdeRecord['moc']> | NonNullable<NrtrdeRecord['mtc']>;
type Data = NonNullable<NrtrdeRecord['gprs']>;

const setCall = (usage: Usage, call: Call): void => {
  const isMessage = MESSAGES.has(call.serviceCode?.teleServiceCode ?? '');
  usage.service = isMessage ? 'sms' : 'voice';
  usage.quantity = isMessage ? 1 : Number(call.callEventDuration ?? 0);
  usage.reference = String(call.callReference ?? '');
};

const setData = (usage: Usage, { dataVolumeIncoming, dataVolumeOutgoing, chargingId }: Data): void => {
  usage.service = 'data';
  usage.terminating = false;
  usage.party = '';
  usage.quantity = Number(dataVolumeIncoming ?? 0) + Number(dataVolumeOutgoing ?? 0);
  usage.reference = String(chargingId ?? '');
};

/** When it was over, as milliseconds; of a record that `readNrtrdeUsage` has filled `usage` from. */
export const endOf = ({ atMs }: Usage, { moc, mtc, gprs }: NrtrdeRecord): number => {
  const seconds = Number((moc ?? mtc ?? gprs)?.callEventDuration ?? 0);
  return Number.isSafeInteger(seconds) && seconds > 0 ? atMs + seconds * 1_000 : atMs;
};

/**
 * Fills `usage` from a record.
 * @returns the fate of a record that cannot be priced; undefined when it can.
 */
export const readNrtrdeUsage = (usage: Usage, { moc, mtc, gprs }: NrtrdeRecord): number | undefined => {
  const event = moc ?? mtc ?? gprs;
  if (event === undefined) return FATES.UnknownRecord;
  if (gprs !== undefined) setData(usage, gprs);
  else if (mtc !== undefined) {
    setCall(usage, mtc);
    usage.terminating = true;
    usage.party = mtc.callingNumber ?? '';
  } else if (moc !== undefined) {
    setCall(usage, moc);
    usage.terminating = false;
    // As dialled it may lack the country; as connected it is whole.
    usage.party = moc.connectedNumber ?? moc.dialledDigits ?? '';
  }
  usage.imsi = event.imsi ?? '';
  usage.msisdn = event.msisdn ?? '';
  const charge = Number(event.chargeAmount ?? 0);
  usage.charge = Number.isSafeInteger(charge) ? charge : 0;
  const offset = offsetMinutes(event.utcTimeOffset ?? '');
  if (!setMoment(usage, event.callEventStartTimeStamp ?? '', offset)) return FATES.TimestampMissing;
  if (usage.msisdn === '' && usage.imsi === '') return FATES.SubscriberMissing;
  return isUsage(usage.service, usage.quantity) ? undefined : FATES.InvalidQuantity;
};
