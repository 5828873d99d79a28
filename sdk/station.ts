import { bytesOf, type ClientFrame, type CommandFrame, hexOf } from './protocol.ts';
import { type CardSlot, SlotFault } from './slot.ts';

/** How many commands may lie before a slot. The server sends one at a time. */
const MOST_WAITING = 4;
/** A slot that keeps its own time answers before this is over. */
const GRACE_MS = 500;
const OFF_MS = 2_000;

/** A slot that never answers holds nothing up. */
const within = <A>(ms: number, answer: Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const late = (): void => reject(new SlotFault('CardTimeout', 'unknown', 'The reader did not answer in time.'));
    const timer = setTimeout(late, ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });

export interface StationParts {
  readonly slot: CardSlot;
  /** The writing component's signature; undefined where there is none. */
  readonly sign: ((text: Uint8Array) => Promise<Uint8Array>) | undefined;
  readonly send: (frame: ClientFrame) => void;
  /** A command begins. */
  readonly started: () => void;
}

/**
 * One slot as the server sees it: commands one after the other, each carried out once however often it comes, and the
 * last answer kept for a server that did not get it.
 */
export class Station {
  readonly slot: CardSlot;
  private readonly parts: StationParts;
  private tail: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** Grows when commands of before are void. */
  private era = 0;
  private lastId = 0;
  private reply: (ClientFrame & { readonly id: number }) | undefined;

  constructor(parts: StationParts) {
    this.slot = parts.slot;
    this.parts = parts;
  }

  command(frame: CommandFrame): void {
    if (frame.id <= this.lastId) {
      // Again, after the line was cut: the answer was lost, or is still to come.
      if (this.reply?.id === frame.id) this.parts.send(this.reply);
      return;
    }
    this.lastId = frame.id;
    if (this.waiting >= MOST_WAITING) {
      this.answered({
        type: 'fault',
        id: frame.id,
        code: 'ReaderRefused',
        execution: 'no',
        message: 'Too many commands.',
      });
      return;
    }
    const { era } = this;
    this.waiting += 1;
    this.tail = this.tail.then(async () => {
      const reply = era === this.era ? await this.carriedOut(frame) : undefined;
      this.waiting -= 1;
      if (reply !== undefined && era === this.era) this.answered(reply);
    });
  }

  /** The server knows nothing of what it asked before: that is void, and the card is powered off. */
  forget(): void {
    this.era += 1;
    this.lastId = 0;
    this.reply = undefined;
    this.tail = this.tail.then(() => within(OFF_MS, this.slot.powerOff()).catch(() => undefined));
  }

  /** Until what had begun has ended, or taken too long, and the card is off. */
  async close(): Promise<void> {
    this.forget();
    await this.tail;
  }

  private answered(reply: ClientFrame & { readonly id: number }): void {
    this.reply = reply;
    this.parts.send(reply);
  }

  private async carriedOut(frame: CommandFrame): Promise<ClientFrame & { readonly id: number }> {
    const { id } = frame;
    this.parts.started();
    try {
      return { type: 'answer', id, data: hexOf(await within(frame.withinMs + GRACE_MS, this.done(frame))) };
    } catch (cause) {
      const fault = cause instanceof SlotFault ? cause : undefined;
      return {
        type: 'fault',
        id,
        code: fault?.code ?? 'ProtocolError',
        execution: fault?.execution ?? 'unknown',
        message: (fault?.message ?? 'The reader failed in a way that it has no word for.').slice(0, 500),
      };
    }
  }

  private async done({ action, apdu, withinMs }: CommandFrame): Promise<Uint8Array> {
    if (action === 'exchange') return this.slot.exchange(bytesOf(apdu), withinMs);
    if (action === 'sign') return this.signed(bytesOf(apdu));
    if (action !== 'off') return this.slot.power(action === 'power' ? 'cold' : 'warm');
    await this.slot.powerOff();
    return new Uint8Array();
  }

  private async signed(text: Uint8Array): Promise<Uint8Array> {
    const { sign } = this.parts;
    if (sign === undefined) throw new SlotFault('ReaderRefused', 'no', 'This client is no writing component.');
    return sign(text).catch(() => {
      // What its key store says is not for the server.
      throw new SlotFault('ReaderRefused', 'no', 'The writing component did not sign.');
    });
  }
}
