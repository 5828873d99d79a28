import { Context, type Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { LetterKind } from '../../domain/sim/telecom/application/schema.ts';

/**
 * What a step may ask of the mail between us and the base operator Telecom (seed 000 §5.2 steps 2 and 3): a letter out
 * over SMTP, letters in from a mailbox over IMAP (docs/partners/telecom-mail.md).
 */

export interface Enclosure {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export interface Letter {
  /** Without angle brackets; the same letter sent again has the same, so that its receiver can tell. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly enclosures: ReadonlyArray<Enclosure>;
}

export interface IncomingLetter {
  readonly uid: number;
  readonly messageId: string;
  /** SM3 of the letter as it came. */
  readonly sm3: string;
  /** The letter of ours that it is about. */
  readonly about: string;
  readonly kind: LetterKind;
  /** An answer whose sender is not of Telecom's domain: nothing in it may count. */
  readonly stranger: boolean;
  /** Of a notice: enhanced status code (RFC 3463), and what the server said. */
  readonly status: string;
  readonly note: string;
  readonly enclosures: ReadonlyArray<Enclosure>;
}

export interface LetterFilter {
  /** Message-IDs of our letters, the newest last: an answer without a reference is about that one. */
  readonly about: ReadonlyArray<string>;
  /** A subject that names it is about us, too. */
  readonly subject: string;
  /** Nothing older is looked at, in milliseconds since the epoch (servers compare by the day). */
  readonly sinceMs: number;
}

export interface LetterPage {
  readonly letters: ReadonlyArray<IncomingLetter>;
  /** Give it back at the next look; null as long as the mailbox is empty. */
  readonly cursor: string | null;
  /** More may lie there: look again at once. */
  readonly more: boolean;
}

export class MailPort extends Context.Tag('hufu/MailPort')<
  MailPort,
  {
    /** What our Message-IDs end with. */
    readonly domain: string;
    /**
     * Sends to Telecom. `Refusal LetterRefused`: its server will not take this letter, whoever tries again;
     * `Refusal MailSignInRefused`, `MailNotConfigured`; a fault when it does not answer or puts off.
     */
    readonly send: (letter: Letter) => Effect.Effect<void, Refusal | Fault>;
    /** Looks once at the mailbox. A letter comes at least once per cursor; without one, everything since `sinceMs`. */
    readonly look: (filter: LetterFilter, cursor: string | null) => Effect.Effect<LetterPage, Refusal | Fault>;
    /** Marks letters as read: what stays unread in the mailbox is nobody's, for a person to look at. */
    readonly markRead: (uids: ReadonlyArray<number>) => Effect.Effect<void, Refusal | Fault>;
  }
>() {}
