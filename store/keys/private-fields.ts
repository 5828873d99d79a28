/**
 * Private fields: names, document numbers, phone numbers in documents that are looked up. Each is sealed with SM4-GCM
 * for its own place (collection, field, tenant, document), so a value copied elsewhere does not open; it is found by a
 * blind index, an SM3-HMAC of the normalised value under a key of its own, per tenant and field. The index finds equal
 * values only; what it finds is opened and compared, so its shortness costs nothing but a look.
 */
import { randomBytes } from 'node:crypto';
import type { Effect } from 'effect';
import mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, isFault } from '../../domain/kernel/refusal.ts';
import { hmacSm3 } from '../../domain/keys/sm3.ts';
import { GCM_NONCE_BYTES, open, seal } from '../../domain/keys/sm4-gcm.ts';
import type { IndexPlan } from '../migrations.ts';
import type { KeyPurpose, KeyRing, RingKey } from './key-ring.ts';

export type Ring = Effect.Effect.Success<typeof KeyRing>;

export interface PrivateField {
  /** True when it is to be found by its whole value. */
  readonly searchable?: boolean;
  /** Brings spellings of one value together before it is indexed. Default: NFKC, trimmed. The value stays as it is. */
  readonly normalise?: (value: string) => string;
}

/** A private field as it is stored. */
export interface SealedField {
  /** Id of the key that sealed it. */
  readonly k: string;
  /** Nonce, ciphertext, tag. */
  readonly d: mongoose.mongo.Binary;
  /** Blind index: `<version of its key>:<20 hex digits>`; absent when the field is not searchable. */
  readonly x?: string;
}

/** Whose field it is: the document's `_id` within the tenant. */
export interface PrivateOwner {
  readonly tenant: TenantId;
  readonly id: string;
}

type Values<Name extends string> = { readonly [N in Name]?: string };
type Sealed<Name extends string> = { readonly [N in Name]?: SealedField };

export interface PrivateFields<Name extends string> {
  readonly collection: string;
  /** What to store under `private`. */
  readonly encode: (owner: PrivateOwner, values: Values<Name>) => Sealed<Name>;
  /** What was encoded; fault `Damaged` or `KeyMissing` when a field cannot be opened. */
  readonly decode: (owner: PrivateOwner, sealed: Sealed<Name>) => Values<Name> | Fault;
  /** The condition that finds the value; the caller adds the tenant, opens what is found and calls `matches`. */
  readonly where: (tenant: TenantId, name: Name, value: string) => Readonly<Record<string, unknown>>;
  /** Whether an opened value is the one that was looked for, after normalising. */
  readonly matches: (name: Name, opened: string | undefined, wanted: string) => boolean;
  /** Those of the fields that an old key sealed or indexed, sealed with the current ones. */
  readonly sealAnew: (
    owner: PrivateOwner,
    sealed: Readonly<Record<string, SealedField>>,
  ) => Readonly<Record<string, SealedField>> | Fault;
  readonly indexes: ReadonlyArray<IndexPlan>;
  /** For a mongoose schema: `new Schema({ …, private: fields.schema })`; plain values do not fit in. */
  readonly schema: mongoose.Schema;
}

const INDEX_BYTES = 10;
const versionOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1));

/** Every version that something may have been written with, the one that nodes ahead of us may use included. */
const versionsOf = (ring: Ring, purpose: KeyPurpose): ReadonlyArray<RingKey> => {
  const newest = versionOf(ring.current(purpose).id) + 1;
  return Array.from({ length: newest }, (_, n) => ring.byId(purpose, `${purpose}-${newest - n}`)).filter(
    (one) => one !== undefined,
  );
};

const usual = (value: string): string => value.normalize('NFKC').trim();

const sealedSchema = (): mongoose.SchemaDefinition => ({
  k: { type: String, required: true },
  d: { type: mongoose.Schema.Types.Buffer, required: true },
  x: { type: String },
});

const placeOf = (collection: string, name: string, owner: PrivateOwner): Buffer =>
  Buffer.from([collection, name, owner.tenant, owner.id].join('\n'));

const sealValue = (key: RingKey, place: Buffer, value: string): { k: string; d: mongoose.mongo.Binary } => {
  const nonce = randomBytes(GCM_NONCE_BYTES);
  const sealed = seal(key.key, nonce, Buffer.from(value), place);
  return { k: key.id, d: new mongoose.mongo.Binary(Buffer.concat([nonce, sealed])) };
};

