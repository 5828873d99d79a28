import { Effect } from 'effect';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { type CommandApdu, encodeResponse, parseCommand } from '../../../domain/sim/uicc/apdu.ts';
import { readerFault } from '../faults.ts';
import type { ReaderFault } from '../port.ts';
import type { AtChannel } from './at-channel.ts';

/**
 * Files through `AT+CRSM` (TS 27.007 §8.18). The modem selects by itself, from a path, so SELECT only remembers where
 * we are; of a file it fetches what the card says of it. Everything else the modem does not pass on: that is refused
 * before anything is sent.
 */

const SELECT = 0xa4;
const READ_BINARY = 0xb0;
const READ_RECORD = 0xb2;
const GET_RESPONSE = 0xc0;
const UPDATE_BINARY = 0xd6;
const UPDATE_RECORD = 0xdc;
const PASSED_ON: ReadonlySet<number> = new Set([READ_BINARY, READ_RECORD, UPDATE_BINARY, UPDATE_RECORD]);
const MF = '3f00';
/** The application of the card that the modem uses. */
const ADF = '7fff';
const DONE = 0x9000;
const NO_FILE_SELECTED = 0x6986;
const NOTHING = new Uint8Array();

const isDirectory = (fid: string): boolean => /^(?:3f|5f|7f)/.test(fid);

export class RestrictedAccess {
  private readonly at: AtChannel;
  /** Identifiers of the directories below the MF. */
  private directory: readonly string[] = [];
  private file: string | undefined;

  constructor(at: AtChannel) {
    this.at = at;
  }

  forget(): void {
    this.directory = [];
    this.file = undefined;
  }

  exchange(bytes: Uint8Array, withinMs: number): Effect.Effect<Uint8Array, ReaderFault> {
    const command = parseCommand(bytes);
    if (isRefusal(command)) return Effect.fail(readerFault('ProtocolError', command.message));
    if (command.ins === SELECT) return this.select(command, withinMs);
    if (!PASSED_ON.has(command.ins)) {
      const ins = command.ins.toString(16).padStart(2, '0');
      return Effect.fail(readerFault('ReaderRefused', `${this.at.name}: AT+CRSM does not pass on instruction ${ins}.`));
    }
    if (this.file === undefined) return Effect.succeed(encodeResponse({ data: NOTHING, sw: NO_FILE_SELECTED }));
    return this.ask(command, this.file, withinMs);
  }

  /** By identifier, by path from the MF or from here, or the application by its name. */
  private select({ p1, data }: CommandApdu, withinMs: number): Effect.Effect<Uint8Array, ReaderFault> {
    const hex = Buffer.from(data).toString('hex');
    const fids = p1 === 4 ? [ADF] : (hex.match(/.{4}/g) ?? [MF]);
    const before = [this.directory, this.file] as const;
    if (p1 === 8 || p1 === 4 || fids[0] === MF) this.directory = [];
    this.file = undefined;
    for (const fid of fids) {
      if (fid === MF) continue;
      if (!isDirectory(fid)) this.file = fid;
      // Beside a directory of the first level lie the others of it.
      else if (fid.startsWith('7f')) this.directory = [fid];
      else this.directory = [...this.directory, fid];
    }
    if (this.file === undefined) return Effect.succeed(encodeResponse({ data: NOTHING, sw: DONE }));
    const header = { cla: 0, ins: GET_RESPONSE, p1: 0, p2: 0, data: NOTHING, le: 15 };
    return Effect.tap(this.ask(header, this.file, withinMs), (answer) => {
      // As on the card itself: a file that is not there leaves the selection as it was.
      if (![0x90, 0x91, 0x61, 0x9f].includes(answer.at(-2) ?? 0)) [this.directory, this.file] = before;
      return Effect.void;
    });
  }

  private ask(
    { ins, p1, p2, data, le }: CommandApdu,
    file: string,
    withinMs: number,
  ): Effect.Effect<Uint8Array, ReaderFault> {
    const hex = Buffer.from(data).toString('hex').toUpperCase();
    const path = [MF, ...this.directory].join('').toUpperCase();
    const length = data.length > 0 ? data.length : (le ?? 0) & 0xff;
    const numbers = [ins, Number.parseInt(file, 16), p1, p2, length].join(',');
    return Effect.flatMap(this.at.ask(`AT+CRSM=${numbers},"${hex}","${path}"`, '+CRSM:', withinMs), ([line = '']) => {
      const found = /^(\d{1,3}) *, *(\d{1,3})(?: *, *"?((?:[0-9A-Fa-f]{2})*)"?)?$/.exec(line);
      if (found === null) {
        return Effect.fail(
          readerFault('ProtocolError', `${this.at.name} said OK to AT+CRSM, and no answer that fits.`, 'unknown'),
        );
      }
      const sw = (Number(found[1]) << 8) | Number(found[2]);
      return Effect.succeed(encodeResponse({ data: Buffer.from(found[3] ?? '', 'hex'), sw }));
    });
  }
}
