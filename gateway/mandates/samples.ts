import type { ProvinceRules, Subscriber, Terms } from '../../domain/mandates/schema.ts';
import type { RelationItem } from '../../store/mandates/relations.ts';

/** What the documents show of mandates. */

export const PROVINCE = '110000';

export const RULES: ProvinceRules = {
  secondaryNumbers: 'refused',
  exclusiveServices: ['FAMILY-PAY'],
  collectionUsers: 'refused',
  prepaid: {
    threshold: { minMinor: 1_000, maxMinor: 10_000 },
    amount: { minMinor: 3_000, maxMinor: 50_000 },
    proposed: { thresholdMinor: 1_000, amountMinor: 5_000 },
  },
  postpaid: { automaticPayment: true },
  provisionalMs: 1_800_000,
  charges: { dayMinor: 50_000, monthMinor: 200_000 },
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

export const BANK = 'CCB';
export const AGREEMENT = 'A1';
export const TERMS: Terms = { thresholdMinor: 1_000, amountMinor: 5_000, automaticPayment: true };
export const AT_MS = 1_795_416_000_000;
export const CASE = 'C-0123456789abcdef';

/** As lists show it. */
export const RELATION: RelationItem = {
  key: '0123456789abcdef0123456789abcdef',
  bank: BANK,
  agreement: AGREEMENT,
  status: 'formal',
  number: '861******8000',
  account: '621************0018',
  province: PROVINCE,
  channel: 'branch',
  userType: 'prepaid',
  terms: TERMS,
  case: null,
  caseKind: null,
  twoPersons: false,
  proposedBy: null,
  proposedAction: null,
  caseSinceMs: null,
  formalAtMs: AT_MS,
  endedAtMs: null,
  changedAtMs: AT_MS,
};
