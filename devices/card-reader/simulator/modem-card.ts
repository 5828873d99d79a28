import { Effect } from 'effect';
import type { Fault } from '../../../domain/kernel/refusal.ts';
import { byteReader } from '../../link/byte-reader.ts';
import type { Link } from '../../link/link.ts';
import type { SimulatedCard } from './simulated-card.ts';

/** How the modem is made. */
export interface ModemManners {
  /** Knows AT+CSIM. Default true; AT+CRSM it knows always. */
  readonly csim?: boolean;
  /** Keeps its echo, whatever it is told. */
  readonly keepsEcho?: boolean;
  /** A line that it says unasked before each answer. */
  readonly unsolicited?: string;
  /** Breaks a long answer after so many digits. */
  readonly lineDigits?: number;
  /** Gives errors as words, whatever it is told. */
  readonly wordy?: boolean;
}

const IDLE_MS = 2_147_483_647;
const ENTER = 0x0d;
const NOT_INSERTED = ['10', 'SIM not inserted'] as const;
const INCORRECT = ['50', 'Incorrect parameters'] as const;
const UNKNOWN = ['100', 'unknown'] as const;
const GET_RESPONSE = 192;
const UPDATES: ReadonlySet<number> = new Set([214, 220]);
const READS: ReadonlySet<number> = new Set([176, 178]);

type Reply = readonly string[] | { readonly error: readonly [code: string, words: string] | 'bare' };

/** A modem with a card in it, as far as AT commands for cards go (TS 27.007 §8.17, §8.18). */
class Modem {
  private readonly card: SimulatedCard;
  private readonly manners: ModemManners;
  private present = true;
  echo = true;
  private numbers = false;

  constructor(card: SimulatedCard, manners: ModemManners) {
    this.card = card;
    this.manners = manners;
    card.powerOn();
  }

  text(reply: Reply): string {
    if (Array.isArray(reply)) return [...reply, 'OK'].map((line) => `\r\n${line}\r\n`).join('');
    const { error } = reply as Exclude<Reply, readonly string[]>;
    if (error === 'bare') return '\r\nERROR\r\n';
    const [code, words] = error;
    return `\r\n+CME ERROR: ${this.numbers && this.manners.wordy !== true ? code : words}\r\n`;
  }

  reply(line: string): Effect.Effect<Reply> {
    const command = line.toUpperCase();
    if (command === 'AT') return Effect.succeed([]);
    if (/^ATE[01]$/.test(command)) {
      this.echo = this.manners.keepsEcho === true || command.endsWith('1');
      return Effect.succeed([]);
    }
    if (/^AT\+CMEE=[012]$/.test(command)) {
      this.numbers = command.endsWith('1');
      return Effect.succeed([]);
    }
    if (command === 'AT+CFUN=0' || command === 'AT+CFUN=1') {
      this.card.powerOn();
      return Effect.succeed([]);
    }
    if (!this.present) return Effect.succeed({ error: NOT_INSERTED });
    if (command === 'AT+CPIN?') return Effect.succeed(['+CPIN: READY']);
    if (command.startsWith('AT+CSIM=') && this.manners.csim !== false) return this.csim(command.slice(8));
    if (command.startsWith('AT+CRSM=')) return this.crsm(command.slice(8));
    return Effect.succeed({ error: 'bare' });
  }

  private csim(text: string): Effect.Effect<Reply> {
    const found = /^(\d+),"?([0-9A-F]*)"?$/.exec(text);
    const hex = found?.[2] ?? '';
    if (found === null || Number(found[1]) !== hex.length) return Effect.succeed({ error: INCORRECT });
    return Effect.map(this.pass(Buffer.from(hex, 'hex')), (answer): Reply => {
      if (answer === undefined) return { error: NOT_INSERTED };
      const all = Buffer.from(answer).toString('hex').toUpperCase();
      const cut = this.manners.lineDigits ?? all.length;
      const [first = '', ...more] = all.match(new RegExp(`.{1,${cut}}`, 'g')) ?? [];
      const lines = [`+CSIM: ${all.length},"${first}`, ...more];
      return [...lines.slice(0, -1), `${lines.at(-1)}"`];
    });
  }

