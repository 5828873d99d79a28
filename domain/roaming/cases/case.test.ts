import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import type { BookLine } from '../settlement/schema.ts';
import { caseDay, caseDecider, caseId, findingOrigin } from './case.ts';
import type { CaseCommand, CaseOrigin, DetailLine } from './schema.ts';

const line = (more: Partial<DetailLine> = {}): DetailLine => ({
  ...{
    service: 'VOICE',
    at: '2026-10-05T08:15:30',
    usage: 61n,
    currency: 'XDR',
    amountMinor: 1_204n,
    status: 'AGREED',
  },
  ...more,
});
type Difference = Extract<CaseOrigin, { kind: 'difference' }>;
const difference = (more: Partial<Difference> = {}): CaseOrigin => ({
  ...{ kind: 'difference', agreement: 'HKGPP-2026', from: '2026-10-01', file: 'CDHKGPPCHNCM00042', record: 17 },
  classes: ['amount'],
  ours: line(),
  theirs: line({ amountMinor: 1_210n }),
  ...more,
});
const fee: CaseOrigin = { kind: 'fee', day: '2026-10-05', user: 'S1', service: null };
const RECORD = `${'d'.repeat(64)}.17`;

const opening = (origin: CaseOrigin): CaseCommand => ({
  ...{ _tag: 'Open', partner: 'HKGPP', of: 'HKGPP-2026:2026-10-01', reason: 'too much' },
  origin,
});
type Proposed = Extract<CaseCommand, { readonly _tag: 'Propose' }>;
type Said = readonly [who: string, command: CaseCommand];
const take: Said = ['li', { _tag: 'Take' }];
const propose = (
  resolution: 'ours' | 'theirs' | 'writtenOff',
  { amountMinor = null, record = null, ...more }: Partial<Omit<Proposed, '_tag' | 'resolution' | 'reason'>> = {},
): Said => [
  'li',
  {
    ...{ _tag: 'Propose', resolution, reason: 'seen in the signalling data' },
    ...{ amountMinor, record, ...more },
  },
];
const theirs = propose('theirs', { record: RECORD });
const approve = (who = 'wang'): Said => [who, { _tag: 'Approve' }];
const back: Said = ['wang', { _tag: 'Return', reason: 'look again' }];
const posted: Said = ['worker', { _tag: 'Posted' }];
const unposted: Said = ['worker', { _tag: 'Unposted', code: 'BooksFull' }];

const told = (origin: CaseOrigin, said: ReadonlyArray<Said>) => {
  const one = running(caseDecider, 'c0123456789abcdef');
  const answers = [one.ask(opening(origin), 'ann'), ...said.map(([who, command]) => one.ask(command, who))];
  const last = answers.at(-1);
  return { last: typeof last === 'string' ? last : last?.status, state: one.state() };
};

