import { proposedTerms } from './province-rules.ts';
import type { ProvinceRules, Relation, Subscriber, Terms } from './schema.ts';

/**
 * May this number have a mandate (seed 003, part 1 step 3.1; part 2 steps 4.1–4.3)? Every rule is looked at, so that
 * whoever asks is told all that stands in the way, and the first of it decides. The source lists "a provisional relation"
 * among what qualifies; the opposite is meant and done.
 */

/** In the order in which they decide. */
export const CHECKED_RULES = [
  'existingRelation',
  'primaryNumber',
  'status',
  'exclusiveServices',
  'blacklist',
  'collection',
  'userType',
] as const;

export interface Check {
  readonly rule: (typeof CHECKED_RULES)[number];
  readonly passed: boolean;
  /** Stable; null when it passed. */
  readonly code: string | null;
  /** One sentence for a person. */
  readonly reason: string;
}

export interface Eligibility {
  readonly eligible: boolean;
  /** Of the first rule that said no. */
  readonly code: string | null;
  readonly checks: ReadonlyArray<Check>;
  /** What is proposed to an eligible one; null else. */
  readonly terms: Terms | null;
}

type Verdict = readonly [code: string, reason: string] | undefined;

const existing = ({ existing: known }: Subscriber, ours: Relation | null): Verdict => {
  if (ours !== null) return ['AlreadyMandated', `There is a ${ours.status} relation with a bank.`];
  if (known === null) return undefined;
  const whose = known.channel === 'province' ? 'of the province’s own' : 'with a bank';
  return ['AlreadyMandated', `The province knows a ${known.status} relation ${whose}.`];
};

const exclusive = ({ services }: Subscriber, { exclusiveServices }: ProvinceRules): Verdict => {
  const found = services.filter((service) => exclusiveServices.includes(service));
  return found.length === 0
    ? undefined
    : ['ExclusiveService', `The number has what excludes a mandate: ${found.join(', ')}.`];
};

const collection = (subscriber: Subscriber, { collectionUsers }: ProvinceRules): Verdict => {
  if (!subscriber.collection || collectionUsers === 'admitted') return undefined;
  if (collectionUsers === 'postpaidOnly' && subscriber.userType === 'postpaid') return undefined;
  return ['CollectionUser', 'The province admits no mandate for this user, who pays by collection.'];
};

const verdicts = (
  subscriber: Subscriber,
  rules: ProvinceRules,
  ours: Relation | null,
): ReadonlyArray<readonly [Check['rule'], Verdict, passed: string]> => [
  ['existingRelation', existing(subscriber, ours), 'There is no relation of any channel.'],
  [
    'primaryNumber',
    subscriber.primary || rules.secondaryNumbers === 'admitted'
      ? undefined
      : ['SecondaryNumber', 'The province admits primary numbers only.'],
    subscriber.primary ? 'It is a primary number.' : 'The province admits secondary numbers.',
  ],
  [
    'status',
    subscriber.status === 'normal' ? undefined : ['NumberNotNormal', `The number is ${subscriber.status}.`],
    'The number is in normal state.',
  ],
  ['exclusiveServices', exclusive(subscriber, rules), 'The number has no exclusive service.'],
  [
    'blacklist',
    subscriber.blacklisted ? ['Blacklisted', 'The number is on the blacklist of mandates.'] : undefined,
    'The number is not on the blacklist.',
  ],
  [
    'collection',
    collection(subscriber, rules),
    subscriber.collection ? 'The province admits this collection user.' : 'The user does not pay by collection.',
  ],
  [
    'userType',
    proposedTerms(subscriber.userType, rules) === null
      ? ['PrepaidNotOffered', 'The province offers no mandates to prepaid users.']
      : undefined,
    `The province offers mandates to ${subscriber.userType} users.`,
  ],
];

/** @param ours the relation that stands on our side, null when there is none */
export const eligibilityOf = (subscriber: Subscriber, rules: ProvinceRules, ours: Relation | null): Eligibility => {
  const checks = verdicts(subscriber, rules, ours).map(
    ([rule, verdict, passed]): Check =>
      verdict === undefined
        ? { rule, passed: true, code: null, reason: passed }
        : { rule, passed: false, code: verdict[0], reason: verdict[1] },
  );
  const code = checks.find((check) => !check.passed)?.code ?? null;
  const eligible = code === null;
  return { eligible, code, checks, terms: eligible ? proposedTerms(subscriber.userType, rules) : null };
};
