import { type Access, type Directory, type ElementaryFile, MF, type Opens } from './files.ts';
import type { Protection } from './security-domain.ts';

/**
 * Which card it is: its answer to reset, its files, its codes. `usim` is a blank card as a real software SIM is one, with
 * its keys in a file of its own and sealed by ACTIVATE FILE; `gsm` is a SIM of the class byte A0.
 */
export interface Personality {
  readonly cardClass: 'uicc' | 'gsm';
  readonly atr: Uint8Array;
  readonly mf: Directory;
  /** Where K, OPc (or OP, if the last byte is 1) lie, by identifier below the MF. */
  readonly keyFile: ElementaryFile;
  readonly codes: readonly Code[];
  /** The reference of the code that administrates. */
  readonly adm: number;
  /** Answers VERIFY without data with the tries that are left (TS 102 221 §11.1.9); else the length is wrong. */
  readonly tellsTries?: boolean;
  /** Files that are updated inside a secure channel only. */
  readonly protection?: Protection;
}

export interface Code {
  readonly reference: number;
  readonly value: Buffer;
  /** PIN1 and PIN2 may be switched off: then they are as good as verified. */
  readonly enabled: boolean;
  readonly tries: number;
}

export const PIN1 = 0x01;
export const PIN2 = 0x81;
export const ADM1 = 0x0a;
const GSM_ADM = 0x04;
const ANY: Opens = 'always';

const padded = (digits: string): Buffer => Buffer.concat([Buffer.from(digits, 'latin1'), Buffer.alloc(8, 0xff)], 8);

/** The rules of EF.ARR by file and record (TS 102 221 §9.2.7), for the code that administrates. */
const rules = (adm: number): Readonly<Record<string, Access>> => ({
  '2f0601': { read: ANY, update: [adm] },
  '2f0603': { read: ANY, update: 'never' },
  '2f0606': { read: 'never', update: [adm] },
  '6f0601': { read: ANY, update: [adm] },
  '6f0602': { read: [PIN1], update: [PIN1, adm] },
  '6f0605': { read: [PIN1], update: [adm] },
});

type Row = readonly [fid: string, rule: string, content: string | readonly string[], sfi?: number];

const files = (adm: number, rows: readonly Row[]): readonly ElementaryFile[] =>
  rows.map(([fid, rule, content, sfi]) => ({
    kind: 'ef',
    fid,
    structure: typeof content === 'string' ? 'transparent' : 'linear-fixed',
    records: (typeof content === 'string' ? [content] : content).map((hex) => Buffer.from(hex, 'hex')),
    sfi: sfi ?? null,
    rule,
    access: rules(adm)[rule] ?? { read: 'never', update: 'never' },
    deactivated: false,
  }));

const directory = (fid: string, children: Directory['children'], aid?: string): Directory => ({
  kind: 'df',
  fid,
  ...(aid === undefined ? {} : { aid }),
  children,
  // Only the MF says of the whole card that it is being made.
  making: fid === MF,
});

const blank = (bytes: number): string => 'ff'.repeat(bytes);
const records = (count: number, bytes: number): readonly string[] => Array.from({ length: count }, () => blank(bytes));
/** TMSI none, LAI 001-01, "not updated". */
const LOCI = `${blank(4)}00f110fffeff01`;

const TELECOM: readonly Row[] = [
  ['6f3a', '6f0602', records(10, 28)],
  ['6f3c', '6f0602', records(5, 176).map((record) => `00${record.slice(2)}`)],
  ['6f40', '6f0602', records(2, 28)],
  ['6f42', '6f0602', records(2, 52)],
];

const GSM: readonly Row[] = [
  ['6f05', '6f0602', '01ff'],
  ['6f07', '6f0605', blank(9), 7],
  ['6f20', '6f0602', `${blank(8)}07`],
  ['6f30', '6f0602', blank(24)],
  ['6f31', '6f0605', '05'],
  ['6f38', '6f0605', 'ff3fffff3f003f0f300cf0c30000'],
  ['6f46', '6f0601', `00${blank(16)}`],
  ['6f78', '6f0605', '0001'],
  ['6f7b', '6f0602', blank(12)],
  ['6f7e', '6f0602', LOCI],
  ['6fad', '6f0601', '00000002'],
  ['6fae', '6f0601', '03'],
];