const openValue = (ring: Ring, place: Buffer, sealed: SealedField, name: string): string | Fault => {
  const key = ring.byId('field', sealed.k)?.key;
  if (key === undefined)
    return fault('keys', 'KeyMissing', `The key ${sealed.k} of a private field is not in the ring.`);
  // The driver gives a Binary, mongoose a Buffer.
  const bytes = Buffer.isBuffer(sealed.d) ? sealed.d : Buffer.from(sealed.d.buffer);
  const plain = open(key, bytes.subarray(0, GCM_NONCE_BYTES), bytes.subarray(GCM_NONCE_BYTES), place);
  return plain?.toString() ?? fault('keys', 'Damaged', `The private field ${name} is not what was sealed there.`);
};

/** The indexes that finding them takes, for the plan of a migration, which has no keys. */
export const privateIndexes = (fields: Readonly<Record<string, PrivateField>>): ReadonlyArray<IndexPlan> =>
  Object.entries(fields)
    .filter(([, { searchable }]) => searchable === true)
    .map(([name]) => ({ name: `private_${name}`, key: { tenant: 1, [`private.${name}.x`]: 1 }, sparse: true }));

/** The private fields of one collection. `fields`: by name; names are part of what is sealed and never change. */
export const privateFields = <Name extends string>(
  ring: Ring,
  collection: string,
  fields: Readonly<Record<Name, PrivateField>>,
): PrivateFields<Name> => {
  const names = Object.keys(fields) as Name[];
  const normalised = (name: Name, value: string): string => (fields[name].normalise ?? usual)(value);
  const indexOf = (key: RingKey, tenant: TenantId, name: Name, value: string): string => {
    const text = [collection, name, tenant, normalised(name, value)].join('\n');
    return `${versionOf(key.id)}:${hmacSm3(key.key, text).subarray(0, INDEX_BYTES).toString('hex')}`;
  };
  const encodeOne = (owner: PrivateOwner, name: Name, value: string): SealedField => {
    const sealed = sealValue(ring.current('field'), placeOf(collection, name, owner), value);
    if (fields[name].searchable !== true) return sealed;
    return { ...sealed, x: indexOf(ring.current('blind-index'), owner.tenant, name, value) };
  };
  const isStale = ({ k, x }: SealedField): boolean =>
    k !== ring.current('field').id ||
    (x !== undefined && !x.startsWith(`${versionOf(ring.current('blind-index').id)}:`));
  return {
    collection,
    encode: (owner, values) => {
      const sealed: { [N in Name]?: SealedField } = {};
      for (const name of names) {
        const value = values[name];
        if (value !== undefined) sealed[name] = encodeOne(owner, name, value);
      }
      return sealed;
    },
    decode: (owner, sealed) => {
      const values: { [N in Name]?: string } = {};
      for (const name of names) {
        const field = sealed[name];
        if (field === undefined) continue;
        const opened = openValue(ring, placeOf(collection, name, owner), field, name);
        if (isFault(opened)) return opened;
        values[name] = opened;
      }
      return values;
    },
    where: (tenant, name, value) => {
      if (fields[name].searchable !== true) throw new TypeError(`the private field ${name} is not searchable`);
      const indexes = versionsOf(ring, 'blind-index').map((key) => indexOf(key, tenant, name, value));
      return { [`private.${name}.x`]: { $in: indexes } };
    },
    matches: (name, opened, wanted) => opened !== undefined && normalised(name, opened) === normalised(name, wanted),
    sealAnew: (owner, sealed) => {
      const anew: Record<string, SealedField> = {};
      for (const name of names) {
        const field = sealed[name];
        if (field === undefined || !isStale(field)) continue;
        const opened = openValue(ring, placeOf(collection, name, owner), field, name);
        if (isFault(opened)) return opened;
        anew[name] = encodeOne(owner, name, opened);
      }
      return anew;
    },
    indexes: privateIndexes(fields),
    schema: new mongoose.Schema(
      Object.fromEntries(names.map((name) => [name, new mongoose.Schema(sealedSchema(), { _id: false })])),
      { _id: false, strict: 'throw' },
    ),
  };
};
