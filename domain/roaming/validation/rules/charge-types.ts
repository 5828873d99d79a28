import { digits } from '../forms.ts';

/**
 * Types of charge (TD.57 §6, Charge Type): 00 is what is invoiced, the others are what it consists of. Reserved ones are
 * kept free so that records of other standards can be converted. 3.10 has a few more that later versions reserve; three
 * digits are charges of one rate period there.
 */
export const CHARGE_TYPE_FORM = digits(2);
export const CHARGE_TYPE_FORM_OLD = digits(2, 3);

const RESERVED_SINCE_0311 = (type: number): boolean => type === 2 || (type >= 5 && type <= 20) || type >= 69;
const ALLOWED_UNTIL_0310: ReadonlySet<number> = new Set([5, 14, 15, 100, 101, 102]);

export const isReserved = RESERVED_SINCE_0311;
export const isReservedOld = (type: number): boolean => RESERVED_SINCE_0311(type) && !ALLOWED_UNTIL_0310.has(type);
/** Type 00. */
export const TOTAL = 0;
