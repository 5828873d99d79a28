import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChargeNotice, RelationNotice } from '../../domain/mandates/province-messages.ts';
import type { Subscriber } from '../../domain/mandates/schema.ts';

/**
 * The books of a simulated province: its CRM's subscribers and records of mandates, the copy in its BOSS, and the texts
 * that have gone out. Lines that are only added, each before its answer leaves.
 */

/** A number as the CRM knows it; `own`: a mandate of the province's own. */
export interface ProvinceSubscriber extends Omit<Subscriber, 'existing'> {
  readonly own: boolean;
  readonly balanceMinor: number;
}

export type Relation = NonNullable<RelationNotice['relation']>;

/** What the CRM, or BOSS, has of a number. */
export interface MandateRecord {
  readonly revision: number;
  readonly relation: Relation | null;
}

export interface SentText {
  readonly to: string;
  readonly about: 'formal' | 'ended';
  readonly agreement: string;
  readonly text: string;
}

type Entry =
  | { readonly what: 'subscriber'; readonly number: string; readonly subscriber: ProvinceSubscriber }
  | { readonly what: 'record'; readonly number: string; readonly record: MandateRecord }
  | { readonly what: 'boss'; readonly number: string; readonly record: MandateRecord }
  | { readonly what: 'charge'; readonly notice: ChargeNotice }
  | { readonly what: 'text'; readonly sent: SentText };

/** Part 2 step 4.3.11: it says how to cancel. */
const successText = ({ bank, agreement, terms }: Relation): string => {
  const charged =
    terms.thresholdMinor === null
      ? terms.automaticPayment
        ? '账单将自动缴纳'
        : '账单由您自行缴纳'
      : `余额低于${terms.thresholdMinor / 100}元时自动充值${(terms.amountMinor ?? 0) / 100}元`;
  return (
    `尊敬的客户，您已成功办理银行签约（银行${bank}，协议号${agreement}），${charged}。` +
    '如需解约，请发送短信“QXQY”至10086，或到网上营业厅、签约银行办理。'
  );
};

const endText = (agreement: string): string => `尊敬的客户，您的银行签约（协议号${agreement}）已解除。`;

export class ProvinceBooks {
  readonly #path: string;
  readonly #subscribers = new Map<string, ProvinceSubscriber>();
  readonly #records = new Map<string, MandateRecord>();
  readonly #boss = new Map<string, MandateRecord>();
  readonly #charges = new Map<string, ChargeNotice>();
  readonly #texts: SentText[] = [];
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(directory: string): Promise<ProvinceBooks> {
    await mkdir(directory, { recursive: true });
    const books = new ProvinceBooks(join(directory, 'books.jsonl'));
    const text = await readFile(books.#path, 'utf8').catch(() => '');
    // A last line that was cut short was never answered.
    for (const line of text.split('\n').slice(0, -1)) books.#enter(JSON.parse(line) as Entry);
    return books;
  }

  get subscribers(): ReadonlyMap<string, ProvinceSubscriber> {
    return this.#subscribers;
  }

  get records(): ReadonlyMap<string, MandateRecord> {
    return this.#records;
  }

  get boss(): ReadonlyMap<string, MandateRecord> {
    return this.#boss;
  }

  /** By their id. */
  get charges(): ReadonlyMap<string, ChargeNotice> {
    return this.#charges;
  }

  get texts(): readonly SentText[] {
    return this.#texts;
  }

  #enter(entry: Entry): void {
    if (entry.what === 'subscriber') this.#subscribers.set(entry.number, entry.subscriber);
    else if (entry.what === 'record') this.#records.set(entry.number, entry.record);
    else if (entry.what === 'boss') this.#boss.set(entry.number, entry.record);
    else if (entry.what === 'text') this.#texts.push(entry.sent);
    else this.#charged(entry.notice);
  }

  /** A top-up changes the balance, a bill is paid; what was given back is taken off again. */
  #charged(notice: ChargeNotice): void {
    this.#charges.set(notice.id, notice);
    const { number, kind, outcome, amountMinor } = notice;
    const subscriber = this.#subscribers.get(number);
    if (subscriber === undefined || kind !== 'topUp' || outcome === 'failed') return;
    const change = outcome === 'paid' ? amountMinor : -amountMinor;
    this.#subscribers.set(number, { ...subscriber, balanceMinor: subscriber.balanceMinor + change });
  }

  #add(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) this.#enter(entry);
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    this.#turn = this.#turn.then(() => appendFile(this.#path, lines));
    return this.#turn;
  }

  setSubscriber(number: string, subscriber: ProvinceSubscriber): Promise<void> {
    return this.#add([{ what: 'subscriber', number, subscriber }]);
  }

  /** Undefined: no such number. */
  check(number: string): Subscriber | undefined {
    const found = this.#subscribers.get(number);
    if (found === undefined) return undefined;
    const { own, balanceMinor: _balance, ...subscriber } = found;
    const relation = this.#records.get(number)?.relation;
    if (own) return { ...subscriber, existing: { channel: 'province', status: 'formal' } };
    if (relation === undefined || relation === null) return { ...subscriber, existing: null };
    const status = relation.status === 'provisional' ? 'provisional' : 'formal';
    return { ...subscriber, existing: { channel: 'bank', status } };
  }

  /** The newest revision counts. @param differs it is kept with another amount */
  async take({ number, revision, relation, ended }: RelationNotice, differs: boolean): Promise<void> {
    const before = this.#records.get(number);
    if (before !== undefined && before.revision >= revision) return;
    const kept =
      differs && relation !== null
        ? { ...relation, terms: { ...relation.terms, amountMinor: (relation.terms.amountMinor ?? 0) + 1 } }
        : relation;
    await this.#add([
      { what: 'record', number, record: { revision, relation: kept } },
      ...this.#textsOf(number, before?.relation ?? null, relation, ended),
    ]);
  }

  #textsOf(number: string, before: Relation | null, now: Relation | null, ended: RelationNotice['ended']): Entry[] {
    const send = (about: SentText['about'], agreement: string, text: string): Entry[] => {
      const last = this.#texts.findLast((sent) => sent.to === number && sent.agreement === agreement);
      return last?.about === about ? [] : [{ what: 'text', sent: { to: number, about, agreement, text } }];
    };
    if (now?.status === 'formal') return send('formal', now.agreement, successText(now));
    const was = before !== null && before.status !== 'provisional' && now === null;
    return was && ended !== null ? send('ended', before.agreement, endText(before.agreement)) : [];
  }

  /** BOSS gets what the CRM has by now. */
  async synchronise(number: string): Promise<void> {
    const record = this.#records.get(number);
    if (record === undefined || (this.#boss.get(number)?.revision ?? -1) >= record.revision) return;
    await this.#add([{ what: 'boss', number, record }]);
  }

  /** The same notice again changes nothing. */
  async takeCharge(notice: ChargeNotice): Promise<void> {
    if (!this.#charges.has(notice.id)) await this.#add([{ what: 'charge', notice }]);
  }
}
