import type { Brand } from './brand.ts';
import { type Refusal, refuse } from './refusal.ts';

/** A tenant's short name: lower-case letters, digits and `-`, 1–32 characters. Every actor's id begins with it. */
export type TenantId = Brand<string, 'TenantId'>;

const TENANT = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** `/` separates the parts of a journal key, so it never occurs inside one. */
const KEY = /^[A-Za-z0-9._:@-]{1,128}$/;

export interface ActorId {
  readonly tenant: TenantId;
  /** The business key within the kind: an ICCID, an application number… `[A-Za-z0-9._:@-]{1,128}`. */
  readonly key: string;
}

export const parseTenantId = (text: string): TenantId | Refusal =>
  TENANT.test(text)
    ? (text as TenantId)
    : refuse('invalid', 'InvalidTenantId', 'A tenant id has 1–32 lower-case letters, digits or hyphens.', {
        field: 'tenant',
      });

export const parseActorId = (tenant: string, key: string): ActorId | Refusal => {
  const parsed = parseTenantId(tenant);
  if (typeof parsed !== 'string') return parsed;
  return KEY.test(key)
    ? { tenant: parsed, key }
    : refuse('invalid', 'InvalidActorKey', 'An actor key has 1–128 characters out of A–Z a–z 0–9 . _ : @ -', {
        field: 'key',
      });
};

/** `tenant/key`: how an actor is named in the journal, in messages and in logs. */
export const formatActorId = (id: ActorId): string => `${id.tenant}/${id.key}`;
