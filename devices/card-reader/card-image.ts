import { Effect } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { type CommandApdu, encodeCommand, type ResponseApdu } from '../../domain/sim/uicc/apdu.ts';
import { USIM } from '../../domain/sim/uicc/authentication-talk.ts';
import { INS, readBinary, readRecord, selectAid, selectFile, selectPath } from '../../domain/sim/uicc/commands.ts';
import { parseFcp } from '../../domain/sim/uicc/fcp.ts';
import { DIRECTORIES, type Directory, FILES, type FileName } from '../../domain/sim/uicc/file-table.ts';
import { parseGsmHeader } from '../../domain/sim/uicc/gsm-header.ts';
import { type CardClass, statusOf } from '../../domain/sim/uicc/status-word.ts';
import type { CardReader, ReaderFault } from './port.ts';

/** Everything on a card that has a name: reads it directory by directory, file by file, whatever the class of the card. */

export interface FileImage {
  readonly name: FileName;
  readonly fid: string;
  readonly structure: 'transparent' | 'linear-fixed' | 'cyclic' | 'ber-tlv';
  /** The content, or the records in order; left out when the card does not give it out, or nobody may have it. */
  readonly content?: readonly Buffer[];
  /** Why there is no content: the name of the card's status, `Key`, `UnknownStructure` or `TooLong`. */
  readonly withheld?: string;
}

export interface CardImage {
  readonly atr: Uint8Array;
  readonly cardClass: CardClass;
  readonly directories: ReadonlyArray<{ readonly name: Directory; readonly files: readonly FileImage[] }>;
}

const OK = 0x9000;
const UNKNOWN_CLASS = 0x6e00;
const MF = '3f00';
const LONGEST_READ = 255;

const isDone = (sw: number): boolean => sw === OK || sw >> 8 === 0x91;

type Shape =
  | { readonly structure: 'transparent'; readonly size: number }
  | { readonly structure: 'linear-fixed' | 'cyclic'; readonly recordLength: number; readonly records: number };

const uiccShape = (bytes: Uint8Array): Shape | undefined => {
  const fcp = parseFcp(bytes);
  if (isRefusal(fcp)) return undefined;
  const { structure, fileSize: size, recordLength } = fcp;
  if (structure === 'transparent' && size !== undefined) return { structure, size };
  const records = fcp.records ?? (size && recordLength ? Math.floor(size / recordLength) : undefined);
  const counted = recordLength !== undefined && records !== undefined;
  return counted && (structure === 'linear-fixed' || structure === 'cyclic')
    ? { structure, recordLength, records }
    : undefined;
};

const gsmShape = (bytes: Uint8Array): Shape | undefined => {
  const header = parseGsmHeader(bytes);
  if (isRefusal(header) || header.kind !== 'ef') return undefined;
  const { structure, fileSize: size, recordLength } = header;
  if (structure === 'transparent') return { structure, size };
  if (!recordLength || structure === 'ber-tlv') return undefined;
  return { structure, recordLength, records: Math.floor(size / recordLength) };
};

/** What offsets, record numbers and lengths of READ BINARY and READ RECORD reach (TS 102 221 §11.1.3, §11.1.5). */
const isWithinReach = (shape: Shape): boolean =>
  shape.structure === 'transparent'
    ? shape.size <= 0x8000
    : shape.records <= 254 && shape.recordLength >= 1 && shape.recordLength <= 255;

class Reading {
  private readonly reader: CardReader;
  private readonly cardClass: CardClass;

  constructor(reader: CardReader, cardClass: CardClass) {
    this.reader = reader;
    this.cardClass = cardClass;
  }

  private ask(command: CommandApdu): Effect.Effect<ResponseApdu, ReaderFault> {
    return this.reader.transmit(encodeCommand(command));
  }

