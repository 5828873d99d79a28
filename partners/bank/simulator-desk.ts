import { randomBytes } from 'node:crypto';
import { Effect, Either, Schema } from 'effect';
import { type Fault, fault, type Refusal } from '../../domain/kernel/refusal.ts';
import { sm2PublicKey } from '../../domain/keys/sm2.ts';
import type { Answer, AnswerOf, Draft, DraftOf, MessageOf } from '../../domain/mandates/messages/schema.ts';
import { type BorderKeys, messageAt } from '../../domain/mandates/messages/signed.ts';
import { type Exchange, overHttps } from './exchange.ts';
import { type AccountProblem, type Applicant, type BankAccount, checkedAccount } from './simulator-accounts.ts';
import type { BankBehaviour } from './simulator-behaviour.ts';
import type { BankBooks } from './simulator-books.ts';
import type { Failed, Made, PageParts } from './simulator-page.ts';

/**
 * Where a simulated bank deals with its customers: at a branch, in online banking, at a self-service terminal (seed 003
 * part 2), and for its page (part 1). What it has decided it says until the carrier has answered, also after a restart.
 */

/** Somebody wants a mandate at the bank. */
export const CounterRequest = Schema.Struct({
  channel: Schema.Literal('branch', 'onlineBanking', 'selfService'),
  number: Schema.String.pipe(Schema.pattern(/^861[3-9][0-9]{9}$/)),
  account: Schema.String,
  name: Schema.String,
  identity: Schema.String,
  /** `offered`: as the carrier proposes; `decline`: the customer does not want it after all; `never`: nobody comes back. */
  confirm: Schema.Union(
    Schema.Literal('offered', 'decline', 'never'),
    Schema.Struct({
      thresholdMinor: Schema.NullOr(Schema.Int),
      amountMinor: Schema.NullOr(Schema.Int),
      automaticPayment: Schema.Boolean,
    }),
  ),
});
export type CounterRequest = typeof CounterRequest.Type;

export interface CounterResult {
  readonly agreement: string | null;
  /** The bank's own check, or the carrier's answer, or what became of the result notice. */
  readonly result: string;
}

/** Where the hall takes banks' messages, and the key of its answers. */
export interface HallDoor {
  readonly url: string;
  readonly publicKey: string;
}

interface DeskParts {
  readonly bank: string;
  readonly books: BankBooks;
  readonly accounts: readonly BankAccount[];
  readonly behaviour: () => BankBehaviour;
  readonly exchange: Exchange;
  /** With the bank's own key; where the bank tells the hall itself. */
  readonly hall?: { readonly door: HallDoor; readonly own: BorderKeys['own'] };
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** How long somebody who stands there waits for the carrier; it is told afterwards all the same. */
const PATIENCE_MS = 12_000;

const overFetch = (url: string) => ({
  post: (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    Effect.tryPromise({
      try: async (signal) => {
        const init = { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' }, signal };
        const response = await fetch(`${url}${path}`, init);
        return { status: response.status, text: await response.text(), headers: Object.fromEntries(response.headers) };
      },
      catch: () => fault('hall', 'Unavailable', 'The hall did not answer.'),
    }),
});

export class BankDesk {
  readonly #parts: DeskParts;
  readonly #closing = new AbortController();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    // What was decided before a restart and never answered.
    for (const message of parts.books.untold) void this.#insist(parts.exchange, message, true);
  }

  close(): void {
    this.#closing.abort();
  }

  /** Says it until it is answered. Undefined: the other side does not let it in, or the bank closes. */
  async #insist(exchange: Exchange, draft: Draft, kept: boolean): Promise<string | undefined> {
    const { books } = this.#parts;
    for (let waitMs = FIRST_WAIT_MS; !this.#closing.signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      const message = messageAt(draft, Date.now());
      const answer = await Effect.runPromise(Effect.either(exchange(message)));
      if (Either.isRight(answer)) {
        if (kept) await books.said(message, answer.right);
        return answer.right.result;
      }
      if (answer.left._tag === 'Refusal') return undefined;
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
    return undefined;
  }

  /** Decided now, told as long as it takes; what is known within the patience of who stands there. */
  async #announce(draft: DraftOf<'resultNotice' | 'formalNotice' | 'declineNotice' | 'failureNotice'>) {
    const { books, exchange } = this.#parts;
    await books.decided(messageAt(draft, Date.now()));
    const told = this.#insist(exchange, draft, true);
    const late = new Promise<'Busy'>((resolve) => setTimeout(() => resolve('Busy'), PATIENCE_MS).unref());
    return (await Promise.race([told, late])) ?? 'Busy';
  }

  async #tellHall(draft: DraftOf<'formalNotice' | 'failureNotice'>): Promise<void> {
    const { hall } = this.#parts;
    const key = hall && sm2PublicKey(hall.door.publicKey);
    if (hall === undefined || key === undefined) return;
    await this.#insist(overHttps(overFetch(hall.door.url), { own: hall.own, theirs: [key] }), draft, false);
  }

