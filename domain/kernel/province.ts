import type { Brand } from './brand.ts';
import type { Caller } from './caller.ts';

/**
 * Provinces, and how far a caller's word goes among them (decision 0248). What belongs to a province is read and changed
 * with a reach in hand; `reachOf` alone makes one from a caller, so that no query can leave the question out.
 */

/** A province by GB/T 2260: two digits and `0000`. */
export const PROVINCE = /^[1-9][0-9]0000$/;

export const isProvince = (value: unknown): value is string => typeof value === 'string' && PROVINCE.test(value);

export type Reach = Brand<{ readonly provinces: 'all' | ReadonlyArray<string> }, 'Reach'>;

const reach = (provinces: 'all' | ReadonlyArray<string>): Reach => ({ provinces }) as Reach;

/** Of whoever works beside the gateway, on the machine itself. */
export const EVERYWHERE = reach('all');
export const NOWHERE = reach([]);

/** A unit's administrator answers for all of it; everybody else has the provinces of the token, which may be none. */
export const reachOf = ({ roles, provinces = [] }: Caller): Reach =>
  roles.includes('unit-administrator') ? EVERYWHERE : reach(provinces);

/** @param province null: it is not known whose it is, so only who has all of them may see it */
export const reaches = ({ provinces }: Reach, province: string | null): boolean =>
  provinces === 'all' || (province !== null && provinces.includes(province));

export const isNowhere = ({ provinces }: Reach): boolean => provinces !== 'all' && provinces.length === 0;