  private pass(command: Uint8Array): Effect.Effect<Uint8Array | undefined> {
    return Effect.map(this.card.command(command), (answer) => {
      if (answer !== 'removed') return answer;
      this.present = false;
      return undefined;
    });
  }

  /** Selects along the path, then does it, and fetches what waits. */
  private crsm(text: string): Effect.Effect<Reply> {
    const found = /^(\d+),(\d+),(\d+),(\d+),(\d+)(?:,"?([0-9A-F]*)"?)?(?:,"?([0-9A-F]*)"?)?$/.exec(text);
    if (found === null) return Effect.succeed({ error: INCORRECT });
    const [ins = 0, fid = 0, p1 = 0, p2 = 0, p3 = 0] = found.slice(1, 6).map(Number);
    const data = Buffer.from(found[6] ?? '', 'hex');
    const path = (found[7] ?? '').match(/.{4}/g) ?? [];
    const known = ins === GET_RESPONSE || UPDATES.has(ins) || READS.has(ins);
    if (!known) return Effect.succeed({ error: UNKNOWN });
    const modem = this;
    return Effect.gen(function* () {
      let answer: Uint8Array | undefined;
      for (const one of [...path, fid.toString(16).padStart(4, '0')]) {
        answer = yield* modem.selected(one);
        if (answer === undefined) return { error: NOT_INSERTED };
        if (!isDone(answer)) return modem.crsmLine(answer);
      }
      if (ins !== GET_RESPONSE) {
        const header = Buffer.of(modem.cla, ins, p1, p2, UPDATES.has(ins) ? data.length : p3);
        answer = yield* modem.pass(Buffer.concat([header, data]));
      }
      return answer === undefined ? { error: NOT_INSERTED } : modem.crsmLine(answer);
    });
  }

  private get cla(): number {
    return this.card.card.personality.cardClass === 'gsm' ? 0xa0 : 0x00;
  }

  /** SELECT and what it announces; the application that the modem uses has a name and no identifier. */
  private selected(fid: string): Effect.Effect<Uint8Array | undefined> {
    const { mf, cardClass } = this.card.card.personality;
    const application =
      fid === '7FFF' ? mf.children.find((one) => one.kind === 'df' && one.aid !== undefined) : undefined;
    const aid = application?.kind === 'df' ? (application.aid ?? '') : '';
    const name = Buffer.from(aid === '' ? fid : aid, 'hex');
    const header = Buffer.of(this.cla, 0xa4, aid === '' ? 0 : 4, cardClass === 'gsm' ? 0 : 4, name.length);
    return Effect.flatMap(this.pass(Buffer.concat([header, name])), (answer) => {
      const [sw1, sw2 = 0] = answer?.subarray(-2) ?? [];
      if (sw1 !== 0x61 && sw1 !== 0x9f) return Effect.succeed(answer);
      return this.pass(Buffer.of(this.cla, 0xc0, 0, 0, sw2));
    });
  }

  private crsmLine(answer: Uint8Array): Reply {
    const [sw1, sw2] = answer.subarray(-2);
    const hex = Buffer.from(answer.subarray(0, -2)).toString('hex').toUpperCase();
    return [`+CRSM: ${sw1},${sw2}${hex === '' ? '' : `,"${hex}"`}`];
  }
}

const isDone = (answer: Uint8Array): boolean => answer.at(-2) === 0x90;

/** Runs until the line is gone. */
export const modemCard = (card: SimulatedCard, link: Link, manners: ModemManners = {}): Effect.Effect<never, Fault> =>
  Effect.gen(function* () {
    const bytes = byteReader(link);
    const modem = new Modem(card, manners);
    let line = '';
    for (;;) {
      const [byte = 0] = yield* bytes.take(1, IDLE_MS);
      if (modem.echo) yield* link.write(Uint8Array.of(byte));
      if (byte !== ENTER) {
        line += String.fromCharCode(byte);
        continue;
      }
      const command = line.trim();
      line = '';
      if (command === '') continue;
      if (manners.unsolicited !== undefined) yield* link.write(Buffer.from(`\r\n${manners.unsolicited}\r\n`, 'latin1'));
      yield* link.write(Buffer.from(modem.text(yield* modem.reply(command)), 'latin1'));
    }
  });
