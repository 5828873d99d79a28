import { createHash } from 'node:crypto';
import { Effect, Schedule } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { blankCardActor } from '../../actors/sim/blank-card.ts';
import { cardActor } from '../../actors/sim/card.ts';
import { registerRange } from '../../actors/sim/register-range.ts';
import { smscActor } from '../../actors/sim/smsc.ts';
import { made } from '../../devices/card-reader/simulator/card/personality.ts';
import { productOf } from '../../devices/card-reader/simulator/card/product.ts';
import { SimCard } from '../../devices/card-reader/simulator/card/sim-card.ts';
import { SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { advance } from '../../domain/sim/number-block.ts';
import type { CardProfile } from '../../domain/sim/uicc/card-profile.ts';
import { decodeFile, encodeFile } from '../../domain/sim/uicc/file-codecs.ts';
import type { StaticKeys } from '../../domain/sim/uicc/secure-channel.ts';
import type { WriteWanted } from '../../domain/sim/writing/schema.ts';
import { sealCardKeys } from '../../store/keys/card-keys.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { listSmscs } from '../../store/sim/card-writes.ts';

/** Blank cards with what the registers know of them, for tests of writing: the facts of card making, and the cards. */

export const tenant = 'demo' as TenantId;
export const caller: Caller = { subject: 'crm', tenant, roles: ['operator'] };
export const PRODUCT = '4G-STD';
export const CITY = '110000';
export const SMSC = '8613010112500';
const FIRST_BODY = '8986012610000000000';
export const FIRST_IMSI = '460017000000000';

export const WANTED: WriteWanted = { product: PRODUCT, city: null, iccid: null, msisdn: null, smsc: null };

export const iccidAt = (no: number): string => iccidOfBody(advance(FIRST_BODY, no));

const hashed = (what: string, no: number): Buffer =>
  createHash('sha256').update(`${what} ${no}`).digest().subarray(0, 16);

export const keysAt = (no: number) => ({ k: hashed('k', no), opc: hashed('opc', no), adm: String(10_000_000 + no) });

/** The keys of the secure channel of card number `no`. */
export const channelAt = (no: number): StaticKeys => {
  const key = (what: string): SecretBytes => new SecretBytes(hashed(what, no));
  return { enc: key('enc'), mac: key('mac'), dek: key('dek') };
};

/** Card number `no` of a product with a secure channel; `keys` are those that lie on it. */
export const protectedCardAt = (no: number, profile: CardProfile, keys: StaticKeys = channelAt(no)): SimulatedCard => {
  const bytes = encodeFile('EF.ICCID', iccidAt(no), 10);
  const product = productOf(profile, keys);
  if (isRefusal(bytes) || product === undefined) throw new Error('no such card');
  return new SimulatedCard(new SimCard(made({ iccid: bytes, adm: keysAt(no).adm, product })));
};

/** A card as its vendor delivers it, with what the key file says of it. */
export const cardOf = ({ iccid, adm }: { readonly iccid: string; readonly adm: string }): SimulatedCard => {
  const bytes = encodeFile('EF.ICCID', iccid, 10);
  if (isRefusal(bytes)) throw new Error(bytes.code);
  return new SimulatedCard(new SimCard(made({ iccid: bytes, adm })));
};

/** Card number `no` as its vendor delivers it. */
export const cardAt = (no: number, adm: string = keysAt(no).adm): SimulatedCard => cardOf({ iccid: iccidAt(no), adm });

/** What lies on the card, whatever anybody has decided. */
export const imsiOn = (card: SimulatedCard): string | null => {
  const usim = card.card.personality.mf.children.find((one) => one.fid === '7ff0');
  const file = usim?.kind === 'df' ? usim.children.find((one) => one.fid === '6f07') : undefined;
  const imsi = decodeFile('EF.IMSI', file?.kind === 'ef' ? (file.records[0] ?? Buffer.alloc(0)) : Buffer.alloc(0));
  if (isRefusal(imsi)) throw new Error(`the card has half an IMSI: ${imsi.code}`);
  return imsi;
};

/** One range of so many IMSIs, and a centre. */
export const provideNumbers = (imsis: number) =>
  Effect.gen(function* () {
    const range = {
      type: 'imsi',
      first: FIRST_IMSI,
      last: advance(FIRST_IMSI, imsis - 1),
      product: PRODUCT,
      city: null,
    } as const;
    yield* registerRange(tenant, range, { commandId: 'imsis', caller });
    const actors = yield* Actors;
    yield* actors.ask(smscActor, {
      id: { tenant, key: SMSC },
      command: { _tag: 'Register', operator: 'unicom', product: null, city: null },
      envelope: { commandId: 'smsc', caller },
    });
    yield* listSmscs({ tenant, limit: 1 }).pipe(
      Effect.repeat({ until: ({ items }) => items.length > 0, schedule: Schedule.spaced(20), times: 500 }),
    );
    return `${range.first}-${range.last}`;
  });

/** Cards `from` to `to`, made and confirmed, their keys imported. */
export const provideCards = (from: number, to: number, profile = 'usim-key-file') =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const ring = yield* KeyRing;
    const numbers = Array.from({ length: to - from }, (_, at) => from + at);
    const application = { application: 'A20261126-BLANK', line: 1, product: PRODUCT, city: CITY };
    const steps = [
      { _tag: 'Plan', ...application, imsi: null, cardType: 'blank' },
      { _tag: 'Assign', vendor: 'EASTCARD', part: '1.1' },
      { _tag: 'Produce', vendor: 'EASTCARD', result: 'made', reason: null, posFile: 'a'.repeat(64) },
      { _tag: 'Confirm', result: 'accepted', reason: null, posValidationFile: 'b'.repeat(64) },
    ] as const;
    for (const command of steps) {
      const asks = numbers.map((no) => ({
        id: { tenant, key: iccidAt(no) },
        command,
        envelope: { commandId: command._tag, caller },
      }));
      for (const answer of yield* actors.askMany(cardActor, asks)) yield* answer;
    }
    const asks = numbers.map((no) => {
      const { k, opc, adm } = keysAt(no);
      const id = { tenant, key: iccidAt(no) };
      const keys = sealCardKeys(ring, id, {
        keys: { k: new SecretBytes(k), opc: new SecretBytes(opc) },
        adm,
        ...(profile === 'usim-key-file' ? {} : { channel: channelAt(no) }),
      });
      const command = { _tag: 'Provide', profile, keys, admRefused: false, channelRefused: false } as const;
      return { id, command, envelope: { commandId: 'provide', caller } };
    });
    for (const answer of yield* actors.askMany(blankCardActor, asks)) yield* answer;
  });
