import { randomUUID } from 'node:crypto';
import { Effect, type Either } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { type Fault, isFault, type Refusal } from '../../../domain/kernel/refusal.ts';
import type { SecretBytes } from '../../../domain/kernel/secret.ts';
import type { KeyRow } from '../../../domain/sim/writing/key-file.ts';
import type { BlankCardState } from '../../../domain/sim/writing/schema.ts';
import { type CardKeys, openCardKeys, sealCardKeys } from '../../../store/keys/card-keys.ts';
import { KeyRing } from '../../../store/keys/key-ring.ts';
import type { Ring } from '../../../store/keys/private-fields.ts';
import { Actors } from '../../runtime/actors.ts';
import { blankCardActor } from '../blank-card.ts';
import { decided, find } from './asking.ts';

/** Takes the keys of blank cards out of a vendor's file: sealed here, card by card, before they go anywhere. */

const sameSecret = (one?: SecretBytes, other?: SecretBytes): boolean =>
  one === undefined || other === undefined ? one === other : one.equals(other);

const sameChannel = (one: CardKeys, other: CardKeys): boolean =>
  sameSecret(one.channel?.enc, other.channel?.enc) &&
  sameSecret(one.channel?.mac, other.channel?.mac) &&
  sameSecret(one.channel?.dek, other.channel?.dek);

const sameKeys = (one: CardKeys, other: CardKeys): boolean =>
  one.adm === other.adm &&
  sameChannel(one, other) &&
  sameSecret(one.keys?.k, other.keys?.k) &&
  sameSecret(one.keys?.opc, other.keys?.opc) &&
  sameSecret(one.keys?.op, other.keys?.op);

interface Known {
  /** And nothing of it is in question: what may have been refused is taken again, once a person has checked it. */
  readonly same: boolean;
  readonly admRefused: boolean;
  readonly channelRefused: boolean;
}

/** What is known of the card holds the same keys, or it has refused this very ADM code or these channel keys before. */
const compared = (ring: Ring, tenant: TenantId, state: BlankCardState | null, row: KeyRow): Known | Fault => {
  if (state === null) return { same: false, admRefused: false, channelRefused: false };
  const opened = (texts: readonly string[]) =>
    texts.map((text) => openCardKeys(ring, { tenant, key: row.iccid }, text));
  const [current, refused, channels] = [opened([state.keys]), opened(state.refused), opened(state.refusedChannels)];
  const damaged = [...current, ...refused, ...channels].find((keys) => isFault(keys));
  if (damaged !== undefined) return damaged;
  const some = (list: ReadonlyArray<CardKeys | Fault>, holds: (keys: CardKeys) => boolean): boolean =>
    list.some((keys) => !isFault(keys) && holds(keys));
  const certain = state.adm._tag !== 'Trying' && state.channel !== 'trying';
  return {
    same: certain && some(current, (keys) => sameKeys(keys, row)),
    admRefused: row.adm !== undefined && some(refused, ({ adm }) => adm === row.adm),
    channelRefused: row.channel !== undefined && some(channels, (keys) => sameChannel(keys, row)),
  };
};

const one = (
  tenant: TenantId,
  caller: Caller,
  profile: string,
  row: KeyRow,
): Effect.Effect<'taken' | 'known', Refusal | Fault, Actors | KeyRing> =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const ring = yield* KeyRing;
    const id = { tenant, key: row.iccid };
    const state = yield* find(tenant, blankCardActor, row.iccid);
    const known = compared(ring, tenant, state, row);
    if (isFault(known)) return yield* Effect.fail(known);
    if (known.same && state?.profile === profile) return 'known';
    const command = {
      _tag: 'Provide',
      profile,
      keys: sealCardKeys(ring, id, row),
      admRefused: known.admRefused,
      channelRefused: known.channelRefused,
    } as const;
    yield* actors.ask(blankCardActor, { id, command, envelope: { commandId: `keys/${randomUUID()}`, caller } });
    return 'taken';
  });

const AT_ONCE = 64;

/** Row by row: taken, known already, or refused with a code. */
export const importKeys = (
  tenant: TenantId,
  caller: Caller,
  profile: string,
  rows: ReadonlyArray<KeyRow>,
): Effect.Effect<ReadonlyArray<Either.Either<'taken' | 'known', Refusal>>, Fault, Actors | KeyRing> =>
  Effect.forEach(rows, (row) => decided(one(tenant, caller, profile, row)), { concurrency: AT_ONCE });
