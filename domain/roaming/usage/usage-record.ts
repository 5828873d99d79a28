import type { Direction, Service } from '../rating/schema.ts';
import { DIRECTIONS, SERVICES } from '../rating/services.ts';

/**
 * A usage record as it is kept when it has its prices (seed 002 §3.4.1), and many of them as few bytes: whole numbers of
 * varying length and each text once. Nothing but these functions reads the bytes; the first of them is the version.
 */

/** Whose an event is. Of a visitor we know the home operator and the card. */
export type UsageOwner = { readonly subscriber: string } | { readonly visitorOf: string; readonly imsi: string };

/** What all records of a part have in common. */
export interface UsageTerms {
  /** `outbound`: of our subscribers abroad; `inbound`: of a partner's in our network. */
  readonly roaming: 'outbound' | 'inbound';
  /** TADIG of the other operator, of the network that was visited, and of the one at home. */
  readonly partner: string;
  readonly network: string;
  readonly home: string;
  /** In which the network charges; the agreed price has the same. */
  readonly charged: { readonly currency: string; readonly decimals: number };
  /** In which the subscriber pays; null of a visitor. */
  readonly retail: { readonly currency: string; readonly decimals: number } | null;
  /** By which the prices were found; null where none has one. */
  readonly agreement: string | null;
  readonly plan: string | null;
}

export const ATTRIBUTIONS = ['msisdn', 'imsi', 'hand'] as const;

export interface RatedUsage {
  /** In its file, from 1. */
  readonly record: number;
  /** For which it counts: of our subscribers the one in use, of a visitor the one that the record names. Digits. */
  readonly number: string;
  /** As the record names the card; may be empty. */
  readonly imsi: string;
  /** By what it was found whose it is. */
  readonly attributedBy: (typeof ATTRIBUTIONS)[number];
  readonly atMs: number;
  /** Of the visited network's clock. */
  readonly utcOffsetMinutes: number;
  readonly service: Service;
  readonly direction: Direction;
  /** The other party, as far as it is known; empty of data. */
  readonly destination: string;
  /** Seconds, messages or bytes. */
  readonly quantity: number;
  /** What the network charges (total charge), what was agreed, and what the subscriber pays beside packages. */
  readonly chargedMinor: bigint;
  readonly agreedMinor: bigint;
  readonly retailMinor: bigint;
  /** Versions of agreement and plan that held; 0 where there is none. */
  readonly agreementVersion: number;
  readonly planVersion: number;
  /** What it took off packages. */
  readonly takes: ReadonlyArray<{ readonly balance: string; readonly taken: number }>;
}

/** Off all packages together, in whole units of each. */
export const takenOf = ({ takes }: Pick<RatedUsage, 'takes'>): number =>
  takes.reduce((sum, { taken }) => sum + taken, 0);

/** Whether packages cover all that was used, some of it, or nothing (seed 002 §2.2.2). */
export const COVERAGES = ['inside', 'partly', 'outside'] as const;

/** Of nothing used nothing is outside. */
export const coverageOf = ({ quantity, takes }: Pick<RatedUsage, 'quantity' | 'takes'>): (typeof COVERAGES)[number] => {
  const taken = takenOf({ takes });
  if (taken >= quantity) return 'inside';
  return taken > 0 ? 'partly' : 'outside';
};

/** The re-rating whose difference a part or a record is, by its id; undefined of what was imported. */
export const correctedBy = (id: string): string | undefined => /\.(v[0-9a-f]{16})$/.exec(id)?.[1];

const VERSION = 1;
const FIRST_BYTES = 65_536;
/** Of one whole number. */
const WIDEST = 8;
const BYTE = 0x80;

/** Bytes that grow; used again for each part. */
class Writer {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private at = 0;

  private room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe((this.at + length) * 2);
    this.bytes.copy(grown);
    this.bytes = grown;
  }

  /** Of 0 to 2^53 − 1. */
  whole(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError('a whole number of a usage record is too large');
    this.room(WIDEST);
    let rest = value;
    while (rest >= BYTE) {
      this.bytes[this.at] = (rest % BYTE) | BYTE;
      this.at += 1;
      rest = Math.floor(rest / BYTE);
    }
    this.bytes[this.at] = rest;
    this.at += 1;
  }

  /** Of ±2^52. */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(value: string): void {
    this.whole(Buffer.byteLength(value));
    this.room(value.length * 3);
    this.at += this.bytes.write(value, this.at);
  }

  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.at));
    this.at = 0;
    return taken;
  }
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  whole(): number {
    let value = 0;
    for (let scale = 1; ; scale *= BYTE) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new RangeError('packed usage records end too early');
      this.at += 1;
      value += (byte % BYTE) * scale;
      if (byte < BYTE) return value;
    }
  }

  signed(): number {
    const value = this.whole();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  text(): string {
    const length = this.whole();
    this.at += length;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at - length, length).toString();
  }
}

