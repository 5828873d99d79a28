import { createHmac } from 'node:crypto';
import type { CommandApdu } from '../../../../domain/sim/uicc/apdu.ts';
import { INS } from '../../../../domain/sim/uicc/commands.ts';
import type { Channel, SecurityLevel } from '../../../../domain/sim/uicc/secure-channel.ts';
import {
  acceptAuthenticate,
  initializeAnswer,
  type KeySet,
  unwrapCommand,
} from '../../../../domain/sim/uicc/secure-channel-card.ts';
import { type Answer, done, type Word } from './answers.ts';

/** What a card asks of whoever updates its protected files. */
export interface Protection {
  readonly set: KeySet;
  /** Of the channel, at least. */
  readonly level: SecurityLevel;
  /** `<directory>/<file>`, by identifier. */
  readonly files: readonly string[];
}

const TRIES = 10;
const CHALLENGE_BYTES = 8;
const LEVELS: readonly number[] = [0x01, 0x03];
const CLA_SECURE = 0x04;

interface Begun {
  readonly challenge: Uint8Array;
  readonly answer: Buffer;
}

/**
 * The security domain of the simulated card: one key set, one session at a time (GlobalPlatform 2.2 §10 and annex E,
 * amendment D). A try is gone with INITIALIZE UPDATE and comes back with the authentication that follows it; after ten
 * that did not, nobody opens a channel any more. What is wrong inside a session ends it.
 */
export class SecurityDomain {
  left = TRIES;
  /** Sessions that were opened. The counter outlives a reset, a session does not. */
  private sequence = 0;
  private asked = 0;
  private begun: Begun | undefined;
  private channel: Channel | undefined;
  private readonly protection: Protection;

  constructor(protection: Protection) {
    this.protection = protection;
  }

  /** Reset, or another application selected. */
  end(): void {
    this.begun = undefined;
    this.channel = undefined;
  }

  get isOpen(): boolean {
    return this.channel !== undefined;
  }

  /** Whether a file may be updated now, as far as the domain is asked. */
  allows(place: string): boolean {
    const { files, level } = this.protection;
    return !files.includes(place) || (this.channel !== undefined && (this.channel.level & level) === level);
  }

  /** What a command says that came with secure messaging. */
  received(command: CommandApdu): CommandApdu | Word {
    if (this.channel === undefined) return 'securityStatus';
    const unwrapped = unwrapCommand(this.channel, command);
    if (unwrapped === undefined) {
      this.end();
      return 'securityStatus';
    }
    this.channel = unwrapped.channel;
    return unwrapped.command;
  }

  initialize({ p1, data }: CommandApdu): Answer | Word {
    this.end();
    const { set } = this.protection;
    if (data.length !== CHALLENGE_BYTES) return 'wrongLength';
    if (p1 !== 0 && p1 !== set.keyVersion) return 'noSuchCode';
    if (this.left === 0) return 'blocked';
    this.left -= 1;
    this.asked += 1;
    // Different each time, and the same for whoever makes the card again.
    const random = createHmac('sha256', set.keys.enc.reveal()).update(String(this.asked)).digest();
    const answer = initializeAnswer(set, data, this.sequence, random);
    this.begun = { challenge: Buffer.from(data), answer };
    return done(answer);
  }

  authenticate(command: CommandApdu): Answer | Word {
    const { begun } = this;
    this.end();
    if (begun === undefined) return 'conditions';
    if (!LEVELS.includes(command.p1)) return 'wrongP1P2';
    const channel = acceptAuthenticate(this.protection.set, begun.challenge, begun.answer, command);
    if (channel === 'WrongMac') return 'securityStatus';
    if (channel === 'WrongCryptogram') return 'wrongCryptogram';
    this.channel = channel;
    this.left = TRIES;
    this.sequence += 1;
    return done();
  }

  /**
   * What the channel makes of a command: its own are answered, the others told as they were meant. In a session none but
   * SELECT of an application comes without a MAC.
   */
  taken(command: CommandApdu): Answer | Word | CommandApdu {
    const secure = (command.cla & CLA_SECURE) !== 0;
    if (command.ins === INS.initializeUpdate && !secure) return this.initialize(command);
    if (command.ins === INS.externalAuthenticate && secure && !this.isOpen) return this.authenticate(command);
    if (secure) return this.received(command);
    if (!this.isOpen || (command.ins === INS.select && command.p1 === 0x04)) return command;
    this.end();
    return 'securityStatus';
  }
}
