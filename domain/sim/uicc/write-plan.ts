import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import type { CommandApdu } from './apdu.ts';
import { admBytes, type CardProfile, type ProfileFile } from './card-profile.ts';
import { encodeKeyParts, type SubscriberKeys } from './codec-keys.ts';
import {
  activateFile,
  readBinary,
  readRecord,
  selectAid,
  selectFile,
  updateBinary,
  updateRecord,
  verify,
} from './commands.ts';
import { encodeFile } from './file-codecs.ts';
import { type Directory, FILES, type FileName } from './file-table.ts';
import type { FileValue } from './schema.ts';

/**
 * What is to be done to a blank card, step by step: pure, so that the same plan is made again after a crash. Each
 * step is one command; contents are secrets throughout, since among them are keys and a person's numbers.
 */

export interface SubscriptionData {
  readonly iccid: string;
  readonly imsi: string;
  readonly smsParameters?: FileValue['EF.SMSP'];
  readonly accessClasses?: FileValue['EF.ACC'];
  readonly administrativeData?: FileValue['EF.AD'];
  readonly providerName?: FileValue['EF.SPN'];
  readonly msisdn?: FileValue['EF.MSISDN'];
  readonly keys?: SubscriberKeys;
  /** The ADM code as the vendor gave it, in the profile's encoding. */
  readonly adm?: string;
}

interface Target {
  /** A name of the file table, or `keys`. */
  readonly name: string;
  readonly record?: number;
  readonly offset: number;
}

export type WriteStep =
  | { readonly _tag: 'SelectFile'; readonly fid: string }
  | { readonly _tag: 'SelectApplication'; readonly aid: string }
  /** Never repeated on the same card when it was refused. */
  | { readonly _tag: 'Verify'; readonly reference: number; readonly code: SecretBytes }
  | ({ readonly _tag: 'Update'; readonly content: SecretBytes } & Target)
  | ({ readonly _tag: 'ReadBack'; readonly expected: SecretBytes } & Target)
  | { readonly _tag: 'Activate'; readonly fid: string };

const CHUNK = 255;
const MF = '3f00';

const chunksOf = (content: SecretBytes): readonly { readonly offset: number; readonly part: SecretBytes }[] => {
  const bytes = content.reveal();
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) => ({
    offset: at * CHUNK,
    part: new SecretBytes(bytes.subarray(at * CHUNK, (at + 1) * CHUNK)),
  }));
};

/** From the MF each time: a plan does not depend on what was selected before. */
const goTo = (profile: CardProfile, directory: Directory): readonly WriteStep[] => {
  const root: WriteStep = { _tag: 'SelectFile', fid: MF };
  if (directory === 'ADF.USIM') return [root, { _tag: 'SelectApplication', aid: profile.usimAid ?? '' }];
  if (directory === 'MF') return [root];
  return [root, { _tag: 'SelectFile', fid: directory === 'DF.GSM' ? '7f20' : '7f10' }];
};

interface Piece {
  readonly name: string;
  readonly directory: Directory;
  readonly fid: string;
  readonly record?: number;
  readonly content: SecretBytes;
  readonly readable: boolean;
}

const contentOf = (one: ProfileFile, data: SubscriptionData): Piece | Refusal | undefined => {
  const value = data[one.from];
  if (value === undefined) return undefined;
  const name = one.file as keyof FileValue;
  const bytes = encodeFile(name, value as never, one.size);
  if (isRefusal(bytes)) return { ...bytes, field: `${one.from}${bytes.field === undefined ? '' : `/${bytes.field}`}` };
  const record = one.record === undefined ? {} : { record: one.record };
  const { fid } = FILES[one.file as FileName];
  return { name, directory: one.directory, fid, ...record, content: new SecretBytes(bytes), readable: true };
};

