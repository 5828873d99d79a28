import { codec } from '../codec/codec.ts';
import { headerOf, unitBytes } from '../codec/file-writer.ts';
import type { Value } from '../codec/interpret.ts';
import { writtenCurrency } from '../currency.ts';
import { resubmitted, resubmittedControl } from '../rap/resubmit.ts';
import { formatFileName, sequenceText } from '../validation/file-name.ts';
import type { RecordKind } from '../validation/rule.ts';
import { longStamp } from '../validation/stamp.ts';
import type { PricedEvent } from './priced-event.ts';
import type { OutgoingFile } from './schema.ts';
import { Codes, stampOf, tapEvent } from './tap-event.ts';

/**
 * A TAP 3.12 file for a partner (seed 002 §3.2.1, TD.57). Lengths and the audit group are known when the last record is: so
 * the records are gone through twice, first to measure, then to write, and no more than one of them is held. The same file
 * comes out each time.
 */

export interface TapSender {
  /** TADIG codes. */
  readonly sender: string;
  readonly recipient: string;
  /** `+0800`: of the sender's local time when the file was made. */
  readonly utcOffset: string;
  /** The operator's own currency, and how much of it is one unit of the file's currency, as a decimal string. */
  readonly localCurrency: string;
  readonly exchangeRate: string;
  /** First digits of numbers at home, by which a call is national. */
  readonly countryCode: string;
}

export type TapAbout = Pick<OutgoingFile, 'sequence' | 'atMs' | 'rap'> & {
  /** As the agreement writes it. */
  readonly currency: string;
  readonly decimals: number;
};

const VERSION = 'TAP-0312';
const RATE_DECIMALS = 5;

const unit = (level: 'part' | 'record' | 'file', value: Value): Buffer => unitBytes(codec(VERSION), level, value, []);

const control = ({ sender, recipient, utcOffset }: TapSender, { sequence, atMs, rap }: TapAbout): Value => {
  const stamp = longStamp(atMs, utcOffset);
  const group = {
    sender,
    recipient,
    fileSequenceNumber: sequenceText(sequence),
    fileCreationTimeStamp: stamp,
    transferCutOffTimeStamp: stamp,
    fileAvailableTimeStamp: stamp,
    specificationVersionNumber: 3,
    releaseVersionNumber: 12,
  };
  return rap === null ? group : resubmittedControl(group, rap);
};

/** `9.65` as an integer and its decimals; what is finer is cut off, as TD.57 has no more places. */
const rateOf = (rate: string): { readonly numberOfDecimalPlaces: number; readonly exchangeRate: number } => {
  const [whole = '0', fraction = ''] = rate.split('.');
  const decimals = fraction.slice(0, RATE_DECIMALS);
  return { numberOfDecimalPlaces: decimals.length, exchangeRate: Number(whole + decimals) };
};

const accounting = ({ localCurrency, exchangeRate }: TapSender, { currency, decimals }: TapAbout): Value => ({
  accountingInfo: {
    localCurrency,
    tapCurrency: writtenCurrency(currency),
    currencyConversionInfo: [{ exchangeRateCode: 0, ...rateOf(exchangeRate) }],
    tapDecimalPlaces: decimals,
  },
});

export class TapFile {
  private readonly who: TapSender;
  private readonly about: TapAbout;
  private readonly codes = { offsets: new Codes(), entities: new Codes() };
  private size = 0;
  private count = 0;
  private total = 0n;
  private earliest: ReturnType<typeof stampOf> | undefined;
  private latest: ReturnType<typeof stampOf> | undefined;

  constructor(who: TapSender, about: TapAbout) {
    this.who = who;
    this.about = about;
  }

  get name(): string {
    const { sender, recipient } = this.who;
    return formatFileName({ kind: 'tap', test: false, sender, recipient, sequence: this.about.sequence });
  }

  /** A record's bytes. `rap`: number of the RAP file that returned it before it was corrected. */
  record(one: PricedEvent, rap: number | null): Buffer {
    const value = tapEvent(one, this.codes, this.who.countryCode) as Value;
    const [kind = ''] = Object.keys(value);
    return unit('record', rap === null ? value : resubmitted(kind as RecordKind, value, rap));
  }

  /** The first walk over the records: all of them, in the order in which they are written. */
  measure(one: PricedEvent, rap: number | null): void {
    this.size += this.record(one, rap).length;
    this.count += 1;
    this.total += BigInt(one.chargeMinor);
    const moment = stampOf(one);
    if (this.earliest === undefined || moment.atMs < this.earliest.atMs) this.earliest = moment;
    if (this.latest === undefined || moment.atMs > this.latest.atMs) this.latest = moment;
  }

  private network(): Value {
    const { offsets, entities } = this.codes;
    return {
      networkInfo: {
        utcTimeOffsetInfo: offsets.values.map((utcTimeOffset, utcTimeOffsetCode) => ({
          utcTimeOffsetCode,
          utcTimeOffset,
        })),
        recEntityInfo: entities.values.map((entity, recEntityCode) => {
          const [type = '', ...id] = entity.split('/');
          return { recEntityCode, recEntityType: Number(type), recEntityId: id.join('/') };
        }),
      },
    };
  }

  private audit(): Value {
    return {
      auditControlInfo: {
        ...(this.earliest === undefined ? {} : { earliestCallTimeStamp: this.earliest.stamp }),
        ...(this.latest === undefined ? {} : { latestCallTimeStamp: this.latest.stamp }),
        totalCharge: this.total,
        totalTaxValue: 0,
        totalDiscountValue: 0,
        callEventDetailsCount: this.count,
      },
    };
  }

  /** What stands before and behind the records, once all of them are measured. */
  around(): { readonly head: Buffer; readonly tail: Buffer } {
    const { batch, list } = codec(VERSION).grammar;
    const groups = Buffer.concat([
      unit('part', { batchControlInfo: control(this.who, this.about) }),
      unit('part', accounting(this.who, this.about)),
      unit('part', this.network()),
    ]);
    const records = headerOf(list.tag ?? 0, this.size);
    const tail = unit('part', this.audit());
    const length = groups.length + records.length + this.size + tail.length;
    return { head: Buffer.concat([headerOf(batch.tag ?? 0, length), groups, records]), tail };
  }

  /** Of a day on which nothing was used: the number is used all the same. */
  notification(): Buffer {
    return unit('file', { notification: control(this.who, this.about) });
  }
}
