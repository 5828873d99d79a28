import { describe, expect, it, test } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { example } from '../../../test/support/rating.ts';
import { isProblems } from '../rating/refusals.ts';
import { termsNamed } from './document.ts';
import type { TermsCommand } from './schema.ts';
import { revisionBy, revisionInForce, termsDecider } from './terms.ts';

const KEY = 'agreement:CHNCM-HKGPP';
const document = (letter: string) => ({ id: `F-${letter}`, name: 'terms', bytes: 900, sm3: letter.repeat(64) });
const propose = (letter = 'a'): TermsCommand => ({ _tag: 'Propose', document: document(letter), note: 'as signed' });
const load = (letter = 'a'): TermsCommand => ({ _tag: 'Load', document: document(letter) });
const approve = (revision = 1): TermsCommand => ({ _tag: 'Approve', revision });
const reject = (revision = 1): TermsCommand => ({ _tag: 'Reject', revision, reason: 'a zone is missing' });

type Said = readonly [who: string, command: TermsCommand];
const [LI, WANG] = ['li', 'wang'] as const;

/** The state after all, and what each was answered: whether it changed something, or the code of a refusal. */
const told = (said: ReadonlyArray<Said>) => {
  const actor = running(termsDecider, KEY);
  const answers = said.map(([who, command]) => {
    const answer = actor.ask(command, who);
    return typeof answer === 'string' ? answer : answer.changed;
  });
  return { state: actor.state(), answers };
};

describe('a document of terms', () => {
  test.each<[string, ReadonlyArray<Said>, ReadonlyArray<string | boolean>, number | null]>([
    [
      'is in force when another person approves it',
      [
        [LI, propose()],
        [WANG, approve()],
      ],
      [true, true],
      1,
    ],
    [
      'is not approved by who proposed it',
      [
        [LI, propose()],
        [LI, approve()],
      ],
      [true, 'SecondPersonNeeded'],
      null,
    ],
    [
      'is loaded once, whatever the settings say later',
      [
        [LI, load()],
        [LI, load('b')],
      ],
      [true, false],
      1,
    ],
    [
      'is not loaded over a proposal',
      [
        [LI, propose()],
        [LI, load('b')],
      ],
      [true, false],
      null,
    ],
    [
      'may be rejected by who proposed it',
      [
        [LI, propose()],
        [LI, reject()],
      ],
      [true, true],
      null,
    ],
    [
      'is proposed once',
      [
        [LI, propose()],
        [LI, propose()],
      ],
      [true, false],
      null,
    ],
    [
      'is proposed by one at a time',
      [
        [LI, propose()],
        [WANG, propose()],
      ],
      [true, 'ProposalOpen'],
      null,
    ],
    [
      'has one proposal at a time',
      [
        [LI, propose()],
        [LI, propose('b')],
      ],
      [true, 'ProposalOpen'],
      null,
    ],
    [
      'may be proposed again once it was rejected',
      [
        [LI, propose()],
        [WANG, reject()],
        [LI, propose()],
      ],
      [true, true, true],
      null,
    ],
    [
      'is not proposed as it is',
      [
        [LI, load()],
        [LI, propose()],
      ],
      [true, 'SameAsInForce'],
      1,
    ],
    ['is not approved before it is proposed', [[LI, approve()]], ['TermsUnknown'], null],
    [
      'is approved by its number',
      [
        [LI, propose()],
        [WANG, approve(2)],
      ],
      [true, 'RevisionUnknown'],
      null,
    ],
    [
      'is approved once',
      [
        [LI, propose()],
        [WANG, approve()],
        [WANG, approve()],
      ],
      [true, true, false],
      1,
    ],
    [
      'is not rejected once it holds',
      [
        [LI, propose()],
        [WANG, approve()],
        [WANG, reject()],
      ],
      [true, true, 'AlreadyDecided'],
      1,
    ],
    [
      'stays in force while the next is proposed',
      [
        [LI, load()],
        [LI, propose('b')],
      ],
      [true, true],
      1,
    ],
    [
      'gives way to the next',
      [
        [LI, load()],
        [LI, propose('b')],
        [WANG, approve(2)],
      ],
      [true, true, true],
      2,
    ],
  ])('%s', (_, said, answers, inForce) => {
    const { state, answers: found } = told(said);
    expect(found).toEqual(answers);
    expect(state?.inForce ?? null).toBe(inForce);
  });

  it('keeps who proposed and who decided, and why', () => {
    const { state } = told([
      [LI, propose()],
      [WANG, reject()],
      [LI, propose('b')],
      [WANG, approve(2)],
    ]);
    expect(state).toMatchObject({
      kind: 'agreement',
      name: 'CHNCM-HKGPP',
      revisions: [
        { revision: 1, status: 'rejected', proposed: { by: LI }, decided: { by: WANG }, reason: 'a zone is missing' },
        { revision: 2, status: 'approved', note: 'as signed', reason: null },
      ],
    });
    expect(state === null ? undefined : revisionInForce(state)?.document.sm3).toBe('b'.repeat(64));
  });

  it('has at most a thousand revisions', () => {
    const rejected = Array.from(
      { length: 1_000 },
      (_, at): ReadonlyArray<Said> => [
        [LI, propose()],
        [LI, reject(at + 1)],
      ],
    );
    expect(told([...rejected.flat(), [LI, propose()]]).answers.at(-1)).toBe('TooManyRevisions');
  });
});

