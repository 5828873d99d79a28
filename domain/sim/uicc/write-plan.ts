import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import type { CommandApdu } from './apdu.ts';
import { admBytes, type CardProfile, CHANNEL_CHUNK, type ProfileChannel, type ProfileFile } from './card-profile.ts';
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
import type { StaticKeys } from './secure-channel.ts';

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
  /** Of the card's secure channel. */
  readonly channel?: StaticKeys;
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
  /** Two commands; all that follow go through it, until an application is selected. As `Verify`, never repeated. */
  | { readonly _tag: 'OpenChannel'; readonly channel: ProfileChannel; readonly keys: StaticKeys }
  | ({ readonly _tag: 'Update'; readonly content: SecretBytes } & Target)
  | ({ readonly _tag: 'ReadBack'; readonly expected: SecretBytes } & Target)
  | { readonly _tag: 'Activate'; readonly fid: string };

/** One of these is one command. */
export type CommandStep = Exclude<WriteStep, { readonly _tag: 'OpenChannel' }>;

const CHUNK = 255;
const MF = '3f00';
/** The application that is selected: without a SELECT by name, which would end the channel. */
const CURRENT_ADF = '7fff';

const chunksOf = (
  content: SecretBytes,
  chunk: number,
): readonly { readonly offset: number; readonly part: SecretBytes }[] => {
  const bytes = content.reveal();
  return Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) => ({
    offset: at * chunk,
    part: new SecretBytes(bytes.subarray(at * chunk, (at + 1) * chunk)),
  }));
};

/** From the MF each time: a plan does not depend on what was selected before. */
const goTo = (profile: CardProfile, directory: Directory, inChannel: boolean): readonly WriteStep[] => {
  const root: WriteStep = { _tag: 'SelectFile', fid: MF };
  if (directory === 'ADF.USIM') {
    return [root, inChannel ? { _tag: 'SelectFile', fid: CURRENT_ADF } : selectUsim(profile)];
  }
  if (directory === 'MF') return [root];
  return [root, { _tag: 'SelectFile', fid: directory === 'DF.GSM' ? '7f20' : '7f10' }];
};

const selectUsim = ({ usimAid }: CardProfile): WriteStep => ({ _tag: 'SelectApplication', aid: usimAid ?? '' });

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

type How = 'update' | 'updateInChannel' | 'readBack';

const stepsOf = (profile: CardProfile, piece: Piece, how: How): readonly WriteStep[] => {
  const { name, record } = piece;
  const inChannel = how === 'updateInChannel';
  const target = (offset: number): Target => ({ name, offset, ...(record === undefined ? {} : { record }) });
  const turns = chunksOf(piece.content, inChannel ? CHANNEL_CHUNK : CHUNK).map(
    ({ offset, part }): WriteStep =>
      how === 'readBack'
        ? { _tag: 'ReadBack', ...target(offset), expected: part }
        : { _tag: 'Update', ...target(offset), content: part },
  );
  return [...goTo(profile, piece.directory, inChannel), { _tag: 'SelectFile', fid: piece.fid }, ...turns];
};

const verifySteps = ({ adm }: CardProfile, code: string | undefined): readonly WriteStep[] | Refusal => {
  if (adm === undefined) return [];
  const bytes = admBytes(code ?? '', adm.encoding);
  if (isRefusal(bytes)) return bytes;
  return [
    { _tag: 'SelectFile', fid: MF },
    { _tag: 'Verify', reference: adm.reference, code: bytes },
  ];
};

/** The code and the protected updates inside the channel, which the last SELECT ends. */
const channelSteps = (
  profile: CardProfile,
  keys: StaticKeys | undefined,
  verifying: readonly WriteStep[],
  pieces: readonly Piece[],
): readonly WriteStep[] | Refusal => {
  const { channel } = profile;
  if (channel === undefined) return verifying;
  if (keys === undefined)
    return refuse('invalid', 'KeyMissing', 'The profile opens a secure channel, and its keys were not given.', {
      field: 'channel',
    });
  return [
    { _tag: 'SelectFile', fid: MF },
    selectUsim(profile),
    { _tag: 'OpenChannel', channel, keys },
    ...verifying,
    ...pieces.flatMap((piece) => stepsOf(profile, piece, 'updateInChannel')),
    selectUsim(profile),
  ];
};

/**
 * The steps: the secure channel, the code, all updates in the profile's order (those inside the channel first),
 * everything read back, the seal. Refused when the data does not fit the profile (`KeyMissing`, `InvalidAdm`,
 * `FileTooSmall`, `InvalidIccid`…), before the card is touched. `keepsIccid` comes from `judgeCard`.
 */
export const planWrite = (
  profile: CardProfile,
  data: SubscriptionData,
  keepsIccid: boolean,
): readonly WriteStep[] | Refusal => {
  const pieces = piecesOf(profile, data, keepsIccid);
  if (isRefusal(pieces)) return pieces;
  const verifying = verifySteps(profile, data.adm);
  if (isRefusal(verifying)) return verifying;
  const isProtected = ({ name }: Piece): boolean => profile.channel?.protects.includes(name) === true;
  const first = channelSteps(profile, data.channel, verifying, pieces.filter(isProtected));
  if (isRefusal(first)) return first;
  const steps: WriteStep[] = [...first];
  for (const piece of pieces) if (!isProtected(piece)) steps.push(...stepsOf(profile, piece, 'update'));
  for (const piece of pieces) if (piece.readable) steps.push(...stepsOf(profile, piece, 'readBack'));
  if (profile.sealed) steps.push({ _tag: 'SelectFile', fid: MF }, { _tag: 'Activate', fid: MF });
  return steps;
};

/** The command of a step. */
export const commandOf = ({ cardClass }: Pick<CardProfile, 'cardClass'>, step: CommandStep): CommandApdu => {
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