  /** False when the card has no such directory. */
  private enter(name: Directory): Effect.Effect<boolean, ReaderFault> {
    const { cardClass } = this;
    if (name === 'ADF.USIM') {
      return cardClass === 'gsm' ? Effect.succeed(false) : this.found(selectAid(USIM));
    }
    const [, ...below] = DIRECTORIES[name];
    if (below.length === 0) return this.found(selectFile(cardClass, MF));
    if (cardClass === 'uicc') return this.found(selectPath('mf', below));
    const steps = [MF, ...below].map((fid) => this.found(selectFile('gsm', fid)));
    return Effect.map(Effect.all(steps), (all) => all.every(Boolean));
  }

  private found(command: CommandApdu): Effect.Effect<boolean, ReaderFault> {
    return Effect.map(this.ask(command), ({ sw }) => isDone(sw));
  }

  private pieces(shape: Shape): readonly CommandApdu[] {
    if (shape.structure !== 'transparent') {
      return Array.from({ length: shape.records }, (_, no) => readRecord(this.cardClass, no + 1, shape.recordLength));
    }
    return Array.from({ length: Math.ceil(shape.size / LONGEST_READ) }, (_, no) =>
      readBinary(this.cardClass, no * LONGEST_READ, Math.min(LONGEST_READ, shape.size - no * LONGEST_READ)),
    );
  }

  private file(name: FileName): Effect.Effect<FileImage | undefined, ReaderFault> {
    const { fid, secrecy, structure: usual } = FILES[name];
    const reading = this;
    return Effect.gen(function* () {
      const selected = yield* reading.ask(selectFile(reading.cardClass, fid));
      if (!isDone(selected.sw)) return undefined;
      if (secrecy === 'key') return { name, fid, structure: usual, withheld: 'Key' };
      const shape = reading.cardClass === 'gsm' ? gsmShape(selected.data) : uiccShape(selected.data);
      if (shape === undefined) return { name, fid, structure: usual, withheld: 'UnknownStructure' };
      if (!isWithinReach(shape)) return { name, fid, structure: shape.structure, withheld: 'TooLong' };
      const parts: Buffer[] = [];
      for (const piece of reading.pieces(shape)) {
        const { data, sw } = yield* reading.ask(piece);
        if (!isDone(sw)) {
          const withheld = statusOf(sw, reading.cardClass, piece.ins).name;
          return { name, fid, structure: shape.structure, withheld };
        }
        parts.push(data);
      }
      const content = shape.structure === 'transparent' ? [Buffer.concat(parts)] : parts;
      return { name, fid, structure: shape.structure, content };
    });
  }

  directory(name: Directory): Effect.Effect<CardImage['directories'][number] | undefined, ReaderFault> {
    const reading = this;
    return Effect.gen(function* () {
      if (!(yield* reading.enter(name))) return undefined;
      const files: FileImage[] = [];
      for (const file of (Object.keys(FILES) as FileName[]).filter((one) => FILES[one].in.includes(name))) {
        const image = yield* reading.file(file);
        if (image !== undefined) files.push(image);
      }
      return { name, files };
    });
  }
}

/** A card that does not know the class byte 00 is a SIM. */
export const cardClassOf = (reader: CardReader): Effect.Effect<CardClass, ReaderFault> =>
  Effect.map(reader.transmit(encodeCommand(selectFile('uicc', MF))), ({ sw }) =>
    sw === UNKNOWN_CLASS || statusOf(sw, 'uicc', INS.select).name === 'UnknownInstruction' ? 'gsm' : 'uicc',
  );

/** Powers the card on and reads it. Keys are not asked for. */
export const readCard = (reader: CardReader): Effect.Effect<CardImage, ReaderFault> =>
  Effect.gen(function* () {
    const atr = yield* reader.powerOn;
    const cardClass = yield* cardClassOf(reader);
    const reading = new Reading(reader, cardClass);
    const directories: Array<CardImage['directories'][number]> = [];
    for (const name of Object.keys(DIRECTORIES) as Directory[]) {
      const directory = yield* reading.directory(name);
      if (directory !== undefined) directories.push(directory);
    }
    return { atr, cardClass, directories };
  });
