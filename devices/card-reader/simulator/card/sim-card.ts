import { isRefusal } from '../../../../domain/kernel/refusal.ts';
import { type CommandApdu, encodeResponse, parseCommand } from '../../../../domain/sim/uicc/apdu.ts';
import { INS } from '../../../../domain/sim/uicc/commands.ts';
import { type Answer, done, type Word, word, wrongCode } from './answers.ts';
import { Authentication } from './authentication.ts';
import { type Checked, Codes } from './codes.ts';
import { fcpOf, headerOf } from './file-descriptions.ts';
import {
  byAid,
  byFid,
  byPath,
  bySfi,
  type Directory,
  type ElementaryFile,
  type File,
  parentsOf,
  placesOf,
} from './files.ts';
import { type Personality, PIN1 } from './personality.ts';
import { SecurityDomain } from './security-domain.ts';

/** What goes wrong inside the card, on command. */
export interface CardDefects {
  /** READ BINARY and READ RECORD of this file answer with their first byte spoilt. */
  readonly corruptRead?: string;
}

/** How the commands come: as TPDUs of T=0, where answers to commands with data wait for GET RESPONSE, or as APDUs. */
export type Unit = 'tpdu' | 'apdu';

const SHORT = 256;
const CODE_LENGTH = 8;
const CHAINING = 0x10;
/** Secure messaging of GlobalPlatform, in the class byte. */
const SECURE = 0x04;

/** A SIM card: bytes in, bytes out, and a state between them. No time, no chance, no line. */
export class SimCard {
  readonly personality: Personality;
  readonly codes: Codes;
  /** Of a card with protected files. */
  readonly domain: SecurityDomain | undefined;
  defects: CardDefects = {};
  private readonly authentication: Authentication;
  private readonly parents: ReadonlyMap<Directory, Directory>;
  private readonly places: ReadonlyMap<ElementaryFile, string>;
  private directory: Directory;
  private application: Directory | undefined;
  private file: ElementaryFile | undefined;
  private record = 0;
  private waiting: Uint8Array | undefined;
  private chained: readonly Uint8Array[] = [];

  constructor(personality: Personality) {
    this.personality = personality;
    this.codes = new Codes(personality.codes);
    this.domain = personality.protection && new SecurityDomain(personality.protection);
    this.authentication = new Authentication(personality.keyFile);
    this.parents = parentsOf(personality.mf);
    this.places = placesOf(personality.mf);
    this.directory = personality.mf;
  }

  /** What is written stays; what was selected and verified does not. */
  reset(): Uint8Array {
    this.codes.forget();
    this.domain?.end();
    this.directory = this.personality.mf;
    this.application = undefined;
    this.file = undefined;
    this.record = 0;
    this.waiting = undefined;
    this.chained = [];
    return this.personality.atr;
  }

  /** One command → response data and status word. */
  process(bytes: Uint8Array, unit: Unit): Uint8Array {
    const command = parseCommand(bytes);
    if (isRefusal(command)) return encodeResponse(this.word('wrongLength'));
    // Over T=0 the P3 of a command without data is its Le, and none is no P3.
    return encodeResponse(this.delivered(command, unit));
  }

  private word(name: Word): Answer {
    return word(name, this.personality.cardClass);
  }

  /** Data goes out in the length that was asked for, or is announced. */
  private delivered(command: CommandApdu, unit: Unit): Answer {
    const { waiting } = this;
    this.waiting = undefined;
    if (command.ins === INS.getResponse) return this.rest(waiting, command);
    const answer = this.answer(command);
    const { data, sw } = answer;
    const { le } = command;
    if (data.length === 0 || sw !== 0x9000) return answer;
    if (le === undefined || (unit === 'tpdu' && command.data.length > 0)) {
      this.waiting = data;
      return { data: new Uint8Array(), sw: this.announced(data.length) };
    }
    if (le === SHORT && unit === 'apdu') return this.first(data, SHORT);
    if (le > data.length) return { data: new Uint8Array(), sw: 0x6c00 | (data.length & 0xff) };
    return { data: data.subarray(0, le), sw };
  }

  private announced(length: number): number {
    const first = this.personality.cardClass === 'gsm' ? 0x9f00 : 0x6100;
    return first | (length > SHORT ? 0 : length & 0xff);
  }

  private rest(waiting: Uint8Array | undefined, { le }: CommandApdu): Answer {
    if (waiting === undefined) return this.word('conditions');
    const wanted = le ?? SHORT;
    if (wanted > waiting.length) {
      this.waiting = waiting;
      return { data: new Uint8Array(), sw: 0x6c00 | (waiting.length & 0xff) };
    }
    return this.first(waiting, wanted);
  }

  private first(data: Uint8Array, wanted: number): Answer {
    const rest = data.subarray(wanted);
    if (rest.length === 0) return done(data);
    this.waiting = rest;
    return { data: data.subarray(0, wanted), sw: this.announced(rest.length) };
  }

