import type { Execution } from './protocol.ts';

/** What the client needs of a place where a card lies: the phone's own slot, or a reader at a PC. */

/** Why a command was not answered. `execution`: whether the card has executed it all the same. */
export class SlotFault extends Error {
  readonly code: string;
  readonly execution: Execution;

  constructor(code: string, execution: Execution, message: string) {
    super(message);
    this.name = 'SlotFault';
    this.code = code;
    this.execution = execution;
  }
}

export interface CardSlot {
  /** 1–64 letters, digits, . _ - */
  readonly name: string;
  readonly present: () => boolean;
  /** Powers the card and gives its answer to reset. @throws SlotFault `CardAbsent`… */
  readonly power: (reset: 'cold' | 'warm') => Promise<Uint8Array>;
  /** One command APDU; data and status word. @throws SlotFault */
  readonly exchange: (apdu: Uint8Array, withinMs: number) => Promise<Uint8Array>;
  readonly powerOff: () => Promise<void>;
  /** Calls whenever `present` has changed, until what it returns is called. Left out where nobody can tell. */
  readonly watch?: (changed: () => void) => () => void;
}

/** An open way to the card, as Android's OMAPI and telephony services and their like on other phones give it. */
export interface ApduChannel {
  readonly transmit: (apdu: Uint8Array) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

export interface ApduTransport {
  /** Undefined when there is no card. Every open begins with nothing selected and nothing verified. */
  readonly open: () => Promise<{ readonly atr: Uint8Array; readonly channel: ApduChannel } | undefined>;
}

/** The slot over a transport that opens, transmits and closes. */
export const transportSlot = (name: string, transport: ApduTransport): CardSlot => {
  let channel: ApduChannel | undefined;
  let present = true;
  const close = async (): Promise<void> => {
    const open = channel;
    channel = undefined;
    await open?.close();
  };
  return {
    name,
    present: () => present,
    power: async () => {
      await close().catch(() => undefined);
      const opened = await transport.open();
      present = opened !== undefined;
      if (opened === undefined) throw new SlotFault('CardAbsent', 'no', `${name} has no card.`);
      channel = opened.channel;
      return opened.atr;
    },
    exchange: async (apdu) => {
      if (channel === undefined) throw new SlotFault('CardNotPowered', 'no', `${name}: power the card on first.`);
      try {
        return await channel.transmit(apdu);
      } catch (cause) {
        channel = undefined;
        // The phone does not tell how far the command got.
        throw cause instanceof SlotFault ? cause : new SlotFault('CardRemoved', 'unknown', `${name} did not answer.`);
      }
    },
    powerOff: close,
  };
};
