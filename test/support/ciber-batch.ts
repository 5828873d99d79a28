import { decodeEdition } from '../../domain/roaming/ciber/schema.ts';
import { CiberFile } from '../../domain/roaming/outgoing/ciber-file.ts';
import { simulatedSubscriber } from '../../partners/roaming/simulator-file.ts';
import { CIBER_PARTNER } from './inbound.ts';
import { example, right } from './rating.ts';

/** A CIBER batch as a partner sends it, in the edition of the documented example. */

const OF_US = {
  sender: CIBER_PARTNER,
  recipient: 'CHNCM',
  senderSid: '133',
  recipientSid: '30001',
  utcOffset: '-0500',
};
/** Six records of subscribers 0 to 2: calls made and received, that last a minute and a second. */
export const ciberBatch = (sequence: number): Buffer => {
  const file = new CiberFile(right(decodeEdition(example('ciber-edition'))), OF_US, { sequence, atMs: Date.now() }, 2);
  for (let at = 0; at < 6; at += 1) {
    const { imsi, msisdn } = simulatedSubscriber(at % 3);
    file.add({
      ...{
        event: at % 2 === 0 ? 'voice.originating' : 'voice.terminating',
        imsi,
        msisdn,
        imei: '',
        party: '8613800000001',
      },
      ...{ localTime: `202611021${at}0000`, utcOffset: '-0500', seconds: 61, bytesIn: 1_000, bytesOut: 10 * at },
      ...{
        reference: '',
        area: 0,
        cell: 0,
        chargeMinor: 20 + sequence,
        chargedUnits: 0,
        entityType: 1,
        entityId: '1',
      },
    });
  }
  const bytes = file.end();
  if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
  return Buffer.from(bytes);
};