  /** Asks until it is answered, or nobody who stands there would wait any longer. */
  async #ask(draft: Draft): Promise<Either.Either<Answer, Refusal | Fault>> {
    const untilMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await Effect.runPromise(Effect.either(this.#parts.exchange(messageAt(draft, Date.now()))));
      const again = Either.isLeft(answer) && answer.left._tag === 'Fault' && Date.now() < untilMs;
      if (!again || this.#closing.signal.aborted) return answer;
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS));
    }
  }

  #problem = (applicant: Applicant): BankAccount | AccountProblem => {
    const { accounts, books, behaviour } = this.#parts;
    const mandated = books.hasNumber(applicant.number);
    return checkedAccount(accounts, applicant, { onlineOnly: behaviour().onlineOnly, mandated });
  };

  /** The account of one who has passed the checks. */
  #accountOf({ account }: Applicant): MessageOf<'openRequest'>['account'] {
    const found = this.#parts.accounts.find(({ number }) => number === account);
    if (found === undefined) throw new Error('an account that was checked is gone');
    return { kind: found.kind, number: found.number };
  }

  /** Part 2: checks, the request to the carrier, the formal relation, and its notice. */
  async open(wanted: CounterRequest): Promise<CounterResult> {
    const { bank, books } = this.#parts;
    const checked = this.#problem(wanted);
    if (typeof checked === 'string') return { agreement: null, result: checked };
    const agreement = `${bank}-B${randomBytes(8).toString('hex')}`;
    const { channel, number, confirm } = wanted;
    const account = this.#accountOf(wanted);
    const common = { request: agreement, bank, number, agreement };
    const asked = { id: `O-${agreement}`, type: 'openRequest', account, channel, ...common } as const;
    const answer = await this.#ask(asked);
    if (Either.isLeft(answer)) return { agreement, result: answer.left.code };
    await books.said(messageAt(asked, Date.now()), answer.right);
    if (answer.right.type !== 'openRequest' || answer.right.result !== 'Done' || answer.right.offer === null) {
      return { agreement, result: answer.right.result };
    }
    if (confirm === 'never') return { agreement, result: 'Offered' };
    if (confirm === 'decline') {
      const reason = 'The customer does not want it.';
      const result = await this.#announce({ id: `N-${agreement}`, type: 'declineNotice', reason, ...common });
      return { agreement, result: result === 'Done' ? 'Declined' : result };
    }
    const { userType, terms: offered } = answer.right.offer;
    const terms = confirm === 'offered' ? offered : confirm;
    const made = { id: `R-${agreement}`, type: 'resultNotice', account, channel, userType, terms, ...common } as const;
    return { agreement, result: await this.#announce(made) };
  }

  /** What became of the form of a ticket that was made into this agreement. */
  known = (agreement: string): string | undefined => this.#parts.books.entry(`F-${agreement}`)?.reply.result;

  /** What the page asks of the bank. */
  pageParts(name: string): PageParts {
    const { bank } = this.#parts;
    return {
      bank,
      name,
      query: async (ticket) => {
        const id = `Q-${randomBytes(12).toString('hex')}`;
        const answer = await this.#ask({ id, request: id, bank, type: 'ticketQuery', ticket });
        // The exchange has seen that it is the answer to this message.
        return Either.isRight(answer) ? (answer.right as AnswerOf<'ticketQuery'>) : undefined;
      },
      problem: (applicant) => {
        const checked = this.#problem(applicant);
        return typeof checked === 'string' ? checked : undefined;
      },
      make: async ({ ticket, agreement, applicant, userType, terms }: Made) => {
        const account = this.#accountOf(applicant);
        const about = { id: `F-${agreement}`, request: agreement, bank, number: applicant.number, agreement };
        const made = { ...about, type: 'formalNotice', ticket, account, userType, terms } as const;
        const result = await this.#announce(made);
        if (result !== 'Busy' && !result.startsWith('Ticket')) void this.#tellHall(made);
        return result;
      },
      fail: async ({ ticket, number, reason }: Failed) => {
        const id = `X-${randomBytes(12).toString('hex')}`;
        const failed = { id, request: id, bank, type: 'failureNotice', number, ticket, reason } as const;
        await this.#announce(failed);
        void this.#tellHall(failed);
      },
    };
  }
}
