import type { Brand } from '../kernel/brand.ts';
import { luhnDigit, passesLuhn } from '../kernel/luhn.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';

/**
 * The number of a card (ITU-T E.118): `89`, country, issuer, account number, and a Luhn check digit; 19 digits, or 20
 * as the Chinese operators use. A *body* is the number without its check digit: ranges and blocks are kept as bodies,
 * since consecutive cards have consecutive bodies but not consecutive numbers.
 */
export type Iccid = Brand<string, 'Iccid'>;

const ICCID = /^89[0-9]{17,18}$/;
const ICCID_BODY = /^89[0-9]{16,17}$/;

export const isIccid = (text: string): text is Iccid => ICCID.test(text) && passesLuhn(text);

export const isIccidBody = (text: string): boolean => ICCID_BODY.test(text);

export const parseIccid = (text: string): Iccid | Refusal =>
  isIccid(text)
    ? text
    : refuse('invalid', 'InvalidIccid', 'An ICCID has 19 or 20 digits, begins with 89 and ends with its Luhn digit.', {
        field: 'iccid',
      });

/** The number whose body this is. The caller has checked the body (`isIccidBody`). */
export const iccidOfBody = (body: string): Iccid => `${body}${luhnDigit(body)}` as Iccid;

export const bodyOfIccid = (iccid: Iccid): string => iccid.slice(0, -1);
