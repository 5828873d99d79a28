import { codec } from '../codec/codec.ts';
import { headerOf, unitBytes } from '../codec/file-writer.ts';
import type { CallEvent } from '../codec/generated/nrtrde-0201.ts';
import type { Value } from '../codec/interpret.ts';
import { longStamp } from '../validation/stamp.ts';
import type { PricedEvent } from './priced-event.ts';
import type { OutgoingFile } from './schema.ts';

/**
 * Usage in near real time for the home operator's fraud control (TD.35, NRTRDE 2.1): written as TAP is, in two walks over the
 * records. Its numbers have seven digits and are its own.
 */

const FORMAT = 'NRTRDE-0201';
const DIGITS = 7;

const unit = (level: 'part' | 'record', value: Value): Buffer => unitBytes(codec(FORMAT), level, value, []);

const whole = (reference: string): number => Number(/^[0-9]{1,15}$/.test(reference) ? reference : 0);

const commonOf = (one: PricedEvent) => ({
  imsi: one.imsi,
  ...(one.imei === '' ? {} : { imei: one.imei }),
  callEventStartTimeStamp: one.localTime,
  utcTimeOffset: one.utcOffset,
  callEventDuration: one.seconds,
  causeForTermination: 0,
});

const placeOf = ({ msisdn, area, cell, chargeMinor }: PricedEvent) => ({
  chargeAmount: chargeMinor,
  ...(msisdn === '' ? {} : { msisdn }),
  ...(area === 0 ? {} : { locationArea: area }),
  ...(cell === 0 ? {} : { cellId: cell }),
});

const SERVICES = { originating: { voice: '11', sms: '22' }, terminating: { voice: '11', sms: '21' } } as const;

export const nrtrdeEvent = (one: PricedEvent): CallEvent => {
  if (one.event === 'data') {
    return {
      gprs: {
        ...commonOf(one),
        dataVolumeIncoming: one.bytesIn,
        dataVolumeOutgoing: one.bytesOut,
        sgsnAddress: one.entityId,
        chargingId: whole(one.reference),
        ...placeOf(one),
      },
    };
  }
  const [service, direction] = one.event.split('.') as ['voice' | 'sms', 'originating' | 'terminating'];
  const call = { ...commonOf(one), serviceCode: { teleServiceCode: SERVICES[direction][service] } };
  const seen = { recEntityId: one.entityId, callReference: whole(one.reference), ...placeOf(one) };
  if (direction === 'originating') return { moc: { ...call, dialledDigits: one.party, ...seen } };
  return { mtc: { ...call, ...(one.party === '' ? {} : { callingNumber: one.party }), ...seen } };
};

export interface NrtrdeSender {
  /** TADIG codes. */
  readonly sender: string;
  readonly recipient: string;
  readonly utcOffset: string;
}

export class NrtrdeFile {
  private readonly who: NrtrdeSender;
  private readonly about: Pick<OutgoingFile, 'sequence' | 'atMs'>;
  private size = 0;
  private count = 0;

  constructor(who: NrtrdeSender, about: Pick<OutgoingFile, 'sequence' | 'atMs'>) {
    this.who = who;
    this.about = about;
  }

  private get sequence(): string {
    return String(this.about.sequence).padStart(DIGITS, '0');
  }

  get name(): string {
    return `NR${this.who.sender}${this.who.recipient}${this.sequence}`;
  }

  record(one: PricedEvent): Buffer {
    return unit('record', nrtrdeEvent(one) as Value);
  }

  measure(one: PricedEvent): void {
    this.size += this.record(one).length;
    this.count += 1;
  }

  around(): { readonly head: Buffer; readonly tail: Buffer } {
    const { batch, list } = codec(FORMAT).grammar;
    const { sender, recipient, utcOffset } = this.who;
    const { localTimeStamp, utcTimeOffset } = longStamp(this.about.atMs, utcOffset);
    const parts: ReadonlyArray<Value> = [
      { specificationVersionNumber: 2 },
      { releaseVersionNumber: 1 },
      { sender },
      { recipient },
      { sequenceNumber: this.sequence },
      { fileAvailableTimeStamp: localTimeStamp },
      { utcTimeOffset },
    ];
    const fields = Buffer.concat(parts.map((part) => unit('part', part)));
    const events = headerOf(list.tag ?? 0, this.size);
    const tail = unit('part', { callEventsCount: this.count });
    const length = fields.length + events.length + this.size + tail.length;
    return { head: Buffer.concat([headerOf(batch.tag ?? 0, length), fields, events]), tail };
  }
}
