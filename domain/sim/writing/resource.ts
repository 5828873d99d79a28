import { createHash } from 'node:crypto';
import type { Address } from '../uicc/schema.ts';
import type { SubscriptionData } from '../uicc/write-plan.ts';

/** What goes onto a card besides its keys, and under which name a write holds its number in a range. */

const HOLDER_DIGITS = 32;

/**
 * The holder of a write's IMSI in its range, where applications hold theirs: `W-` and 32 digits of the request's hash,
 * since a request id may have any length and sign.
 */
export const holderOf = (request: string): string =>
  `W-${createHash('sha256').update(request).digest('hex').slice(0, HOLDER_DIGITS).toUpperCase()}`;

/** International number, ISDN plan (TS 51.011 §10.5.1). */
const international = (digits: string): Address => ({ toa: 0x91, digits });

/** The access class is the IMSI's last digit (TS 22.011 §4.2: classes 0 to 9 by chance over all subscribers). */
export const subscriptionOf = (
  iccid: string,
  imsi: string,
  smsc: string,
  msisdn: string | null,
): Omit<SubscriptionData, 'keys' | 'adm'> => ({
  iccid,
  imsi,
  smsParameters: { alpha: '', serviceCentre: international(smsc) },
  accessClasses: [Number(imsi.slice(-1))],
  ...(msisdn === null
    ? {}
    : { msisdn: { alpha: '', number: international(msisdn), capability: 0xff, extension: 0xff } }),
});
