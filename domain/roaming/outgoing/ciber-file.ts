import { formatDecimal } from '../../kernel/decimal.ts';
import { type CiberProblem, encodeBatch } from '../ciber/batch.ts';
import { composeRecord } from '../ciber/compose.ts';
import type { CiberRecord, Edition } from '../ciber/schema.ts';
import { longStamp } from '../validation/stamp.ts';
import type { PricedEvent } from './priced-event.ts';
import type { OutgoingFile } from './schema.ts';

/**
 * A CIBER batch for a partner that does not take TAP (seed 002 §2.2.1), by the edition agreed with it: calls are records 22,
 * data 52, messages 32. Whole in memory, as the codec of batches is; so a batch has fewer records than a TAP file may have.
 */

export interface CiberSender {
  /** TADIG codes, for the file's name. */
  readonly sender: string;
  readonly recipient: string;
  /** SID or BID of the two, as CIBER names networks. */
  readonly senderSid: string;
  readonly recipientSid: string;
  readonly utcOffset: string;
}

const HEADER = '01';
const CALL = '22';
const OTHER = '32';
const DATA = '52';
const TRAILER = '98';
const SEQUENCE_DIGITS = 3;

const two = (value: number): string => String(value).padStart(2, '0');

/** HHMMSS; what lasts longer than 99 hours does not fit, and is refused as such. */
const lasted = (seconds: number): string =>
  two(Math.floor(seconds / 3_600)) + two(Math.floor(seconds / 60) % 60) + two(seconds % 60);

/** `rap`: number of the return batch by which it came back as a whole, if it did. */
type CiberOccasion = Pick<OutgoingFile, 'sequence' | 'atMs'> & Partial<Pick<OutgoingFile, 'rap'>>;

export class CiberFile {
  private readonly edition: Edition;
  private readonly who: CiberSender;
  private readonly about: CiberOccasion;
  private readonly records: Array<CiberRecord> = [];
  private total = 0n;
  private readonly decimals: number;

  /** @param decimals of the charges */
  constructor(edition: Edition, who: CiberSender, about: CiberOccasion, decimals: number) {
    this.edition = edition;
    this.who = who;
    this.about = about;
    this.decimals = decimals;
  }

  get name(): string {
    return `CIBER${this.who.sender}${this.who.recipient}${this.sequence}`;
  }

  private get sequence(): string {
    return String(this.about.sequence).padStart(SEQUENCE_DIGITS, '0');
  }

  /** What the edition's rules of returns say of a record, or of the batch, that goes again by this return batch, or for the first time. */
  private markOf(what: 'header' | 'record', rap: number | null): Readonly<Record<string, string>> {
    const { returns } = this.edition;
    if (returns === undefined) return {};
    const word = rap === null ? 'original' : 'resubmitted';
    const { reference, reason } = returns[what];
    const said = what === 'header' ? returns.header.indicator : returns.record.code;
    const mark = (what === 'header' ? returns.indicators : returns.codes)[word];
    const again = reference === null || rap === null ? {} : { [reference]: String(rap) };
    return { [said]: mark, [reason]: '0', ...again };
  }

  /** @param rap number of the return batch that brought the record back, if one did */
  add(one: PricedEvent, rap: number | null = null): void {
    const { senderSid, recipientSid } = this.who;
    const charge = formatDecimal(BigInt(one.chargeMinor), this.decimals, true);
    const [date, time] = [one.localTime.slice(2, 8), one.localTime.slice(8)];
    const common = {
      ...this.markOf('record', rap),
      homeCarrierSidBid: recipientSid,
      servingCarrierSidBid: senderSid,
      msisdnMdn: one.msisdn,
      imsiMin: one.imsi,
      esnImei: one.imei,
      totalCharge: charge,
    };
    this.total += BigInt(one.chargeMinor);
    if (one.event === 'data') {
      const volumeOctets = String(one.bytesIn + one.bytesOut);
      this.records.push(
        composeRecord(this.edition, DATA, { ...common, eventDate: date, eventTime: time, volumeOctets }),
      );
    } else if (one.event.startsWith('sms')) {
      this.records.push(
        composeRecord(this.edition, OTHER, { ...common, chargeDate: date, description: one.event.toUpperCase() }),
      );
    } else {
      const callDirection = one.event.endsWith('originating') ? '1' : '2';
      this.records.push(
        composeRecord(this.edition, CALL, {
          ...common,
          ...{ callDate: date, callConnectTime: time, chargeableTime: lasted(one.seconds), callDirection },
          ...{ calledNumber: one.party, airtimeCharge: charge },
        }),
      );
    }
  }

  /** The batch, or everything that does not fit the edition. */
  end(): Uint8Array | ReadonlyArray<CiberProblem> {
    const { senderSid, recipientSid, utcOffset } = this.who;
    const day = longStamp(this.about.atMs, utcOffset).localTimeStamp.slice(2, 8);
    const both = {
      batchSequence: this.sequence,
      sendingCarrierSidBid: senderSid,
      receivingCarrierSidBid: recipientSid,
    };
    const { count, total } = this.edition.batch;
    const totals = { [count]: String(this.records.length), [total]: formatDecimal(this.total, this.decimals, true) };
    return encodeBatch(this.edition, [
      composeRecord(this.edition, HEADER, {
        ...both,
        batchCreationDate: day,
        ...this.markOf('header', this.about.rap ?? null),
      }),
      ...this.records,
      composeRecord(this.edition, TRAILER, { ...both, ...totals }),
    ]);
  }
}
