import { randomBytes, randomUUID } from 'node:crypto';
import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Fault, isFault, type Refusal } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { blankCardKeys, cardSecrets, PART_SECRET_BYTES } from '../../domain/sim/outputs/card-secrets.ts';
import type { CardProfile } from '../../domain/sim/uicc/card-profile.ts';
import { PROFILES } from '../../domain/sim/uicc/profiles.ts';
import { sealCardKeys } from '../../store/keys/card-keys.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { openSecret, type SecretPlace, sealSecret } from '../../store/keys/sealed-secret.ts';
import { Actors } from '../runtime/actors.ts';
import { blankCardActor } from './blank-card.ts';
import { find } from './card-writing/asking.ts';
import { partSecretActor } from './outputs.ts';

/**
 * The secret of a part, drawn and opened, and the keys that are derived of it handed to the part's blank cards. Keys are
 * derived and sealed in the process that asks: no message, journal or history has one in clear.
 */

interface PartId {
  readonly tenant: TenantId;
  readonly application: string;
  /** `<round>.<part>`. */
  readonly part: string;
}

const idOf = ({ tenant, application, part }: PartId) => ({ tenant, key: `${application}:${part}` });
const placeOf = (id: PartId): SecretPlace => ['sim.partSecret', id.tenant, idOf(id).key];

/**
 * Drawn when the first file with keys is wanted; whoever comes second gets the same. `profile`: of the cards that get
 * these keys, when it is known. Refused with `PartOfAnotherProfile`.
 */
export const drawPartSecret = (
  id: PartId,
  profile: string | null,
  caller: Caller,
): Effect.Effect<SecretBytes, Refusal | Fault, Actors | KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const actors = yield* Actors;
    const fresh = sealSecret(ring, placeOf(id), new SecretBytes(randomBytes(PART_SECRET_BYTES)));
    const { reply } = yield* actors.ask(partSecretActor, {
      id: idOf(id),
      command: { _tag: 'Begin', sealed: fresh, profile },
      // Sealed anew each time: a second ask is another command, and changes nothing.
      envelope: { commandId: randomUUID(), caller },
    });
    const secret = openSecret(ring, placeOf(id), reply.sealed);
    return isFault(secret) ? yield* Effect.fail(secret) : secret;
  });

/** What the cards of a part have been equipped with. */
export interface PartKeys {
  readonly tenant: TenantId;
  readonly profile: CardProfile;
  readonly secret: SecretBytes;
}

/** Undefined when nobody has said that the part's cards get keys of ours: then its vendor delivers them. */
export const partKeys = (id: PartId): Effect.Effect<PartKeys | undefined, Refusal | Fault, Actors | KeyRing> =>
  Effect.gen(function* () {
    const state = yield* find(id.tenant, partSecretActor, idOf(id).key);
    const profile = PROFILES.find((one) => one.id === state?.profile);
    if (!state?.sealed || profile === undefined) return undefined;
    const secret = openSecret(yield* KeyRing, placeOf(id), state.sealed);
    return isFault(secret) ? yield* Effect.fail(secret) : { tenant: id.tenant, profile, secret };
  });

/** Gives the cards their keys, all in one go. Once per card: one that has keys, whosever they are, keeps them. */
export const handOverKeys = (
  { tenant, profile, secret }: PartKeys,
  iccids: ReadonlyArray<string>,
  caller: Caller,
): Effect.Effect<void, Refusal | Fault, Actors | KeyRing> =>
  Effect.gen(function* () {
    if (iccids.length === 0) return;
    const ring = yield* KeyRing;
    const asks = iccids.map((iccid) => {
      const id = { tenant, key: iccid };
      const keys = sealCardKeys(ring, id, blankCardKeys(profile, cardSecrets(secret, iccid)));
      // Sealed anew each time, as above.
      const envelope = { commandId: randomUUID(), caller };
      return { id, command: { _tag: 'HandOver' as const, profile: profile.id, keys }, envelope };
    });
    const answers = yield* (yield* Actors).askMany(blankCardActor, asks);
    for (const answer of answers) if (answer._tag === 'Left') return yield* Effect.fail(answer.left);
  });