const codes = (kind: 'agreement' | 'plan', name: string, json: unknown): ReadonlyArray<string> => {
  const ready = termsNamed(kind, name, json);
  return isProblems(ready) ? ready.refusals.map(({ field, code }) => `${field}: ${code}`) : [];
};

describe('the document itself', () => {
  const agreement = example('agreement') as { readonly terms: ReadonlyArray<object> };
  const plan = example('plan') as { readonly tariffs: ReadonlyArray<{ readonly terms: ReadonlyArray<object> }> };
  const tiers = [
    { from: '0', percent: '0' },
    { from: '100', percent: '5' },
  ];
  const tiered = { name: 'much', basis: 'charge', method: 'incremental', tiers };

  test.each<[string, 'agreement' | 'plan', string, unknown, ReadonlyArray<string>]>([
    ['is taken as it is', 'agreement', 'CHNCM-HKGPP', agreement, []],
    ['is taken as a plan', 'plan', 'TRAVEL', plan, []],
    ['is of the name it is proposed for', 'agreement', 'CHNCM-JPNDO', agreement, ['visited: OtherName']],
    ['is of the plan it is proposed for', 'plan', 'HOME', plan, ['id: OtherName']],
    [
      'is told everything that is wrong with it',
      'agreement',
      'CHNCM-HKGPP',
      { ...agreement, terms: agreement.terms.map((one) => ({ ...one, version: 7, currency: 'XXY' })) },
      ['terms/0/currency: CurrencyUnknown', 'terms/1/currency: CurrencyUnknown', 'terms/1/version: VersionTwice'],
    ],
    [
      'has discounts of the month for everybody alone',
      'plan',
      'TRAVEL',
      {
        ...plan,
        tariffs: plan.tariffs.map((one) => ({
          ...one,
          terms: one.terms.map((each) => ({
            ...each,
            discounts: [tiered, { ...tiered, name: 'gold', subscribers: ['gold'] }],
          })),
        })),
      },
      ['tariffs/0/terms/0/discounts/1: DiscountTiered', 'tariffs/1/terms/0/discounts/1: DiscountTiered'],
    ],
  ])('%s', (_, kind, name, json, found) => {
    expect(codes(kind, name, json)).toEqual(found);
  });
});

test('a month is billed by the last revision that was approved before it ended, else by the first that ever was', () => {
  const approvedAt = (revision: number, atMs: number | null) =>
    ({
      ...{
        revision,
        status: atMs === null ? ('rejected' as const) : ('approved' as const),
        document: document('a'),
        note: 'n',
        reason: null,
      },
      ...{ proposed: { by: 'ann', atMs: 0 }, decided: { by: 'bob', atMs: atMs ?? 150 } },
    }) as const;
  const state = {
    kind: 'plan',
    ...{ name: 'TRAVEL', inForce: 4 },
    revisions: [approvedAt(1, 100), approvedAt(2, null), approvedAt(3, 200), approvedAt(4, 300)],
  } as const;
  expect([50, 100, 160, 299, 300].map((atMs) => revisionBy(state, atMs))).toEqual([1, 1, 1, 3, 4]);
  expect(revisionBy({ ...state, revisions: [approvedAt(1, null)] }, 500)).toBe(undefined);
});
