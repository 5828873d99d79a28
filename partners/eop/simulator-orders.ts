import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { GCM_NONCE_BYTES } from '../../domain/keys/sm4-gcm.ts';
import type { DataAnswer, DataRequest, ResultAnswer, ResultRequest } from './messages.ts';
import { sealKeys, type TransportKey } from './sealed-keys.ts';

/**
 * The books of a simulated EOP: which IMSI went out for which request, and what became of it. Kept as lines that are
 * only added, each before its answer leaves; the last one about a request counts.
 */

export interface EopOrder {
  readonly request: string;
  readonly no: number;
  readonly iccid: string;
  /** Null of a request that was reported failed before anything was handed out for it. */
  readonly imsi: string | null;
  readonly result: 'out' | ResultAnswer['result'];
  /** Of the last result; 0 before. */
  readonly revision: number;
  readonly component: string;
}

/** What EOP says no with: HTTP status and code. */
export interface EopError {
  readonly status: number;
  readonly code: string;
}

export const isError = (value: object): value is EopError => 'status' in value;

const FIRST_IMSI = 460_110_000_000_000n;
export const SMSC = '8613311000000';

const orderName = (no: number): string => `EO-${String(no).padStart(8, '0')}`;

/** The keys of an IMSI are always the same, as in an authentication centre. */
const keysOf = (seed: string, imsi: string) => {
  const key = (what: string) =>
    new SecretBytes(createHash('sha256').update([seed, what, imsi].join('\n')).digest().subarray(0, 16));
  return { k: key('k'), opc: key('opc') };
};

export interface EopRules {
  readonly seed: string;
  /** How many IMSIs there are. */
  readonly stock: number;
  /** `name@version`; empty: all. */
  readonly components: readonly string[];
  readonly files: DataAnswer['files'];
}

export class EopBooks {
  readonly #path: string;
  readonly #key: TransportKey;
  readonly #orders = new Map<string, EopOrder>();
  #next = 1;
  readonly #free: string[] = [];
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string, key: TransportKey) {
    this.#path = path;
    this.#key = key;
  }

  static async open(directory: string, key: TransportKey): Promise<EopBooks> {
    await mkdir(directory, { recursive: true });
    const books = new EopBooks(join(directory, 'orders.jsonl'), key);
    const text = await readFile(books.#path, 'utf8').catch(() => '');
    // A last line that was cut short was never answered.
    for (const line of text.split('\n').slice(0, -1)) books.#enter(JSON.parse(line) as EopOrder);
    return books;
  }

  get orders(): readonly EopOrder[] {
    return [...this.#orders.values()];
  }

  #enter(order: EopOrder): void {
    const before = this.#orders.get(order.request);
    this.#orders.set(order.request, order);
    this.#next = Math.max(this.#next, order.no + 1);
    if (order.imsi === null) return;
    const at = this.#free.indexOf(order.imsi);
    if (at >= 0 && order.result !== 'failed') this.#free.splice(at, 1);
    if (order.result === 'failed' && before?.result !== 'failed') this.#free.push(order.imsi);
  }

  async #record(order: EopOrder): Promise<void> {
    this.#enter(order);
    this.#turn = this.#turn.then(() => appendFile(this.#path, `${JSON.stringify(order)}\n`));
    await this.#turn;
  }

  /** An IMSI that was given back goes out again before a new one does. */
  #takeImsi(stock: number): string | undefined {
    const back = this.#free.shift();
    if (back !== undefined) return back;
    return this.#next > stock ? undefined : String(FIRST_IMSI + BigInt(this.#next));
  }

  #answer({ request, no, iccid, imsi }: EopOrder & { readonly imsi: string }, { seed, files }: EopRules): DataAnswer {
    const place = { request, iccid, imsi };
    const keys = sealKeys(this.#key, randomBytes(GCM_NONCE_BYTES), keysOf(seed, imsi), place);
    return { ...place, order: orderName(no), smsc: SMSC, keys, files };
  }

  /** `otherwise`: something else than before, as EOP should never do. */
  async data(wanted: DataRequest, rules: EopRules, otherwise = false): Promise<DataAnswer | EopError> {
    const component = `${wanted.component.name}@${wanted.component.version}`;
    if (wanted.transportKey !== this.#key.id) return { status: 422, code: 'TransportKeyUnknown' };
    if (rules.components.length > 0 && !rules.components.includes(component)) {
      return { status: 403, code: 'ComponentRefused' };
    }
    const known = this.#orders.get(wanted.request);
    if (known !== undefined) {
      if (known.iccid !== wanted.iccid) return { status: 409, code: 'RequestDiffers' };
      const { imsi, result } = known;
      if (imsi === null || result === 'failed' || result === 'confirmed') return { status: 409, code: 'OrderEnded' };
      // Otherwise the number before stays out: whoever it was written for may still have it on a card.
      if (!otherwise) return this.#answer({ ...known, imsi }, rules);
    }
    const imsi = this.#takeImsi(rules.stock);
    if (imsi === undefined) return { status: 409, code: 'NoNumberLeft' };
    const { request, iccid } = wanted;
    const order = { request, no: this.#next, iccid, imsi, result: 'out', revision: 0, component } as const;
    await this.#record(order);
    return this.#answer(order, rules);
  }

  async result({ request, revision, result, iccid, imsi }: ResultRequest): Promise<ResultAnswer | EopError> {
    const known = this.#orders.get(request);
    if (known === undefined) {
      // Asked for in a call that never came: if it comes now, it comes too late.
      if (result !== 'failed') return { status: 404, code: 'RequestUnknown' };
      await this.#record({ request, no: this.#next, iccid, imsi: null, result, revision, component: '' });
      return { request, result };
    }
    if (known.iccid !== iccid || (imsi !== null && known.imsi !== imsi)) return { status: 409, code: 'DataDiffers' };
    if (revision > known.revision && known.result !== result) {
      const final = known.result === 'confirmed' || known.result === 'failed';
      if (final) return { status: 409, code: 'ResultDiffers' };
      await this.#record({ ...known, result, revision });
      return { request, result };
    }
    return { request, result: known.result === 'out' ? result : known.result };
  }
}
