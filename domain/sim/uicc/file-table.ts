import type { FileStructure } from './fcp.ts';

/**
 * The elementary files that this system knows, by TS 51.011 §10, TS 31.102 §4.2 and TS 102 221 §13: where each lies,
 * how it is built, how long it is, and who may see it. What its bytes mean is in `file-codecs.ts`, by the same name.
 */

/** A directory: its path of file identifiers from the MF. `ADF.USIM` is selected by AID, then answers to `7fff`. */
export const DIRECTORIES = {
  MF: ['3f00'],
  'DF.TELECOM': ['3f00', '7f10'],
  'DF.GSM': ['3f00', '7f20'],
  'ADF.USIM': ['7fff'],
} as const;

export type Directory = keyof typeof DIRECTORIES;

/**
 * `key`: never printed, logged or handed out. `person`: a number or a place of a person, masked for those who may not
 * see it. `open`: the same on thousands of cards.
 */
export type Secrecy = 'key' | 'person' | 'open';

export interface FileEntry {
  readonly fid: string;
  readonly in: readonly Directory[];
  readonly structure: Exclude<FileStructure, 'ber-tlv'>;
  /** Bytes of the file, or of a record; `step`: entries of this size. No `max`: the card decides. */
  readonly size: { readonly min: number; readonly max?: number; readonly step?: number };
  readonly sfi?: number;
  readonly secrecy: Secrecy;
  readonly clause: string;
}

const exactly = (bytes: number): FileEntry['size'] => ({ min: bytes, max: bytes });
const GSM = ['DF.GSM'] as const;
const USIM = ['ADF.USIM'] as const;
const BOTH = ['DF.GSM', 'ADF.USIM'] as const;
const TELECOM = ['DF.TELECOM', 'ADF.USIM'] as const;
const T = 'transparent';
const L = 'linear-fixed';
const ACT_LIST = { min: 5, step: 5 };

type Row = readonly [
  fid: string,
  where: FileEntry['in'],
  structure: FileEntry['structure'],
  size: FileEntry['size'],
  secrecy: Secrecy,
  clause: string,
  sfi?: number,
];

