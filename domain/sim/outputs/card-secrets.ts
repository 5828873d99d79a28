import { accept, type Decider, type Decision } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { hmacSm3 } from '../../keys/sm3.ts';
import type { CardProfile } from '../uicc/card-profile.ts';
import type { SubscriberKeys } from '../uicc/codec-keys.ts';
import { opcOf } from '../uicc/milenage.ts';
import type { PartSecretCommand, PartSecretEvent, PartSecretReply, PartSecretState } from './schema.ts';

/**
 * The keys of a part's cards. One random secret of 32 bytes is drawn per part and kept sealed; the keys of a card are
 * its HMAC-SM3 over what they are for and the card's ICCID. So a million keys need no million sealed records, a file
 * written twice is the same file, and who has one card's keys learns nothing of another's.
 */

export const PART_SECRET_BYTES = 32;

export interface CardSecrets {
  readonly k: SecretBytes;
  readonly opc: SecretBytes;
  /** Eight of 64 characters of ASCII: a code that goes on a card as characters or as bytes. */
  readonly adm1: SecretBytes;
  /** Eight digits in ASCII, as PIN and PUK are on the card. */
  readonly puk1: SecretBytes;
  readonly puk2: SecretBytes;
}

const part = (secret: SecretBytes, what: string, iccid: string, bytes: number): Buffer =>
  hmacSm3(secret.reveal(), `${what}\n${iccid}`).subarray(0, bytes);

/** The remainder of 64 bits by 10^8: no digit is likelier than another by more than 1 in 10^11. */
const digits = (bytes: Buffer): SecretBytes =>
  new SecretBytes(Buffer.from((bytes.readBigUInt64BE() % 100_000_000n).toString().padStart(8, '0'), 'ascii'));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Six bits of each byte: no character is likelier than another. */
const characters = (bytes: Buffer): SecretBytes =>
  new SecretBytes(Buffer.from(Array.from(bytes, (byte) => ALPHABET[byte & 63]).join(''), 'ascii'));

/** OP is one for the part; OPc of each card follows from it and K (TS 35.206 §4.1). */
export const cardSecrets = (secret: SecretBytes, iccid: string): CardSecrets => {
  const k = new SecretBytes(part(secret, 'K', iccid, 16));
  const op = new SecretBytes(part(secret, 'OP', '', 16));
  return {
    k,
    opc: new SecretBytes(opcOf(k, op)),
    adm1: characters(part(secret, 'ADM1', iccid, 8)),
    puk1: digits(part(secret, 'PUK1', iccid, 8)),
    puk2: digits(part(secret, 'PUK2', iccid, 8)),
  };
};

export const partSecretRefusals = {
  /** K, OPc and ADM1 are all that is derived. */
  notDerived: (): Refusal =>
    refuse('conflict', 'ProfileNeedsOtherKeys', 'Cards of this profile need keys that are not derived for a part.', {
      field: 'profile',
      action: 'Leave the profile out, and import the vendor’s key file.',
    }),
  otherProfile: (): Refusal =>
    refuse('conflict', 'PartOfAnotherProfile', 'The equipment file of this part was written for another profile.', {
      field: 'profile',
    }),
} as const;

type Needs = Pick<CardProfile, 'adm' | 'algorithm' | 'channel'>;

/** Whether these are all the keys that writing a card of this profile needs. */
export const isEquippable = ({ adm, algorithm, channel }: Needs): boolean =>
  channel === undefined && algorithm === 'milenage' && adm?.encoding !== 'bcd';

/** What of them writing a card needs whose profile `isEquippable`, in the profile's encoding. */
export const blankCardKeys = (
  { adm }: Needs,
  { k, opc, adm1 }: CardSecrets,
): { readonly keys: SubscriberKeys; readonly adm?: string } => {
  const keys = { k, opc };
  return adm === undefined
    ? { keys }
    : { keys, adm: adm1.reveal().toString(adm.encoding === 'ascii' ? 'latin1' : 'hex') };
};

/** Whoever draws a secret first has drawn it for everybody; whoever names a profile first has named it. */
const decidePart = (
  state: PartSecretState,
  { sealed, profile }: PartSecretCommand,
): Decision<PartSecretEvent, PartSecretReply> => {
  if (profile !== null && state.profile !== null && profile !== state.profile) return partSecretRefusals.otherProfile();
  const events: ReadonlyArray<PartSecretEvent> = [
    ...(state.sealed === null ? [{ _tag: 'Begun' as const, sealed }] : []),
    ...(profile === null || state.profile !== null ? [] : [{ _tag: 'Equipped' as const, profile }]),
  ];
  return accept(events, { changed: events.length > 0, sealed: state.sealed ?? sealed });
};

export const partSecretDecider: Decider<PartSecretState, PartSecretCommand, PartSecretEvent, PartSecretReply> = {
  initial: { sealed: null, profile: null },
  decide: decidePart,
  evolve: (state, event) =>
    event._tag === 'Begun' ? { ...state, sealed: event.sealed } : { ...state, profile: event.profile },
};
