import { hash } from 'node:crypto';
import { DIRECTIONS, SERVICES } from '../rating/services.ts';
import type { Usage } from './usage.ts';

/**
 * The records of a file while it is imported, in columns: some 70 bytes each, and no object for any of them. Who used
 * something is kept once, however many records name it.
 */

export const KEY_BYTES = 16;
const FIRST_ROWS = 4_096;
/** Prefixes of zones have so many digits at most; a leading 1 keeps zeros. */
const PREFIX_DIGITS = 15;

interface Columns {
  readonly fates: Uint8Array;
  readonly keys: Uint8Array;
  readonly atMs: Float64Array;
  readonly offsets: Int16Array;
  readonly kinds: Uint8Array;
  readonly destinations: Float64Array;
  readonly quantities: Float64Array;
  readonly charges: Float64Array;
  readonly identities: Int32Array;
  readonly places: Float64Array;
  readonly retail: Float64Array;
}

const columns = (rows: number): Columns => ({
  fates: new Uint8Array(rows),
  keys: new Uint8Array(rows * KEY_BYTES),
  atMs: new Float64Array(rows),
  offsets: new Int16Array(rows),
  kinds: new Uint8Array(rows),
  destinations: new Float64Array(rows),
  quantities: new Float64Array(rows),
  charges: new Float64Array(rows),
  identities: new Int32Array(rows),
  places: new Float64Array(rows),
  retail: new Float64Array(rows),
});

const grown = (old: Columns, rows: number): Columns => {
  const next = columns(rows);
  for (const name of Object.keys(old) as ReadonlyArray<keyof Columns>) next[name].set(old[name]);
  return next;
};

/** `86` as a number with its zeros and its length; 1 for none. */
const destinationOf = (digits: string): number => Number(`1${digits.slice(0, PREFIX_DIGITS)}`) || 1;

/**
 * What makes two records the same event: who, when, which service and direction, with whom, how much, at which charge, and
 * the network's own reference. 128 bits of SHA-256.
 */
const keyOf = (usage: Usage): Buffer => {
  const { imsi, msisdn, localTime, utcOffsetMinutes, service, terminating, party, quantity, charge, reference } = usage;
  const who = imsi === '' ? msisdn : imsi;
  const text = `${who}|${localTime}|${utcOffsetMinutes}|${service}|${terminating}|${party}|${quantity}|${charge}|${reference}`;
  return hash('sha256', text, 'buffer');
};

export class UsageTable {
  rows = 0;
  /** Who used something, each once. Digits; one of the two may be empty. */
  readonly imsis: Array<string> = [];
  readonly msisdns: Array<string> = [];
  private readonly known = new Map<string, number>();
  private columns = columns(FIRST_ROWS);

  get fates(): Uint8Array {
    return this.columns.fates.subarray(0, this.rows);
  }
  /** In units of the plan's decimals, without packages; 0 where it is not rated. */
  get retail(): Float64Array {
    return this.columns.retail;
  }
  get identities(): Int32Array {
    return this.columns.identities;
  }
  key(row: number): Uint8Array {
    return this.columns.keys.subarray(row * KEY_BYTES, (row + 1) * KEY_BYTES);
  }
  atMs(row: number): number {
    return this.columns.atMs[row] ?? 0;
  }
  utcOffsetMinutes(row: number): number {
    return this.columns.offsets[row] ?? 0;
  }
  service(row: number): (typeof SERVICES)[number] {
    return SERVICES[(this.columns.kinds[row] ?? 0) >> 1] ?? 'voice';
  }
  direction(row: number): (typeof DIRECTIONS)[number] {
    return DIRECTIONS[(this.columns.kinds[row] ?? 0) & 1] ?? 'originating';
  }
  destination(row: number): string {
    return String(this.columns.destinations[row] ?? 1).slice(1);
  }
  quantity(row: number): number {
    return this.columns.quantities[row] ?? 0;
  }
  charge(row: number): number {
    return this.columns.charges[row] ?? 0;
  }
  /** What a record costs that came without a charge: one of our own network. */
  setCharge(row: number, minor: number): void {
    this.columns.charges[row] = minor;
  }
  /** What was used when, of one record. */
  event(row: number) {
    return {
      atMs: this.atMs(row),
      utcOffsetMinutes: this.utcOffsetMinutes(row),
      service: this.service(row),
      direction: this.direction(row),
      destination: this.destination(row),
      quantity: this.quantity(row),
    };
  }
  /** Of its first byte in the file. */
  place(row: number): number {
    return this.columns.places[row] ?? 0;
  }

  private next(place: number, fate: number): number {
    if (this.rows === this.columns.fates.length) this.columns = grown(this.columns, this.rows * 2);
    const row = this.rows;
    this.rows += 1;
    this.columns.fates[row] = fate;
    this.columns.places[row] = place;
    this.columns.identities[row] = -1;
    return row;
  }

  /** A record that is not to be rated, whatever it says. */
  skip(place: number, fate: number): void {
    this.next(place, fate);
  }

  add(usage: Usage, place: number): void {
    const row = this.next(place, 0);
    const all = this.columns;
    all.keys.set(keyOf(usage).subarray(0, KEY_BYTES), row * KEY_BYTES);
    all.atMs[row] = usage.atMs;
    all.offsets[row] = usage.utcOffsetMinutes;
    all.kinds[row] = (SERVICES.indexOf(usage.service) << 1) | (usage.terminating ? 1 : 0);
    all.destinations[row] = destinationOf(usage.party);
    all.quantities[row] = usage.quantity;
    all.charges[row] = usage.charge;
    all.identities[row] = this.identityOf(usage);
  }

  /** A table of this row alone, as a record that is to be rated. */
  only(row: number): UsageTable {
    const table = new UsageTable();
    table.next(this.place(row), 0);
    for (const name of Object.keys(this.columns) as ReadonlyArray<keyof Columns>) {
      const width = name === 'keys' ? KEY_BYTES : 1;
      if (name !== 'fates') table.columns[name].set(this.columns[name].subarray(row * width, (row + 1) * width));
    }
    const identity = this.columns.identities[row] ?? -1;
    const who = { imsi: this.imsis[identity] ?? '', msisdn: this.msisdns[identity] ?? '' };
    table.columns.identities[0] = table.identityOf(who);
    return table;
  }

  private identityOf({ imsi, msisdn }: Pick<Usage, 'imsi' | 'msisdn'>): number {
    const name = `${imsi}/${msisdn}`;
    const found = this.known.get(name);
    if (found !== undefined) return found;
    const fresh = this.imsis.length;
    this.known.set(name, fresh);
    this.imsis.push(imsi);
    this.msisdns.push(msisdn);
    return fresh;
  }
}
