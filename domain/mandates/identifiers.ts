import type { Brand } from '../kernel/brand.ts';
import { passesLuhn } from '../kernel/luhn.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';

/** Who and what a bank mandate (签约) is about. Shown to somebody who may not see them whole, these go through `maskId`. */

/** A mobile number of the mainland in E.164 without `+`: `86` and 11 digits. */
export type Msisdn = Brand<string, 'Msisdn'>;

/** An account at a bank: 6–32 digits; the number of a card has 13–19 and passes Luhn. */
export type AccountNumber = Brand<string, 'AccountNumber'>;

const MSISDN = /^861[3-9][0-9]{9}$/;
const DIALLED = /^(?:\+|00)?(?:86)?(1[3-9][0-9]{9})$/;
const ACCOUNT = /^[0-9]{6,32}$/;
const CARD = /^[0-9]{13,19}$/;

export const ACCOUNT_KINDS = ['credit', 'debit', 'account'] as const;
/** A credit card (信用卡), a debit card (借记卡), or an account without a card (seed 003, part 2 §1). */
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export const isMsisdn = (text: string): text is Msisdn => MSISDN.test(text);

/** Partners write numbers as they are dialled, `13800138000`, or with `86`, `+86` or `0086` before them. */
export const parseMsisdn = (text: string): Msisdn | Refusal => {
  const [, national] = DIALLED.exec(text.replaceAll(/[ -]/g, '')) ?? [];
  return national === undefined
    ? refuse('invalid', 'InvalidMsisdn', 'A mobile number has 11 digits and begins with 13 to 19.', {
        field: 'number',
        action: 'Give it as it is dialled, with or without +86.',
      })
    : (`86${national}` as Msisdn);
};

export const isAccountNumber = (text: string): text is AccountNumber => ACCOUNT.test(text);

/** Whether a number can be that of such an account. */
export const fitsKind = (kind: AccountKind, number: string): boolean =>
  kind === 'account' ? ACCOUNT.test(number) : CARD.test(number) && passesLuhn(number);
