import { luhnDigit } from '../../domain/kernel/luhn.ts';
import type { MessageOf } from '../../domain/mandates/messages/schema.ts';

/** The accounts of a simulated bank, and what it checks of whoever wants a mandate (seed 003 part 1 step 5.1, part 2 step 1). */

export interface BankAccount {
  readonly kind: MessageOf<'openRequest'>['account']['kind'];
  readonly number: string;
  readonly name: string;
  /** Of its owner's identity card, 18 characters. */
  readonly identity: string;
  readonly status: 'normal' | 'frozen' | 'closed';
  /** Has online banking. */
  readonly online: boolean;
}

/** What somebody says at the counter, at a terminal or on the page. */
export interface Applicant {
  /** The mobile number, 86 and 11 digits. */
  readonly number: string;
  readonly account: string;
  readonly name: string;
  readonly identity: string;
}

export type AccountProblem =
  | 'IdentityInvalid'
  | 'AccountUnknown'
  | 'NameDiffers'
  | 'IdentityDiffers'
  | 'AccountNotNormal'
  | 'NotOnlineBanking'
  | 'AlreadyMandated';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** The last character of an identity number (GB 11643: ISO 7064 MOD 11-2) of the 17 digits before it. */
const identityCheck = (digits: string): string =>
  CHECKS.charAt(WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0) % 11);

const isIdentity = (text: string): boolean =>
  /^[1-9][0-9]{16}[0-9X]$/.test(text) && identityCheck(text.slice(0, 17)) === text[17];

const PERSONS = [
  { name: '林月', identity: '11010119900307031', kind: 'debit', status: 'normal', online: true },
  { name: '周海', identity: '31010119851112042', kind: 'credit', status: 'normal', online: true },
  { name: '陈山', identity: '44030119780923015', kind: 'debit', status: 'frozen', online: true },
  { name: '何川', identity: '51010419690214038', kind: 'debit', status: 'normal', online: false },
] as const;

/** Four customers with a card each: two good ones, one that is frozen, one without online banking. @param bin 6 digits */
export const accountsOf = (bin: string): readonly BankAccount[] =>
  PERSONS.map(({ identity, ...person }, index) => {
    const body = `${bin}${String(index + 1).padStart(9, '0')}`;
    return { ...person, number: `${body}${luhnDigit(body)}`, identity: `${identity}${identityCheck(identity)}` };
  });

/** The account, or the first thing that stands in the way. */
export const checkedAccount = (
  accounts: readonly BankAccount[],
  { account, name, identity }: Applicant,
  rules: { readonly onlineOnly: boolean; readonly mandated: boolean },
): BankAccount | AccountProblem => {
  if (!isIdentity(identity)) return 'IdentityInvalid';
  const found = accounts.find(({ number }) => number === account);
  if (found === undefined) return 'AccountUnknown';
  if (found.name !== name) return 'NameDiffers';
  if (found.identity !== identity) return 'IdentityDiffers';
  if (found.status !== 'normal') return 'AccountNotNormal';
  if (rules.onlineOnly && !found.online) return 'NotOnlineBanking';
  return rules.mandated ? 'AlreadyMandated' : found;
};