describe('a case', () => {
  it.each<[string, CaseOrigin, ReadonlyArray<Said>, string]>([
    ['is opened once', difference(), [['wang', opening(difference())]], 'open'],
    ['is taken by a person', difference(), [take], 'taken'],
    ['may be taken over by a colleague', difference(), [take, ['wang', { _tag: 'Take' }], propose('ours')], 'NotTaken'],
    ['is settled by whoever has taken it', difference(), [propose('ours')], 'WrongStatus'],
    ['is resolved at once where no money moves', difference(), [take, propose('ours')], 'resolved'],
    ['waits for a second person where money moves', difference(), [take, theirs], 'proposed'],
    ['is not approved by the same person', difference(), [take, theirs, approve('li')], 'SamePerson'],
    ['is booked when it was approved', difference(), [take, theirs, approve()], 'posting'],
    ['is resolved when it was booked', difference(), [take, theirs, approve(), posted], 'resolved'],
    ['comes back when the books do not take it', difference(), [take, theirs, approve(), unposted], 'taken'],
    ['comes back with a person’s reason', difference(), [take, theirs, back], 'taken'],
    [
      'that is written off needs a second person, and no booking',
      difference(),
      [take, propose('writtenOff'), approve()],
      'resolved',
    ],
    ['of equal amounts is settled without one', difference({ theirs: line() }), [take, propose('theirs')], 'resolved'],
    ['does not adjust what we do not have', difference({ ours: null }), [take, theirs], 'RecordMissing'],
    [
      'does not adjust over currencies',
      difference({ theirs: line({ currency: 'EUR' }) }),
      [take, theirs],
      'CurrencyDiffers',
    ],
    [
      'knows the amount of a difference itself',
      difference(),
      [take, propose('theirs', { amountMinor: 5n, record: RECORD })],
      'AmountNotAllowed',
    ],
    ['adjusts a record', difference(), [take, propose('theirs')], 'RecordNeeded'],
    ['adjusts nothing when ours is right', fee, [take, propose('ours', { amountMinor: 5n })], 'AmountNotAllowed'],
    ['of a fee needs an amount', fee, [take, propose('theirs', { record: RECORD })], 'AmountNeeded'],
    ['of a fee needs a record', fee, [take, propose('theirs', { amountMinor: -5n })], 'RecordNeeded'],
    [
      'of a fee is adjusted',
      fee,
      [take, propose('theirs', { amountMinor: -5n, record: RECORD }), approve()],
      'posting',
    ],
    ['is not opened again by a late word', difference(), [take, propose('ours'), posted], 'resolved'],
    ['that is resolved is not taken', difference(), [take, propose('ours'), take], 'WrongStatus'],
    ['is approved once', difference(), [take, theirs, approve(), approve('zhao')], 'WrongStatus'],
  ])('%s', (_, origin, said, last) => {
    expect(told(origin, said).last).toBe(last);
  });

  it.each<[string, Partial<Difference>, bigint]>([
    ['is theirs less ours', {}, 6n],
    ['is all of theirs that we had rejected', { ours: line({ status: 'REJECTED' }) }, 1_210n],
    ['is all of ours that they do not have', { theirs: null }, -1_204n],
    ['is all of ours that they dispute', { theirs: line({ status: 'DISPUTED' }) }, -1_204n],
  ])('what is adjusted %s', (_, more, amountMinor) => {
    expect(told(difference(more), [take, theirs]).state?.proposal).toMatchObject({
      amountMinor,
      record: RECORD,
      by: 'li',
    });
  });

  it('keeps who opened, took, proposed and approved it', () => {
    const { state } = told(difference(), [take, theirs, approve(), posted]);
    expect(state).toMatchObject({
      ...{ opened: { by: 'ann' }, taken: { by: 'li' }, proposal: { by: 'li' }, approved: { by: 'wang' } },
      resolvedAtMs: expect.any(Number),
    });
    expect(told(difference(), [take, theirs, approve(), unposted]).state).toMatchObject({
      ...{ proposal: null, approved: null, returned: 'BooksFull' },
    });
  });

  const newer = (theirs: DetailLine | null, more: Partial<Difference> = {}): Said => [
    'worker',
    { _tag: 'Renew', origin: difference({ theirs, ...more }) },
  ];
  const [dearer, even] = [newer(line({ amountMinor: 1_214n })), newer(line())];
  const booked: ReadonlyArray<Said> = [take, theirs, approve(), posted];
  it.each<[string, ReadonlyArray<Said>, string]>([
    ['by the same lines stays settled', [...booked, newer(line({ amountMinor: 1_210n }))], 'resolved'],
    ['by other amounts opens again', [...booked, dearer], 'open'],
    [
      'that agrees with what was booked stays settled',
      [...booked, newer(line({ amountMinor: 1_211n, usage: 62n }), { ours: line({ amountMinor: 1_205n }) })],
      'resolved',
    ],
    ['that agrees with our record alone opens again, for the books were moved', [...booked, even], 'open'],
    ['that agrees with what was held to be right stays settled', [take, propose('ours'), even], 'resolved'],
    ['in another currency opens again', [...booked, newer(line({ amountMinor: 1_210n, currency: 'EUR' }))], 'open'],
    ['also of what was held to be right', [take, propose('ours'), dearer], 'open'],
    ['of what was proposed sends it back', [take, theirs, dearer], 'taken'],
    ['of what a person works on tells what there is now', [take, dearer], 'taken'],
    ['waits until what is approved is booked', [take, theirs, approve(), dearer], 'WrongStatus'],
    ['is taken again', [...booked, dearer, take, theirs], 'proposed'],
    ['needs a record to give back what was booked', [...booked, even, take, propose('ours')], 'RecordNeeded'],
    ['needs a second person to give it back', [...booked, even, take, propose('ours', { record: RECORD })], 'proposed'],
  ])('a newer detail %s', (_, said, last) => {
    expect(told(difference(), said).last).toBe(last);
  });

  it('opened again by a newer detail keeps how it was settled, and moves what is left alone', () => {
    const { state } = told(difference(), [...booked, dearer, take, theirs, approve(), posted]);
    expect(state).toMatchObject({
      ...{ status: 'resolved', origin: { theirs: { amountMinor: 1_214n } }, proposal: { amountMinor: 4n } },
      earlier: [
        { origin: { theirs: { amountMinor: 1_210n } }, proposal: { amountMinor: 6n }, approved: { by: 'wang' } },
      ],
    });
    const back = told(difference(), [...booked, even, take, propose('ours', { record: RECORD }), approve()]);
    expect(back).toMatchObject({ last: 'posting', state: { proposal: { amountMinor: -6n, record: RECORD } } });
    const lost = told(difference(), [...booked, dearer, take, propose('writtenOff'), approve()]);
    expect(lost).toMatchObject({ last: 'resolved', state: { proposal: { amountMinor: 4n, record: null } } });
    expect(told(difference(), [...booked, dearer]).state).toMatchObject({ taken: null, returned: 'DetailChanged' });
  });

  it('that is opened again by a person has the lines that there are now', () => {
    const again: Said = ['ann', opening(difference({ theirs: line({ amountMinor: 1_214n }) }))];
    expect(told(difference(), [...booked, again])).toMatchObject({ last: 'open', state: { earlier: [{}] } });
  });

  it('of a difference keeps what was measured of it; of anything else nothing was', () => {
    const measured = { usage: 60n, monitor: 'PRB01', session: `${'e'.repeat(64)}.8` };
    const { state } = told(difference(), [take, propose('ours', { measured })]);
    expect(state?.proposal).toMatchObject({ resolution: 'ours', measured });
    expect(told(difference(), [take, propose('ours')]).state?.proposal).not.toHaveProperty('measured');
    expect(told(fee, [take, propose('ours', { measured })]).last).toBe('MeasuredNotAllowed');
  });

  it('is not known before it is opened', () => {
    expect(running(caseDecider, 'c').ask({ _tag: 'Take' })).toBe('CaseUnknown');
  });

  it('is known by what it is about', () => {
    expect(caseId('HKGPP', difference())).toMatch(/^c[0-9a-f]{16}$/);
    expect(caseId('HKGPP', difference({ classes: ['status'] }))).toBe(caseId('HKGPP', difference()));
    expect(caseId('HKGPP', difference({ record: 18 }))).not.toBe(caseId('HKGPP', difference()));
    expect(caseId('JPNDO', difference())).not.toBe(caseId('HKGPP', difference()));
    expect([caseDay(difference()), caseDay(fee)]).toEqual(['2026-10-01', '2026-10-05']);
  });

  it('of a charge that came twice has what the check knows of it', () => {
    const charged: BookLine = {
      ...{ belongs: '2026-10-04', number: '8613800000001', service: 'voice', direction: 'outbound', network: 'HKGPP' },
      ...{ currency: 'SDR', decimals: 3, events: 1, usage: 60n, amountMinor: 912n },
    };
    const found = { _tag: 'DoubleCharged', day: '2026-10-04', booked: '2026-10-06', line: charged } as const;
    expect(findingOrigin('2026-10', found)).toEqual({
      ...{ kind: 'finding', month: '2026-10', finding: 'DoubleCharged', day: '2026-10-04', booked: '2026-10-06' },
      ...{ number: '8613800000001', service: 'voice', currency: 'SDR', amountMinor: 912n, medianMinor: null },
    });
    const missing = findingOrigin('2026-10', { _tag: 'MissingDay', day: '2026-10-09' });
    expect(missing).toMatchObject({ finding: 'MissingDay', number: null, amountMinor: null });
  });
});