/** Texts of a part, each with its place. */
class Texts {
  readonly all: Array<string> = [];
  private readonly places = new Map<string, number>();

  placeOf(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const place = this.all.length;
    this.places.set(text, place);
    this.all.push(text);
    return place;
  }
}

const writer = new Writer();

const kindOf = ({ service, direction, attributedBy }: RatedUsage): number =>
  (ATTRIBUTIONS.indexOf(attributedBy) * SERVICES.length + SERVICES.indexOf(service)) * DIRECTIONS.length +
  DIRECTIONS.indexOf(direction);

const writeRecord = (one: RatedUsage, texts: Texts, before: RatedUsage | undefined): void => {
  writer.signed(one.record - (before?.record ?? 0));
  writer.whole(kindOf(one));
  writer.whole(texts.placeOf(one.number));
  writer.whole(texts.placeOf(one.imsi));
  writer.signed(one.atMs - (before?.atMs ?? 0));
  writer.signed(one.utcOffsetMinutes);
  writer.whole(texts.placeOf(one.destination));
  writer.whole(one.quantity);
  writer.signed(Number(one.chargedMinor));
  writer.signed(Number(one.agreedMinor));
  writer.signed(Number(one.retailMinor));
  writer.whole(one.agreementVersion);
  writer.whole(one.planVersion);
  writer.whole(one.takes.length);
  for (const { balance, taken } of one.takes) {
    writer.whole(texts.placeOf(balance));
    writer.whole(taken);
  }
};

/** Defect: an amount or a quantity beyond what can be counted, which no rated record has. */
export const packUsage = (records: ReadonlyArray<RatedUsage>): Buffer => {
  const texts = new Texts();
  let before: RatedUsage | undefined;
  for (const one of records) {
    writeRecord(one, texts, before);
    before = one;
  }
  const body = writer.take();
  writer.whole(VERSION);
  writer.whole(records.length);
  writer.whole(texts.all.length);
  for (const text of texts.all) writer.text(text);
  return Buffer.concat([writer.take(), body]);
};

/** What `packUsage` wrote. Anything else is a bug: the bytes were sealed. */
export const unpackUsage = (bytes: Uint8Array): ReadonlyArray<RatedUsage> => {
  const from = new Reader(bytes);
  const version = from.whole();
  if (version !== VERSION) throw new Error(`usage records of version ${version}`);
  const count = from.whole();
  const texts = Array.from({ length: from.whole() }, () => from.text());
  const text = (): string => texts[from.whole()] ?? '';
  let record = 0;
  let atMs = 0;
  return Array.from({ length: count }, (): RatedUsage => {
    record += from.signed();
    const kind = from.whole();
    const [number, imsi] = [text(), text()];
    atMs += from.signed();
    const [utcOffsetMinutes, destination, quantity] = [from.signed(), text(), from.whole()];
    const [chargedMinor, agreedMinor, retailMinor] = [from.signed(), from.signed(), from.signed()];
    const [agreementVersion, planVersion] = [from.whole(), from.whole()];
    const takes = Array.from({ length: from.whole() }, () => ({ balance: text(), taken: from.whole() }));
    const perAttribution = SERVICES.length * DIRECTIONS.length;
    return {
      record,
      number,
      imsi,
      attributedBy: ATTRIBUTIONS[Math.floor(kind / perAttribution)] ?? 'hand',
      atMs,
      utcOffsetMinutes,
      service: SERVICES[Math.floor(kind / DIRECTIONS.length) % SERVICES.length] ?? 'voice',
      direction: DIRECTIONS[kind % DIRECTIONS.length] ?? 'originating',
      destination,
      quantity,
      chargedMinor: BigInt(chargedMinor),
      agreedMinor: BigInt(agreedMinor),
      retailMinor: BigInt(retailMinor),
      agreementVersion,
      planVersion,
      takes,
    };
  });
};

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const days = new Map<number, string>();

/** Of an event, by the visited network's clock: `2026-11-26`. */
export const localDay = (atMs: number, utcOffsetMinutes: number): string => {
  const day = Math.floor((atMs + utcOffsetMinutes * MINUTE_MS) / DAY_MS);
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  days.set(day, text);
  return text;
};