const USIM: readonly Row[] = [
  ['6f05', '6f0602', 'ffff', 2],
  ['6f07', '6f0605', blank(9), 7],
  ['6f08', '6f0602', `07${blank(32)}`, 8],
  ['6f38', '6f0605', '9eff9f1fff', 4],
  ['6f40', '6f0602', records(2, 28)],
  ['6f42', '6f0602', records(2, 52)],
  ['6f46', '6f0601', `00${blank(16)}`],
  ['6f56', '6f0602', '00', 5],
  ['6f60', '6f0602', 'ffffff0000'.repeat(8), 10],
  ['6f73', '6f0602', `${blank(3)}${blank(4)}00f110fffeff01`, 12],
  ['6f78', '6f0605', '0001', 6],
  ['6f7b', '6f0602', blank(12), 13],
  ['6f7e', '6f0602', LOCI, 11],
  ['6fad', '6f0601', '00000002', 3],
];

const USIM_AID = 'a0000000871002ffffffff8907090000';
export const USIM_FID = '7ff0';
const KEY_FILE: Row = ['a001', '2f0606', '00'.repeat(33)];
const TRIES = 3;

const keyFileOf = (mf: Directory): ElementaryFile => {
  const found = mf.children.find((one) => one.fid === KEY_FILE[0]);
  if (found?.kind !== 'ef') throw new Error('a card without a key file');
  return found;
};

const codesOf = (adm: number, pin1Enabled: boolean): readonly Code[] => [
  { reference: PIN1, value: padded('1234'), enabled: pin1Enabled, tries: TRIES },
  { reference: PIN2, value: padded('5678'), enabled: false, tries: TRIES },
  { reference: adm, value: padded('1234'), enabled: true, tries: TRIES },
];

/** Blank: no ICCID, no IMSI, no keys, and every file may be written until the MF is activated. */
export const usim = (): Personality => {
  const mf = directory(MF, [
    ...files(ADM1, [
      ['2f00', '2f0601', [`61124f10${USIM_AID}${blank(10)}`], 30],
      ['2f05', '2f0601', blank(4), 5],
      ['2fe2', '2f0603', blank(10), 2],
      KEY_FILE,
    ]),
    directory('7f10', files(ADM1, TELECOM)),
    directory('7f20', files(ADM1, GSM)),
    directory(USIM_FID, files(ADM1, USIM), USIM_AID),
  ]);
  const atr = Buffer.from('3b9f96801fc78031a073be21136743200718000001a5', 'hex');
  return { cardClass: 'uicc', atr, mf, keyFile: keyFileOf(mf), codes: codesOf(ADM1, false), adm: ADM1 };
};

/** Made and in force from the start: everything that is not the subscriber's own needs its ADM code, reference 04. */
export const gsm = (): Personality => {
  const mf = directory(MF, [
    ...files(GSM_ADM, [['2fe2', '2f0601', '98684000000000000000'], KEY_FILE]),
    directory('7f10', files(GSM_ADM, TELECOM)),
    directory('7f20', files(GSM_ADM, GSM)),
  ]);
  mf.making = false;
  const atr = Buffer.from('3b1694710101020100', 'hex');
  return { cardClass: 'gsm', atr, mf, keyFile: keyFileOf(mf), codes: codesOf(GSM_ADM, false), adm: GSM_ADM };
};

/** What a vendor has put onto a card that leaves its house: hex, and the ADM code as characters. */
export interface Made {
  /** As EF.ICCID holds it, ten bytes. */
  readonly iccid: Uint8Array;
  readonly adm: string;
  readonly k?: Uint8Array;
  readonly opc?: Uint8Array;
  /** As another product is: its ATR, and what it protects. */
  readonly product?: { readonly atr: Uint8Array; readonly protection: Protection };
}

/** A blank card as a vendor delivers it: with its ICCID, perhaps its keys, and its ADM code, in force from the start. */
export const made = ({ iccid, adm, k, opc, product }: Made): Personality => {
  const blankCard = usim();
  const { mf, keyFile, codes } = blankCard;
  const file = mf.children.find((one) => one.fid === '2fe2');
  if (file?.kind === 'ef') file.records[0] = Buffer.from(iccid);
  keyFile.records[0] = Buffer.concat([k ?? Buffer.alloc(16), opc ?? Buffer.alloc(16), Buffer.alloc(1)]);
  mf.making = false;
  return {
    ...blankCard,
    ...product,
    tellsTries: true,
    codes: codes.map((code) => (code.reference === ADM1 ? { ...code, value: padded(adm) } : code)),
  };
};