const piecesOf = (profile: CardProfile, data: SubscriptionData, keepsIccid: boolean): readonly Piece[] | Refusal => {
  const pieces: Piece[] = [];
  for (const one of profile.files) {
    const piece = keepsIccid && one.from === 'iccid' ? undefined : contentOf(one, data);
    if (isRefusal(piece)) return piece;
    if (piece !== undefined) pieces.push(piece);
  }
  if (profile.keys === undefined) return pieces;
  const { directory, fid, layout, readable } = profile.keys;
  if (data.keys === undefined)
    return refuse('invalid', 'KeyMissing', 'The profile writes keys, and none were given.', { field: 'keys' });
  const content = encodeKeyParts(layout, data.keys);
  if (isRefusal(content)) return content;
  return [...pieces, { name: 'keys', directory, fid, content, readable }];
};

const stepsOf = (profile: CardProfile, piece: Piece, back: boolean): readonly WriteStep[] => {
  const { name, record } = piece;
  const target = (offset: number): Target => ({ name, offset, ...(record === undefined ? {} : { record }) });
  const turns = chunksOf(piece.content).map(
    ({ offset, part }): WriteStep =>
      back
        ? { _tag: 'ReadBack', ...target(offset), expected: part }
        : { _tag: 'Update', ...target(offset), content: part },
  );
  return [...goTo(profile, piece.directory), { _tag: 'SelectFile', fid: piece.fid }, ...turns];
};

/**
 * The steps: the code, all updates in the profile's order, everything read back, the seal. Refused when the data does
 * not fit the profile (`KeyMissing`, `InvalidAdm`, `FileTooSmall`, `InvalidIccid`…), before the card is touched.
 * `keepsIccid` comes from `judgeCard`.
 */
export const planWrite = (
  profile: CardProfile,
  data: SubscriptionData,
  keepsIccid: boolean,
): readonly WriteStep[] | Refusal => {
  const pieces = piecesOf(profile, data, keepsIccid);
  if (isRefusal(pieces)) return pieces;
  const steps: WriteStep[] = [];
  if (profile.adm !== undefined) {
    const code = admBytes(data.adm ?? '', profile.adm.encoding);
    if (isRefusal(code)) return code;
    steps.push({ _tag: 'SelectFile', fid: MF }, { _tag: 'Verify', reference: profile.adm.reference, code });
  }
  for (const piece of pieces) steps.push(...stepsOf(profile, piece, false));
  for (const piece of pieces) if (piece.readable) steps.push(...stepsOf(profile, piece, true));
  if (profile.sealed) steps.push({ _tag: 'SelectFile', fid: MF }, { _tag: 'Activate', fid: MF });
  return steps;
};

/** The command of a step. */
export const commandOf = ({ cardClass }: Pick<CardProfile, 'cardClass'>, step: WriteStep): CommandApdu => {
  switch (step._tag) {
    case 'SelectFile':
      return selectFile(cardClass, step.fid);
    case 'SelectApplication':
      return selectAid(Buffer.from(step.aid, 'hex'));
    case 'Verify':
      return verify(cardClass, step.reference, step.code);
    case 'Update':
      return step.record === undefined
        ? updateBinary(cardClass, step.offset, step.content.reveal())
        : updateRecord(cardClass, step.record, step.content.reveal());
    case 'ReadBack':
      return step.record === undefined
        ? readBinary(cardClass, step.offset, step.expected.length)
        : readRecord(cardClass, step.record, step.expected.length);
    case 'Activate':
      return activateFile(cardClass, step.fid);
  }
};

/** Undefined when every byte is as written; else `ReadBackDiffers` with the file and the first place, not the bytes. */
export const compareReadBack = (
  step: Extract<WriteStep, { _tag: 'ReadBack' }>,
  answer: Uint8Array,
): Refusal | undefined => {
  const expected = step.expected.reveal();
  const length = Math.max(expected.length, answer.length);
  for (let at = 0; at < length; at += 1) {
    if (expected[at] === answer[at]) continue;
    const field = `${step.name}/${step.record === undefined ? '' : `${step.record}/`}${step.offset + at}`;
    return refuse('conflict', 'ReadBackDiffers', 'The card gives back other bytes than were written.', { field });
  }
  return undefined;
};
