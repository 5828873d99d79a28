import { encodeFcp, type Fcp } from '../../../../domain/sim/uicc/fcp.ts';
import { encodeGsmHeader, type GsmAccess } from '../../../../domain/sim/uicc/gsm-header.ts';
import type { Codes } from './codes.ts';
import { type Directory, type ElementaryFile, type File, MF, type Opens } from './files.ts';
import { ADM1, PIN1, PIN2 } from './personality.ts';

/** What SELECT and STATUS say of a file: a UICC its control parameters, a GSM SIM its header. */

const DIRECTORY_RULE = '2f060f';

const fcpOfDirectory = (directory: Directory, codes: Codes): Fcp => ({
  kind: 'directory',
  shareable: true,
  fid: directory.fid,
  ...(directory.aid === undefined ? {} : { dfName: directory.aid }),
  lifeCycle: directory.making ? 'initialisation' : 'activated',
  security: { form: 'referenced', bytes: DIRECTORY_RULE },
  pins: [PIN1, PIN2, ADM1].map((reference) => ({ reference, enabled: codes.isEnabled(reference) })),
  proprietary: directory.fid === MF ? { '80': 'f1', '87': '00', '88': '00' } : {},
  other: {},
});

const sizeOf = ({ records }: ElementaryFile): number => records.reduce((sum, { length }) => sum + length, 0);

const fcpOfFile = (file: ElementaryFile): Fcp => ({
  kind: 'working',
  shareable: true,
  structure: file.structure,
  ...(file.structure === 'transparent'
    ? {}
    : { recordLength: file.records[0]?.length ?? 0, records: file.records.length }),
  fid: file.fid,
  lifeCycle: file.deactivated ? 'deactivated' : 'activated',
  security: { form: 'referenced', bytes: file.rule },
  proprietary: {},
  other: {},
  fileSize: sizeOf(file),
  sfi: file.sfi,
});

export const fcpOf = (file: File, codes: Codes): Uint8Array =>
  encodeFcp(file.kind === 'df' ? fcpOfDirectory(file, codes) : fcpOfFile(file));

/** The strongest that a nibble can say; codes beyond CHV1 and CHV2 are administrative. */
const gsmAccess = (opens: Opens): GsmAccess => {
  if (opens === 'always' || opens === 'never') return opens;
  const [first = 4] = opens;
  if (first === PIN1) return 'chv1';
  return first === PIN2 ? 'chv2' : `adm${first & 0x0f}`;
};

export const headerOf = (file: File, codes: Codes): Uint8Array => {
  if (file.kind === 'ef') {
    const { read, update } = file.access;
    return encodeGsmHeader({
      kind: 'ef',
      fid: file.fid,
      fileSize: sizeOf(file),
      structure: file.structure,
      ...(file.structure === 'transparent' ? {} : { recordLength: file.records[0]?.length ?? 0 }),
      increaseAllowed: false,
      access: {
        read: gsmAccess(read),
        update: gsmAccess(update),
        increase: 'never',
        rehabilitate: 'adm4',
        invalidate: 'adm4',
      },
      valid: !file.deactivated,
      usableWhenInvalid: false,
    });
  }
  return encodeGsmHeader({
    kind: file.fid === MF ? 'mf' : 'df',
    fid: file.fid,
    freeBytes: 0,
    directories: file.children.filter(({ kind }) => kind === 'df').length,
    files: file.children.filter(({ kind }) => kind === 'ef').length,
    codes: 2,
    chv1Enabled: codes.isEnabled(PIN1),
    chv1Tries: codes.left(PIN1),
    chv2Tries: codes.left(PIN2),
  });
};