const ROWS = {
  'EF.ICCID': ['2fe2', ['MF'], T, exactly(10), 'person', 'TS 102 221 §13.2', 0x02],
  'EF.DIR': ['2f00', ['MF'], L, { min: 5, max: 127 }, 'open', 'TS 102 221 §13.1', 0x1e],
  'EF.PL': ['2f05', ['MF'], T, { min: 2, step: 2 }, 'open', 'TS 102 221 §13.3', 0x05],
  'EF.ARR': ['2f06', ['MF'], L, { min: 1 }, 'open', 'TS 102 221 §13.4', 0x06],
  'EF.IMSI': ['6f07', BOTH, T, exactly(9), 'person', 'TS 31.102 §4.2.2', 0x07],
  'EF.LP': ['6f05', GSM, T, { min: 1 }, 'open', 'TS 51.011 §10.3.1'],
  'EF.LI': ['6f05', USIM, T, { min: 2, step: 2 }, 'open', 'TS 31.102 §4.2.1', 0x02],
  'EF.Kc': ['6f20', GSM, T, exactly(9), 'key', 'TS 51.011 §10.3.3'],
  'EF.Keys': ['6f08', USIM, T, exactly(33), 'key', 'TS 31.102 §4.2.3', 0x08],
  'EF.KeysPS': ['6f09', USIM, T, exactly(33), 'key', 'TS 31.102 §4.2.4', 0x09],
  'EF.PLMNsel': ['6f30', GSM, T, { min: 3, step: 3 }, 'open', 'TS 51.011 §10.3.4'],
  'EF.HPPLMN': ['6f31', BOTH, T, exactly(1), 'open', 'TS 31.102 §4.2.6', 0x12],
  'EF.SST': ['6f38', GSM, T, { min: 2 }, 'open', 'TS 51.011 §10.3.7'],
  'EF.UST': ['6f38', USIM, T, { min: 1 }, 'open', 'TS 31.102 §4.2.8', 0x04],
  'EF.EST': ['6f56', USIM, T, { min: 1 }, 'open', 'TS 31.102 §4.2.47', 0x05],
  'EF.GID1': ['6f3e', BOTH, T, { min: 1 }, 'open', 'TS 31.102 §4.2.10'],
  'EF.GID2': ['6f3f', BOTH, T, { min: 1 }, 'open', 'TS 31.102 §4.2.11'],
  'EF.SPN': ['6f46', BOTH, T, exactly(17), 'open', 'TS 31.102 §4.2.12'],
  'EF.PLMNwAcT': ['6f60', BOTH, T, ACT_LIST, 'open', 'TS 31.102 §4.2.5', 0x0a],
  'EF.OPLMNwAcT': ['6f61', BOTH, T, ACT_LIST, 'open', 'TS 31.102 §4.2.53', 0x11],
  'EF.HPLMNwAcT': ['6f62', BOTH, T, ACT_LIST, 'open', 'TS 31.102 §4.2.54', 0x13],
  'EF.FPLMN': ['6f7b', BOTH, T, { min: 12, step: 3 }, 'open', 'TS 31.102 §4.2.16', 0x0d],
  'EF.ACC': ['6f78', BOTH, T, exactly(2), 'open', 'TS 31.102 §4.2.15', 0x06],
  'EF.AD': ['6fad', BOTH, T, { min: 3 }, 'open', 'TS 31.102 §4.2.18', 0x03],
  'EF.Phase': ['6fae', GSM, T, exactly(1), 'open', 'TS 51.011 §10.3.19'],
  'EF.LOCI': ['6f7e', BOTH, T, exactly(11), 'person', 'TS 31.102 §4.2.17', 0x0b],
  'EF.LOCIGPRS': ['6f53', GSM, T, exactly(14), 'person', 'TS 51.011 §10.3.33'],
  'EF.PSLOCI': ['6f73', USIM, T, exactly(14), 'person', 'TS 31.102 §4.2.23', 0x0c],
  'EF.EPSLOCI': ['6fe3', USIM, T, exactly(18), 'person', 'TS 31.102 §4.2.91', 0x1e],
  'EF.ADN': ['6f3a', ['DF.TELECOM'], L, { min: 14 }, 'person', 'TS 51.011 §10.5.1'],
  'EF.MSISDN': ['6f40', TELECOM, L, { min: 14 }, 'person', 'TS 31.102 §4.2.26'],
  'EF.SMS': ['6f3c', TELECOM, L, exactly(176), 'person', 'TS 31.102 §4.2.25'],
  'EF.SMSP': ['6f42', TELECOM, L, { min: 28 }, 'open', 'TS 31.102 §4.2.27'],
  'EF.SMSS': ['6f43', TELECOM, T, { min: 2 }, 'open', 'TS 31.102 §4.2.28'],
} as const satisfies Readonly<Record<string, Row>>;

export type FileName = keyof typeof ROWS;

const entryOf = ([fid, where, structure, size, secrecy, clause, sfi]: Row): FileEntry => ({
  fid,
  in: where,
  structure,
  size,
  secrecy,
  clause,
  ...(sfi === undefined ? {} : { sfi }),
});

export const FILES = Object.fromEntries(Object.entries(ROWS).map(([name, row]) => [name, entryOf(row)])) as Readonly<
  Record<FileName, FileEntry>
>;

export const isFileName = (text: string): text is FileName => Object.hasOwn(ROWS, text);

/** The file with this identifier in this directory. */
export const fileAt = (directory: Directory, fid: string): FileName | undefined =>
  (Object.keys(ROWS) as FileName[]).find((name) => FILES[name].fid === fid && FILES[name].in.includes(directory));

/** True when a file, or a record of it, may have so many bytes. */
export const sizeFits = ({ size: { min, max, step } }: FileEntry, bytes: number): boolean =>
  bytes >= min && bytes <= (max ?? 0xffff) && (step === undefined || bytes % step === 0);
