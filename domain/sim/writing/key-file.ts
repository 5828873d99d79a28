import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { type Iccid, parseIccid } from '../iccid.ts';
import { admBytes, type CardProfile, type ProfileChannel } from '../uicc/card-profile.ts';
import type { SubscriberKeys } from '../uicc/codec-keys.ts';
import type { StaticKeys } from '../uicc/secure-channel.ts';

/**
 * A vendor's key file of a batch of blank cards: CSV with the header `iccid,k,opc,op,adm`, a row for each card, keys in
 * hex; for profiles with a secure channel followed by its keys, `,enc,mac,dek`. Columns may be left empty where the
 * profile needs none. What is wrong is told by line and column, never quoted.
 */

const COLUMNS = 'iccid,k,opc,op,adm';

/** The first line of a key file of cards of this profile. */
export const keyFileHeader = ({ channel }: Pick<CardProfile, 'channel'>): string =>
  channel === undefined ? COLUMNS : `${COLUMNS},enc,mac,dek`;

export interface KeyRow {
  readonly iccid: Iccid;
  readonly keys?: SubscriberKeys;
  readonly adm?: string;
  readonly channel?: StaticKeys;
}

const KEY = /^[0-9a-fA-F]{32}$/;
const malformed = (field: string, message: string): Refusal => refuse('invalid', 'MalformedKeyRow', message, { field });

const keyOf = (text: string): SecretBytes | undefined =>
  KEY.test(text) ? new SecretBytes(Buffer.from(text, 'hex')) : undefined;

const keysOf = (k: string, opc: string, op: string): SubscriberKeys | Refusal | undefined => {
  if (k === '' && opc === '' && op === '') return undefined;
  const key = keyOf(k);
  if (key === undefined) return malformed('k', 'K is 32 hex digits.');
  if (opc === '' && op === '') return { k: key };
  const second = keyOf(opc === '' ? op : opc);
  if (second === undefined || (opc !== '' && op !== '')) {
    return malformed(opc === '' ? 'op' : 'opc', 'One of OPc and OP is given, as 32 hex digits.');
  }
  return opc === '' ? { k: key, op: second } : { k: key, opc: second };
};

const CHANNEL_KEY = { scp02: /^[0-9a-fA-F]{32}$/, scp03: /^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{48}|[0-9a-fA-F]{64})$/ };

/** Three keys of one length. */
const channelOf = ({ protocol }: ProfileChannel, texts: readonly string[]): StaticKeys | Refusal => {
  const [enc = '', mac = '', dek = ''] = texts;
  for (const [field, text] of Object.entries({ enc, mac, dek })) {
    if (!CHANNEL_KEY[protocol].test(text) || text.length !== enc.length) {
      return malformed(
        field,
        'The keys of a secure channel are three of one length: 16 bytes, for SCP03 also 24 or 32.',
      );
    }
  }
  const secret = (text: string): SecretBytes => new SecretBytes(Buffer.from(text, 'hex'));
  return { enc: secret(enc), mac: secret(mac), dek: secret(dek) };
};

/**
 * One row, for cards of this profile. `keysLater`: K comes from the operator when the card is written, and may be left
 * out here. Refused with `MalformedKeyRow`, `InvalidIccid`, `InvalidAdm` or `KeyMissing`.
 */
export const parseKeyRow = (line: string, profile: CardProfile, keysLater = false): KeyRow | Refusal => {
  const columns = line.trimEnd().split(',');
  const count = keyFileHeader(profile).split(',').length;
  if (columns.length !== count) return malformed('columns', `A row has ${count} columns.`);
  const [id = '', k = '', opc = '', op = '', adm = '', ...rest] = columns.map((one) => one.trim());
  const iccid = parseIccid(id);
  if (isRefusal(iccid)) return iccid;
  const keys = keysOf(k, opc, op);
  if (isRefusal(keys)) return keys;
  const missing = profile.keys?.layout.find(({ part }) => part !== 'flag' && keys?.[part] === undefined);
  if (missing !== undefined && !(keysLater && keys === undefined)) {
    return refuse('invalid', 'KeyMissing', 'The profile writes keys, and one was not given.', { field: missing.part });
  }
  const channel = profile.channel === undefined ? undefined : channelOf(profile.channel, rest);
  if (isRefusal(channel)) return channel;
  const code = profile.adm === undefined ? undefined : admBytes(adm, profile.adm.encoding);
  if (isRefusal(code)) return code;
  return {
    iccid,
    ...(keys === undefined ? {} : { keys }),
    ...(code === undefined ? {} : { adm }),
    ...(channel === undefined ? {} : { channel }),
  };
};
