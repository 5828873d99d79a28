import { luhnDigit } from '../../domain/kernel/luhn.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { type Msisdn, parseMsisdn } from '../../domain/mandates/identifiers.ts';
import type { Claim, NumberCommand, ProvinceRules, Subscriber } from '../../domain/mandates/schema.ts';

/** A number, a bank's card, a province's rules, and the messages about them, for tests of mandates. */

export const msisdn = (national: string): Msisdn => {
  const parsed = parseMsisdn(national);
  if (isRefusal(parsed)) throw new Error(parsed.message);
  return parsed;
};

/** The account of a debit card with 19 digits. */
export const cardOf = (serial: number): Claim['account'] => {
  const body = `6217000${`${serial}`.padStart(11, '0')}`;
  return { kind: 'debit', number: `${body}${luhnDigit(body)}` as Claim['account']['number'] };
};

export const NUMBER = msisdn('13800138000');
export const PROVINCE = '110000';

export const RULES: ProvinceRules = {
  secondaryNumbers: 'refused',
  exclusiveServices: ['FAMILY-PAY'],
  collectionUsers: 'postpaidOnly',
  prepaid: {
    threshold: { minMinor: 1_000, maxMinor: 10_000 },
    amount: { minMinor: 3_000, maxMinor: 50_000 },
    proposed: { thresholdMinor: 1_000, amountMinor: 5_000 },
  },
  postpaid: { automaticPayment: true },
  provisionalMs: 1_800_000,
  charges: { dayMinor: 20_000, monthMinor: 60_000 },
  twoPersonsOverMinor: 20_000,
};

export const SUBSCRIBER: Subscriber = {
  primary: true,
  status: 'normal',
  userType: 'prepaid',
  services: [],
  blacklisted: false,
  collection: false,
  existing: null,
};

export const TERMS: Claim['terms'] = { thresholdMinor: 1_000, amountMinor: 5_000, automaticPayment: true };
export const POSTPAID: Claim['terms'] = { thresholdMinor: null, amountMinor: null, automaticPayment: true };

/** Agreement `A1` at bank CCB: what the bank says it has. */
export const CLAIM: Claim = {
  bank: 'CCB',
  agreement: 'A1',
  account: cardOf(1),
  channel: 'branch',
  province: PROVINCE,
  userType: 'prepaid',
  terms: TERMS,
};

/** What another bank says it has, by the hall's flow. */
export const OTHER: Claim = { ...CLAIM, bank: 'ICBC', agreement: 'B7', account: cardOf(2), channel: 'hall' };

let messages = 0;
/** A message's id and number; each with a new id. */
const head = () => {
  messages += 1;
  return { message: `m${messages}`, number: NUMBER };
};
const named = ({ bank, agreement }: Claim) => ({ bank, agreement });

/** Every message there is about a claim, each time with a new id. */
export const say = {
  request: ({ userType: _type, terms: _terms, ...mandate }: Claim = CLAIM, subscriber = SUBSCRIBER, rules = RULES) =>
    ({ _tag: 'Request', ...head(), mandate, subscriber, rules }) satisfies NumberCommand,
  establish: (claim: Claim = CLAIM, rules = RULES) =>
    ({ _tag: 'Establish', ...head(), claim, rules }) satisfies NumberCommand,
  decline: (claim: Claim = CLAIM) =>
    ({ _tag: 'Decline', ...head(), ...named(claim), reason: 'account closed' }) satisfies NumberCommand,
  expire: (claim: Claim = CLAIM) => ({ _tag: 'Expire', ...named(claim) }) satisfies NumberCommand,
  cancel: (by: 'bank' | 'hall' | 'crm' | 'staff' = 'bank', claim: Claim = CLAIM) =>
    ({ _tag: 'Cancel', ...head(), ...named(claim), by, reason: 'the user wishes so' }) satisfies NumberCommand,
  confirmCancel: (claim: Claim = CLAIM) =>
    ({ _tag: 'ConfirmCancel', ...head(), ...named(claim) }) satisfies NumberCommand,
  rejectCancel: (claim: Claim = CLAIM) =>
    ({ _tag: 'RejectCancel', ...head(), ...named(claim), reason: 'a charge is open' }) satisfies NumberCommand,
  changeTerms: (terms: Claim['terms'], claim: Claim = CLAIM) =>
    ({ _tag: 'ChangeTerms', ...head(), ...named(claim), terms, rules: RULES }) satisfies NumberCommand,
  reconcile: (theirs: Claim | null, claim: Claim = CLAIM) =>
    ({ _tag: 'Reconcile', ...head(), ...named(claim), theirs, rules: RULES }) satisfies NumberCommand,
  topUp: (trigger: string, measuredAtMs: number, balanceMinor = 500) =>
    ({ _tag: 'TopUp', ...head(), trigger, balanceMinor, measuredAtMs, rules: RULES }) satisfies NumberCommand,
  payBill: (bill: string, amountMinor = 8_800) =>
    ({ _tag: 'PayBill', ...head(), bill, amountMinor, rules: RULES }) satisfies NumberCommand,
  recordCharge: (charge: string, outcome: 'unknown' | 'paid' | 'failed' | 'reversed', attempt = 1) =>
    ({ _tag: 'RecordCharge', ...head(), charge, attempt, outcome }) satisfies NumberCommand,
  stop: () => ({ _tag: 'Stop', ...head() }) satisfies NumberCommand,
  resume: () => ({ _tag: 'Resume', ...head() }) satisfies NumberCommand,
} as const;