  private answer(command: CommandApdu): Answer {
    const problem = this.classProblem(command.cla);
    if (problem !== undefined) return this.word(problem);
    if ((command.cla & CHAINING) !== 0 && this.personality.cardClass === 'uicc') {
      this.chained = [...this.chained, command.data];
      return done();
    }
    const data = this.chained.length === 0 ? command.data : Buffer.concat([...this.chained, command.data]);
    this.chained = [];
    return this.unwrapped({ ...command, data });
  }

  /** A secure channel says first what the command is. */
  private unwrapped(command: CommandApdu): Answer {
    if (this.domain === undefined) return this.execute(command);
    const taken = this.domain.taken(command);
    if (typeof taken === 'string') return this.word(taken);
    return 'sw' in taken ? taken : this.execute(taken);
  }

  private classProblem(cla: number): Word | undefined {
    if (this.personality.cardClass === 'gsm') return cla === 0xa0 ? undefined : 'unknownClass';
    if ((cla & 0x60) !== 0) return 'unknownClass';
    const secure = this.domain === undefined ? 0 : SECURE;
    return (cla & 0x0f & ~secure) === 0 ? undefined : 'noChannel';
  }

  private execute(command: CommandApdu): Answer {
    switch (command.ins) {
      case INS.select:
        return this.select(command);
      case INS.status:
        return done(this.description(this.directory));
      case INS.readBinary:
        return this.readBinary(command);
      case INS.updateBinary:
        return this.updateBinary(command);
      case INS.readRecord:
        return this.readRecord(command);
      case INS.updateRecord:
        return this.updateRecord(command);
      case INS.activateFile:
      case INS.deactivateFile:
        return this.setLife(command);
      case INS.authenticate:
        return this.authenticate(command);
      case INS.terminalProfile:
        return done();
      default:
        return this.ofCodes(command);
    }
  }

  private ofCodes({ ins, p2, data }: CommandApdu): Answer {
    const halves = [data.subarray(0, CODE_LENGTH), data.subarray(CODE_LENGTH)] as const;
    const asked = ins === INS.verify && data.length === 0 && this.personality.tellsTries === true;
    if (asked) return wrongCode(this.codes.left(p2), this.personality.cardClass);
    const single = ins === INS.verify || ins === INS.enablePin || ins === INS.disablePin;
    if (single && data.length !== CODE_LENGTH) return this.word('wrongLength');
    if (ins === INS.verify) return this.checked(this.codes.verify(p2, data));
    if (ins === INS.enablePin || ins === INS.disablePin) {
      return this.checked(this.codes.enable(p2, data, ins === INS.enablePin));
    }
    if (ins !== INS.changePin) return this.word('unknownInstruction');
    if (data.length !== 2 * CODE_LENGTH) return this.word('wrongLength');
    return this.checked(this.codes.change(p2, ...halves));
  }

  private checked(checked: Checked): Answer {
    if (checked === 'unknown') return this.word('noSuchCode');
    if (checked === 'blocked') return this.word('blocked');
    return checked.right ? done() : wrongCode(checked.left, this.personality.cardClass);
  }

  private found({ p1, data }: CommandApdu): File | undefined {
    const hex = Buffer.from(data).toString('hex');
    const { mf } = this.personality;
    if (p1 === 0x04) return byAid(mf, hex);
    const place = { mf, parents: this.parents, directory: this.directory, application: this.application };
    const fids = hex.match(/.{4}/g) ?? [];
    if (p1 === 0x00) return hex === '' ? mf : byFid(place, hex);
    return byPath(place, p1 === 0x08 ? 'mf' : 'current', fids);
  }

  private select(command: CommandApdu): Answer {
    if (![0x00, 0x04, 0x08, 0x09].includes(command.p1)) return this.word('wrongP1P2');
    const file = this.found(command);
    if (file === undefined) return this.word('fileNotFound');
    // By name: even of the same application, since it is deselected before.
    if (command.p1 === 0x04) this.domain?.end();
    if (file.kind === 'ef') this.file = file;
    else {
      this.directory = file;
      this.file = undefined;
      if (file.aid !== undefined) this.application = file;
    }
    this.record = 0;
    return (command.p2 & 0x0c) === 0x0c ? done() : done(this.description(file));
  }

  private description(file: File): Uint8Array {
    const { personality, codes } = this;
    return personality.cardClass === 'uicc' ? fcpOf(file, codes) : headerOf(file, codes);
  }

  /** The selected file, or the one that a short identifier in P1 or P2 names: that selects it. */
  private working(sfi: number | undefined, structure: ElementaryFile['structure']): ElementaryFile | Word {
    if (sfi !== undefined && sfi !== 0) {
      const file = bySfi(this.directory, sfi);
      if (file === undefined) return 'fileNotFound';
      this.file = file;
    }
    if (this.file === undefined) return 'noFileSelected';
    if (this.file.structure !== structure) return 'wrongStructure';
    return this.file.deactivated ? 'deactivated' : this.file;
  }

  private mayDo(file: ElementaryFile, what: 'read' | 'update'): boolean {
    return this.personality.mf.making || this.codes.opens(file.access[what]);
  }

