import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS, type ResultCode } from '../../domain/mandates/messages/results.ts';
import type { Message, Reply } from '../../domain/mandates/messages/schema.ts';
import { messageDigest, replyOf } from '../../domain/mandates/messages/signed.ts';

/**
 * The books of a simulated bank: every message that it has heard or said, and what it answered or was answered. Lines
 * that are only added, each before its answer leaves; relations and payments follow from them.
 */

type PaymentState = 'paid' | 'failed' | 'reversed';

export interface BankPayment {
  readonly id: string;
  readonly bankPayment: string;
  readonly amountMinor: number;
  readonly state: PaymentState;
}

interface Entry {
  readonly message: Message;
  readonly reply: Reply;
  /** What the bank did with a payment, whatever it answered. */
  readonly state?: PaymentState;
}

/** How the bank departs from what it should do, for one message. */
export interface Departure {
  /** The payment is taken, and its answer does not say so. */
  readonly unknown: boolean;
  /** It has no such relation, and no such payment. */
  readonly differ: boolean;
  /** A cancellation is rejected: the relation stays. */
  readonly keep: boolean;
  /** Payments are refused so. */
  readonly refuse: ResultCode | '';
}

const isTurnedDown = (result: ResultCode): boolean => RESULTS[result].kind === 'relation' && result !== 'Manual';

export class BankBooks {
  readonly #path: string;
  readonly #entries = new Map<string, Entry>();
  /** Agreements that stand, each with its number. */
  readonly #formal = new Map<string, string>();
  readonly #payments = new Map<string, BankPayment>();
  /** Orders that were reversed before they came: they come too late. */
  readonly #void = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(directory: string): Promise<BankBooks> {
    await mkdir(directory, { recursive: true });
    const books = new BankBooks(join(directory, 'books.jsonl'));
    const text = await readFile(books.#path, 'utf8').catch(() => '');
    // A last line that was cut short was never answered.
    for (const line of text.split('\n').slice(0, -1)) books.#enter(JSON.parse(line) as Entry);
    return books;
  }

  get payments(): readonly BankPayment[] {
    return [...this.#payments.values()];
  }

  /** Agreements that stand. */
  get formal(): readonly string[] {
    return [...this.#formal.keys()];
  }

  /** Whether a mandate of this number stands here. */
  hasNumber(number: string): boolean {
    return [...this.#formal.values()].includes(number);
  }

  /** What the bank has decided and the carrier has not answered yet, the oldest first. */
  get untold(): readonly Message[] {
    return [...this.#entries.values()].filter(({ reply }) => reply.result === 'Busy').map(({ message }) => message);
  }

  /** What was said under this id, or heard, and the answer to it. */
  entry(id: string): { readonly message: Message; readonly reply: Reply } | undefined {
    return this.#entries.get(id);
  }

  about(agreement: string): readonly Message[] {
    return [...this.#entries.values()].flatMap(({ message }) =>
      'agreement' in message && message.agreement === agreement ? [message] : [],
    );
  }

  #enter(entry: Entry): void {
    const { message, reply, state } = entry;
    this.#entries.set(message.id, entry);
    if (message.type === 'resultNotice' || message.type === 'formalNotice') {
      // Whoever is told that it may not be takes it back.
      if (isTurnedDown(reply.result)) this.#formal.delete(message.agreement);
      else this.#formal.set(message.agreement, message.number);
    }
    if (message.type === 'cancelRequest' && reply.result === 'Done') this.#formal.delete(message.agreement);
    if (message.type === 'paymentOrder' && state !== undefined) {
      const bankPayment = `BP-${this.#payments.size + 1}`;
      this.#payments.set(message.id, { id: message.id, bankPayment, amountMinor: message.amountMinor, state });
    }
    if (message.type === 'paymentReversal' && reply.result === 'PaymentUnknown') this.#void.add(message.payment);
    const reversed = message.type === 'paymentReversal' && this.#payments.get(message.payment);
    if (reversed && reply.result === 'Done') this.#payments.set(reversed.id, { ...reversed, state: 'reversed' });
  }

  async #record(entry: Entry): Promise<Reply> {
    this.#enter(entry);
    this.#turn = this.#turn.then(() => appendFile(this.#path, `${JSON.stringify(entry)}\n`));
    await this.#turn;
    return entry.reply;
  }

  /** What the bank has decided by itself and is about to say: it counts from now on, whenever it is answered. */
  decided(message: Message): Promise<Reply> {
    return this.#record({ message, reply: replyOf(message.type, 'Busy') });
  }

  /** What the bank itself has said, and was answered. */
  said(message: Message, reply: Reply): Promise<Reply> {
    return this.#record({ message, reply });
  }

  /** The same message gets the same answer; a query is answered anew. */
  async answer(message: Message, departure: Departure): Promise<Reply> {
    if (message.type === 'paymentQuery') return this.#query(message.payment, departure);
    const before = this.#entries.get(message.id);
    if (before !== undefined) {
      const same = messageDigest(before.message) === messageDigest(message);
      return same ? before.reply : replyOf(message.type, 'MessageDiffers');
    }
    if (message.type === 'paymentOrder') return this.#pay(message, departure);
    if (message.type === 'paymentReversal') return this.#reverse(message, departure);
    if (departure.keep) return this.#record({ message, reply: replyOf(message.type, 'CancelRejected') });
    const stands = 'agreement' in message && this.#formal.has(message.agreement) && !departure.differ;
    const needed = message.type === 'cancelRequest' || message.type === 'formedNotice';
    return this.#record({ message, reply: replyOf(message.type, needed && !stands ? 'RelationUnknown' : 'Done') });
  }

  #pay(message: Message & { readonly type: 'paymentOrder' }, departure: Departure): Promise<Reply> {
    if (departure.differ || !this.#formal.has(message.agreement)) {
      return this.#record({ message, reply: replyOf(message.type, 'RelationUnknown'), state: 'failed' });
    }
    if (this.#void.has(message.id)) {
      return this.#record({ message, reply: replyOf(message.type, 'PaymentUnknown'), state: 'failed' });
    }
    if (departure.refuse !== '') {
      return this.#record({ message, reply: replyOf(message.type, departure.refuse), state: 'failed' });
    }
    const bankPayment = `BP-${this.#payments.size + 1}`;
    const reply = departure.unknown
      ? replyOf(message.type, 'OutcomeUnknown')
      : { result: 'Done' as const, bankPayment };
    return this.#record({ message, reply, state: 'paid' });
  }

  #query(payment: string, { differ }: Departure): Reply {
    const known = this.#payments.get(payment);
    if (known === undefined || differ) return replyOf('paymentQuery', 'PaymentUnknown');
    return { result: 'Done', bankPayment: known.bankPayment, state: known.state };
  }

  /** Also of an order that never came: if it comes now, it comes too late. */
  #reverse(message: Message & { readonly type: 'paymentReversal' }, { differ }: Departure): Promise<Reply> {
    const known = this.#payments.get(message.payment);
    if (differ || (known !== undefined && known.amountMinor !== message.amountMinor)) {
      return this.#record({ message, reply: replyOf(message.type, 'ReversalRejected') });
    }
    if (known === undefined) return this.#record({ message, reply: replyOf(message.type, 'PaymentUnknown') });
    return this.#record({ message, reply: { result: 'Done', bankPayment: known.bankPayment } });
  }
}
