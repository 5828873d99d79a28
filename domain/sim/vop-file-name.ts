import { type Refusal, refuse } from '../kernel/refusal.ts';
import type { FileKind, VopErrorCode, VopHeader } from './vop-file.ts';
import { KIND_CODES } from './vop-file-layout.ts';

/**
 * The names of the files: `CARD_A20261123-0001_R01_P000_S01_VOP.txt` is kind, application, round, part, sequence,
 * sender. A name is for people and for sorting out what to open; the header decides, and a file whose name says another
 * thing than its header is not accepted.
 */

export type VopFileName = Pick<VopHeader, 'kind' | 'application' | 'round' | 'part' | 'sequence' | 'sender'>;

const NAME =
  /^([A-Z]{3,6})_([A-Z0-9][A-Z0-9-]{2,39})_R(\d{2,4})_P(\d{3,4})_S(\d{2})_([A-Za-z0-9][A-Za-z0-9._-]{0,31})\.txt$/;
const KINDS = new Map(Object.entries(KIND_CODES).map(([kind, code]) => [code, kind as FileKind]));

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

export const vopFileName = (header: VopFileName): string =>
  `${KIND_CODES[header.kind]}_${header.application}_R${digits(header.round, 2)}_P${digits(header.part, 3)}` +
  `_S${digits(header.sequence, 2)}_${header.sender}.txt`;

export const parseVopFileName = (name: string): VopFileName | Refusal => {
  const [, code = '', application = '', round, part, sequence, sender = ''] = NAME.exec(name) ?? [];
  const kind = KINDS.get(code);
  const parsed = { application, round: Number(round), part: Number(part), sequence: Number(sequence), sender };
  // Writing it again refuses `R1`, `R0001` and other second names of one file.
  if (kind === undefined || vopFileName({ kind, ...parsed }) !== name) {
    return refuse('invalid', 'InvalidVopFileName', 'The name is not KIND_APPLICATION_Rnn_Pnnn_Snn_SENDER.txt.', {
      field: 'name',
    });
  }
  return { kind, ...parsed };
};

/** What a name says otherwise than the header. A prefix or suffix that a partner adds is a difference, too. */
export const nameDifference = (name: string, header: VopHeader): VopErrorCode | undefined =>
  vopFileName(header) === name ? undefined : 'NameMismatch';