  /** Why an update of the file is refused; undefined when it is not. */
  private updateProblem(file: ElementaryFile): Word | undefined {
    if (!this.mayDo(file, 'update')) return 'notAllowed';
    return this.domain?.allows(this.places.get(file) ?? '') === false ? 'securityStatus' : undefined;
  }

  private binary({ p1, p2 }: CommandApdu): { readonly file: ElementaryFile; readonly offset: number } | Word {
    const short = this.personality.cardClass === 'uicc' && (p1 & 0x80) !== 0;
    const file = this.working(short ? p1 & 0x1f : undefined, 'transparent');
    return typeof file === 'string' ? file : { file, offset: short ? p2 : (p1 << 8) | p2 };
  }

  private readBinary(command: CommandApdu): Answer {
    const at = this.binary(command);
    if (typeof at === 'string') return this.word(at);
    if (!this.mayDo(at.file, 'read')) return this.word('notAllowed');
    const [content = Buffer.alloc(0)] = at.file.records;
    return at.offset >= content.length
      ? this.word('outOfRange')
      : done(this.asRead(at.file, content.subarray(at.offset)));
  }

  private asRead({ fid }: ElementaryFile, content: Buffer): Uint8Array {
    if (this.defects.corruptRead !== fid) return content;
    const spoilt = Buffer.from(content);
    spoilt[0] = (spoilt[0] ?? 0) ^ 0x01;
    return spoilt;
  }

  private updateBinary(command: CommandApdu): Answer {
    const at = this.binary(command);
    if (typeof at === 'string') return this.word(at);
    const [content = Buffer.alloc(0)] = at.file.records;
    if (command.data.length === 0) return this.word('wrongLength');
    const problem = this.updateProblem(at.file);
    if (problem !== undefined) return this.word(problem);
    if (at.offset + command.data.length > content.length) return this.word('outOfRange');
    content.set(command.data, at.offset);
    return done();
  }

  /** Absolute, next or previous (TS 102 221 §11.1.5); which record, from 1. */
  private recordAt({ p1, p2 }: CommandApdu): { readonly file: ElementaryFile; readonly no: number } | Word {
    const file = this.working(this.personality.cardClass === 'uicc' ? p2 >> 3 : undefined, 'linear-fixed');
    if (typeof file === 'string') return file;
    const mode = p2 & 0x07;
    if (mode < 2 || mode > 4) return 'wrongP1P2';
    const no = mode === 4 ? p1 || this.record : mode === 2 ? this.record + 1 : this.record - 1 || file.records.length;
    if (no < 1 || no > file.records.length) return 'recordNotFound';
    if (mode !== 4) this.record = no;
    return { file, no };
  }

  private readRecord(command: CommandApdu): Answer {
    const at = this.recordAt(command);
    if (typeof at === 'string') return this.word(at);
    if (!this.mayDo(at.file, 'read')) return this.word('notAllowed');
    return done(this.asRead(at.file, at.file.records[at.no - 1] ?? Buffer.alloc(0)));
  }

  private updateRecord(command: CommandApdu): Answer {
    const at = this.recordAt(command);
    if (typeof at === 'string') return this.word(at);
    const problem = this.updateProblem(at.file);
    if (problem !== undefined) return this.word(problem);
    if (command.data.length !== at.file.records[at.no - 1]?.length) return this.word('wrongLength');
    at.file.records[at.no - 1] = Buffer.from(command.data);
    return done();
  }

  /** ACTIVATE FILE on the MF seals the card: from then on the access conditions hold. */
  private setLife(command: CommandApdu): Answer {
    const file = command.data.length === 0 ? (this.file ?? this.directory) : this.found({ ...command, p1: 0 });
    if (file === undefined) return this.word('fileNotFound');
    const activate = command.ins === INS.activateFile;
    const administrated = this.personality.mf.making || this.codes.opens([this.personality.adm]);
    if (!administrated) return this.word('notAllowed');
    if (file.kind === 'ef') file.deactivated = !activate;
    else if (activate) file.making = false;
    else return this.word('notAllowed');
    return done();
  }

  private authenticate({ p2, data }: CommandApdu): Answer {
    const { cardClass } = this.personality;
    if (!this.codes.opens([PIN1])) return this.word('notAllowed');
    if (cardClass === 'gsm') {
      return data.length === 16 ? done(this.authentication.gsm(data)) : this.word('wrongLength');
    }
    if (this.application === undefined) return this.word('conditions');
    if (p2 === 0x80)
      return data.length === 17 && data[0] === 16
        ? done(this.authentication.gsmContext(data))
        : this.word('wrongLength');
    if (p2 !== 0x81) return this.word('wrongP1P2');
    if (data.length !== 34 || data[0] !== 16 || data[17] !== 16) return this.word('wrongLength');
    const answer = this.authentication.umts(data.subarray(1, 17), data.subarray(18));
    return answer === 'wrong MAC' ? this.word('wrongMac') : done(answer);
  }
}
