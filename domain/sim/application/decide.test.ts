import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import { LIMITS } from '../limits.ts';
import { applicationDecider } from './decide.ts';
import type { ApplicationCommand, ApplicationReply, ApplicationState } from './schema.ts';

const NO = 'A20261123-0001';
const sm3 = (letter: string): string => letter.repeat(64);
const [CARDS, POS, VALIDATION, OTHER] = [sm3('a'), sm3('b'), sm3('c'), sm3('d')];
const file = (hash: string) => ({ id: `id-${hash[0]}`, name: `${hash[0]}.txt`, bytes: 1, sm3: hash });
const iccids = (quantity: number) => [
  { range: 'r', first: '8986012600000000000', last: `89860126${`${quantity - 1}`.padStart(11, '0')}` },
];
const imsis = (quantity: number) => [
  { range: 'r', first: '460010000000000', last: `46001${`${quantity - 1}`.padStart(10, '0')}` },
];

const line = (no: number, quantity: number, cardType: 'blank' | 'finished' = 'blank', city = '110000') => ({
  no,
  cardType,
  product: 'P1',
  city,
  quantity,
});
const draft: ApplicationCommand = {
  _tag: 'Draft',
  partner: 'VOP',
  remarks: '',
  vendors: ['V1', 'V2'],
  lines: [line(1, 10, 'finished'), line(2, 5, 'blank', '310000')],
};
const submit: ApplicationCommand = { _tag: 'Submit' };
const checked = (no: number, quantity: number, finished: boolean, missing = 0) => ({
  no,
  iccid: iccids(quantity),
  imsi: finished && quantity > missing ? imsis(quantity - missing) : [],
  missingIccid: 0,
  missingImsi: missing,
});
const check: ApplicationCommand = {
  _tag: 'RecordCheck',
  round: 1,
  lines: [checked(1, 10, true), checked(2, 5, false)],
};
const recordFile = (
  kind: 'application' | 'pos' | 'validation',
  status: 'generated' | 'uploaded' | 'received',
  hash = OTHER,
  part: string | null = null,
  round = 1,
): ApplicationCommand => ({ _tag: 'RecordFile', round, kind, status, file: file(hash), part });
const uploaded = [recordFile('application', 'generated'), recordFile('application', 'uploaded')];
const verdict = (accepted: ReadonlyArray<number>, rejected: ReadonlyArray<number>, round = 1): ApplicationCommand => ({
  _tag: 'RecordValidation',
  round,
  file: VALIDATION,
  accepted,
  rejected: rejected.map((no) => ({ no, code: 'E03', reason: 'quantity too large' })),
});
const cards = (lines: ReadonlyArray<readonly [number, number]>, hash = CARDS, round = 1): ApplicationCommand => ({
  _tag: 'RecordCardFile',
  round,
  file: hash,
  lines: lines.map(([no, rows]) => ({ no, rows })),
});
const part = (number: number, vendor: string, lines: ReadonlyArray<readonly [number, number]>) => ({
  part: number,
  vendor,
  lines: lines.map(([no, quantity]) => ({ no, quantity })),
});
const split = (...parts: ReadonlyArray<ReturnType<typeof part>>): ApplicationCommand => ({
  _tag: 'RecordSplit',
  file: CARDS,
  criterion: 'hand',
  parts,
});
const twoParts = split(
  part(1, 'V1', [[1, 6]]),
  part(2, 'V2', [
    [1, 4],
    [2, 5],
  ]),
);
const sent = (id: string): ApplicationCommand => ({ _tag: 'RecordPartSent', part: id });
const cancelPart = (id: string): ApplicationCommand => ({ _tag: 'CancelPart', part: id, reason: 'vendor closed' });
const count = (
  id: string,
  no: number,
  numbers: Partial<Record<'made' | 'failed' | 'confirmed' | 'reversed', number>>,
) => ({
  part: id,
  no,
  made: 0,
  failed: 0,
  confirmed: 0,
  reversed: 0,
  ...numbers,
});
const post = (
  counts: ReadonlyArray<ReturnType<typeof count>>,
  more: { hash?: string; chunk?: number; last?: boolean; kind?: 'pos' | 'posValidation' } = {},
): ApplicationCommand => ({
  _tag: 'PostProgress',
  file: more.hash ?? POS,
  kind: more.kind ?? 'pos',
  chunk: more.chunk ?? 0,
  last: more.last ?? true,
  counts,
  unknown: 1,
  duplicate: 2,
});
const pause: ApplicationCommand = { _tag: 'Pause', reason: 'stock-taking' };
const cancel: ApplicationCommand = { _tag: 'Cancel', reason: 'not needed' };
const complete: ApplicationCommand = { _tag: 'Complete' };
const drop = (no: number): ApplicationCommand => ({ _tag: 'DropLine', no, reason: 'given up' });
const correct = (no: number, quantity: number): ApplicationCommand => ({
  _tag: 'Correct',
  lines: [{ no, quantity }],
});
const rejectPos: ApplicationCommand = { _tag: 'RejectPos', part: '1.1', file: POS, code: 'E90', reason: 'unreadable' };

const atValidation = [draft, submit, check, ...uploaded];
const accepted = [...atValidation, verdict([1, 2], [])];
const planned = [
  ...accepted,
  cards([
    [1, 10],
    [2, 5],
  ]),
];
const atVendors = [...planned, twoParts, sent('1.1'), sent('1.2')];

const having = (commands: ReadonlyArray<ApplicationCommand>) => {
  const application = running(applicationDecider, NO);
  for (const command of commands) application.must(command);
  return application;
};
const where = (reply: ApplicationReply): readonly [string, string | null] => [reply.stage, reply.waitingFor];

describe('an application', () => {
  it('goes through all stages, says whom it waits for, and ends when every card is accounted for', () => {
    const one = having([]);
    const says = (command: ApplicationCommand) => where(one.must(command));
    expect(says(draft)).toEqual(['draft', 'staff']);
    expect(says(submit)).toEqual(['checking', null]);
    expect(says(check)).toEqual(['generating', null]);
    expect(says(recordFile('application', 'generated'))).toEqual(['uploading', null]);
    expect(says(recordFile('application', 'uploaded'))).toEqual(['validation', 'partner']);
    expect(says(verdict([1, 2], []))).toEqual(['cardFile', 'partner']);
    expect(
      says(
        cards([
          [1, 10],
          [2, 5],
        ]),
      ),
    ).toEqual(['splitting', 'staff']);
    expect(says(twoParts)).toEqual(['splitting', null]);
    expect(says(sent('1.1'))).toEqual(['splitting', null]);
    expect(says(sent('1.2'))).toEqual(['production', 'vendor']);
    expect(says(recordFile('pos', 'received', POS, '1.1'))).toEqual(['production', 'vendor']);
    expect(says(recordFile('pos', 'received', OTHER, '1.2'))).toEqual(['posValidation', 'partner']);
    expect(says(post([count('1.1', 1, { made: 5, failed: 1 })]))).toEqual(['posValidation', 'partner']);
    const rest = [count('1.2', 1, { made: 4, confirmed: 4 }), count('1.2', 2, { made: 5, confirmed: 4, reversed: 1 })];
    expect(says(post(rest, { hash: OTHER }))).toEqual(['posValidation', 'partner']);
    const verdicts = post([count('1.1', 1, { confirmed: 5 })], { hash: VALIDATION, kind: 'posValidation' });
    expect(says(verdicts)).toEqual(['posValidation', null]);
    const end = one.must(complete);
    expect(where(end)).toEqual(['completed', null]);
    expect(end.books).toMatchObject({ applied: 15, made: 13, failed: 2, confirmed: 13, rejected: 0, cancelled: 0 });
  });

  it('changes nothing when a fact is told again', () => {
    const again: ReadonlyArray<readonly [ReadonlyArray<ApplicationCommand>, ApplicationCommand]> = [
      [[draft, submit], submit],
      [[draft, submit, check], check],
      [[draft, submit], { _tag: 'Recheck' }],
      [atValidation, recordFile('application', 'uploaded')],
      [accepted, verdict([1, 2], [])],
      [[...atValidation, verdict([1], [2])], verdict([1], [2])],
      [
        planned,
        cards([
          [1, 10],
          [2, 5],
        ]),
      ],
      [atVendors, sent('1.1')],
      [[...atVendors, cancelPart('1.1')], cancelPart('1.1')],
      [[...atVendors, post([count('1.1', 1, { made: 6 })])], post([count('1.1', 1, { made: 6 })])],
      [[...atVendors, recordFile('pos', 'received', POS, '1.1'), rejectPos], rejectPos],
      [[draft, submit, pause], pause],
      [[draft, submit], { _tag: 'Resume' }],
      [[draft, cancel], cancel],
      [[draft, submit, check, ...uploaded, verdict([], [1, 2]), drop(1), drop(2)], drop(2)],
      [[draft, submit, check, ...uploaded, verdict([], [1, 2]), drop(1), drop(2), complete], complete],
    ];
    for (const [before, command] of again) {
      const one = having(before);
      const state = one.state();
      expect(one.must(command)).toMatchObject({ changed: false });
      expect(one.state()).toEqual(state);
    }
  });

  it('lets accepted lines go on while a rejected one is corrected in a new round', () => {
    const one = having([...atValidation, verdict([1], [2]), cards([[1, 10]])]);
    const back = one.must(correct(2, 7));
    expect(back).toMatchObject({ round: 2, books: { applied: 17, open: 7, planned: 10, rejected: 0 } });
    expect(one.must({ _tag: 'RecordCheck', round: 2, lines: [checked(2, 7, false)] })).toMatchObject({ changed: true });
    one.must(recordFile('application', 'generated', sm3('e'), null, 2));
    one.must(recordFile('application', 'uploaded', sm3('e'), null, 2));
    one.must(verdict([2], [], 2));
    one.must(cards([[2, 7]], sm3('f'), 2));
    expect(one.must(split(part(1, 'V1', [[1, 10]])))).toMatchObject({ books: { planned: 17 } });
  });

  it('waits for staff when numbers are short, and goes on when they are there', () => {
    const one = having([draft, submit]);
    const short = { _tag: 'RecordCheck', round: 1, lines: [checked(1, 10, true, 4)] } as const;
    expect(where(one.must(short))).toEqual(['checking', 'staff']);
    expect(where(one.must({ _tag: 'Recheck' }))).toEqual(['checking', null]);
    expect(one.must(check)).toMatchObject({ stage: 'generating' });
  });

  it('can be split anew until a part is sent, and gives up what a vendor gives back', () => {
    const one = having([...planned, twoParts]);
    one.must(
      split(
        part(7, 'V1', [
          [1, 10],
          [2, 5],
        ]),
      ),
    );
    expect(one.state()?.parts.map(({ id }) => id)).toEqual(['1.7']);
    one.must(sent('1.7'));
    one.must(post([count('1.7', 1, { made: 3, confirmed: 3 })]));
    expect(one.must(cancelPart('1.7')).books).toMatchObject({ made: 3, cancelled: 12, inProduction: 0 });
    expect(one.must(complete)).toMatchObject({ stage: 'completed' });
  });

  it('goes back to the vendor when the partner refuses a POS file', () => {
    const one = having([
      ...planned,
      split(
        part(1, 'V1', [
          [1, 10],
          [2, 5],
        ]),
      ),
      sent('1.1'),
    ]);
    expect(one.must(recordFile('pos', 'received', POS, '1.1'))).toMatchObject({ stage: 'posValidation' });
    expect(one.must(rejectPos)).toMatchObject({ stage: 'production', waitingFor: 'vendor' });
    expect(one.must(recordFile('pos', 'received', OTHER, '1.1'))).toMatchObject({ stage: 'posValidation' });
  });

  it('counts each chunk of a file once, in order', () => {
    const one = having(atVendors);
    const first = post([count('1.1', 1, { made: 2 })], { last: false });
    const second = post([count('1.1', 1, { made: 1, failed: 1 })], { chunk: 1 });
    expect(one.ask(second)).toBe('ChunkOutOfOrder');
    expect(one.must(first)).toMatchObject({ changed: true, books: { made: 2 } });
    expect(one.must(first)).toMatchObject({ changed: false, books: { made: 2 } });
    expect(one.must(second)).toMatchObject({ books: { made: 3, failed: 1 } });
    expect(one.must(first)).toMatchObject({ changed: false });
    expect(one.ask(post([], { chunk: 2 }))).toBe('ChunkAfterLast');
    expect(one.state()?.progress).toEqual([
      expect.objectContaining({ nextChunk: 2, done: true, made: 3, failed: 1, unknown: 2, duplicate: 4 }),
    ]);
  });

  it('cancels what has not gone to a vendor', () => {
    expect(having([draft]).must(cancel)).toMatchObject({ stage: 'cancelled', books: { cancelled: 15, open: 0 } });
    expect(having([...atValidation, verdict([1], [2])]).must(cancel)).toMatchObject({
      books: { applied: 15, cancelled: 10, rejected: 5 },
    });
    expect(having([...planned, twoParts]).must(cancel)).toMatchObject({ books: { cancelled: 15, planned: 0 } });
  });

  const many = Array.from({ length: LIMITS.lines }, (_, at) => line(at + 1, LIMITS.quantity));
  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<ApplicationCommand>, ApplicationCommand]> = [
    ['ApplicationUnknown', [], submit],
    ['ApplicationExists', [draft], draft],
    ['ApplicationExists', [draft, submit], draft],
    ['ApplicationEnded', [draft, cancel], submit],
    ['ApplicationEnded', [draft, cancel], complete],
    ['NotDraft', [draft, submit], { _tag: 'EditLines', remarks: '', vendors: [], lines: [line(1, 1)] }],
    ['NotSubmitted', [draft], check],
    ['NotSubmitted', [draft], complete],
    ['DuplicateLine', [], { ...draft, lines: [line(1, 1), line(1, 2)] } as ApplicationCommand],
    ['DuplicateLine', [draft], { _tag: 'EditLines', remarks: '', vendors: [], lines: [line(1, 1), line(1, 1)] }],
    ['TooManyCards', [], { ...draft, lines: many } as ApplicationCommand],
    ['TooManyCards', [...atValidation, verdict([1], [2])], correct(2, LIMITS.quantity)],
    ['UnknownLine', [draft, submit], { _tag: 'RecordCheck', round: 1, lines: [checked(9, 1, false)] }],
    ['UnknownLine', atValidation, verdict([9], [])],
    ['UnknownLine', accepted, cards([[9, 1]])],
    ['UnknownLine', accepted, drop(9)],
    [
      'DuplicateLine',
      accepted,
      cards([
        [1, 1],
        [1, 1],
      ]),
    ],
    ['RoundMismatch', [draft, submit], { _tag: 'RecordCheck', round: 2, lines: [checked(1, 10, true)] }],
    ['RoundMismatch', atValidation, verdict([1], [], 2)],
    ['RoundMismatch', accepted, cards([[1, 10]], CARDS, 2)],
    ['CheckDoesNotAddUp', [draft, submit], { _tag: 'RecordCheck', round: 1, lines: [checked(1, 9, true)] }],
    ['CheckDoesNotAddUp', [draft, submit], { _tag: 'RecordCheck', round: 1, lines: [checked(2, 5, true)] }],
    ['FileOutOfStage', [draft, submit], recordFile('application', 'generated')],
    ['FileOutOfStage', [draft, submit, check], recordFile('application', 'uploaded')],
    ['FileOutOfStage', [draft, submit, check], recordFile('application', 'received')],
    ['LineOutOfStage', [draft, submit, check], verdict([1], [])],
    ['LineOutOfStage', atValidation, cards([[1, 10]])],
    ['LineOutOfStage', accepted, correct(1, 5)],
    ['LineOutOfStage', atValidation, drop(1)],
    ['LineOutOfStage', planned, drop(1)],
    ['ValidationContradicts', atValidation, verdict([1], [1])],
    ['ValidationContradicts', accepted, verdict([], [1])],
    ['ValidationContradicts', [...atValidation, verdict([], [1])], verdict([1], [])],
    ['CardFileExceedsLine', accepted, cards([[1, 11]])],
    ['CardFileExceedsLine', planned, cards([[1, 1]], OTHER)],
    ['CardFileUnknown', accepted, twoParts],
    ['SplitDoesNotCover', planned, split(part(1, 'V1', [[1, 10]]))],
    [
      'SplitDoesNotCover',
      planned,
      split(
        part(1, 'V1', [
          [1, 11],
          [2, 5],
        ]),
      ),
    ],
    [
      'SplitDoesNotCover',
      planned,
      split(
        part(1, 'V1', [
          [1, 10],
          [2, 5],
          [3, 1],
        ]),
      ),
    ],
    [
      'DuplicateLine',
      planned,
      split(
        part(1, 'V1', [
          [1, 5],
          [1, 5],
          [2, 5],
        ]),
      ),
    ],
    ['DuplicatePart', planned, split(part(1, 'V1', [[1, 10]]), part(1, 'V2', [[2, 5]]))],
    [
      'VendorNotNamed',
      planned,
      split(
        part(1, 'V9', [
          [1, 10],
          [2, 5],
        ]),
      ),
    ],
    ['SplitFixed', [...planned, twoParts, sent('1.1')], twoParts],
    ['PartUnknown', planned, sent('1.1')],
    ['PartUnknown', planned, recordFile('pos', 'received', POS, '1.1')],
    ['PartUnknown', atVendors, post([count('9.9', 1, { made: 1 })])],
    ['PartCancelled', [...planned, twoParts, cancelPart('1.1')], sent('1.1')],
    ['PartNotSent', [...planned, twoParts], recordFile('pos', 'received', POS, '1.1')],
    ['PartNotSent', [...planned, twoParts], post([count('1.1', 1, { made: 1 })])],
    ['PosNotReceived', atVendors, rejectPos],
    [
      'PosAlreadyCounted',
      [...atVendors, recordFile('pos', 'received', POS, '1.1'), post([count('1.1', 1, { made: 1 })])],
      rejectPos,
    ],
    ['FileKindChanged', [...atVendors, post([], { last: false })], post([], { kind: 'posValidation', chunk: 1 })],
    ['ProgressExceedsPart', atVendors, post([count('1.1', 1, { made: 7 })])],
    ['ProgressExceedsPart', atVendors, post([count('1.1', 2, { made: 1 })])],
    ['ProgressExceedsPart', atVendors, post([count('1.1', 1, { made: 4 }), count('1.1', 1, { failed: 3 })])],
    ['ProgressExceedsPart', atVendors, post([count('1.1', 1, { made: 1, confirmed: 1, reversed: 1 })])],
    ['PartsAtVendor', atVendors, cancel],
    ['BooksOpen', accepted, complete],
    ['BooksOpen', [...atValidation, verdict([1], [2]), cards([[1, 10]])], complete],
  ];
  it.each(refusals)('refuses with %s (%#)', (code, before, command) => {
    const one = having(before);
    const state = one.state();
    expect(one.ask(command)).toBe(code);
    expect(one.state()).toBe(state);
  });

  it('refuses more files and parts than it can keep', () => {
    const state = having(planned).state();
    if (state === null) throw new Error('no application');
    const decide = (with_: Partial<ApplicationState>, command: ApplicationCommand) =>
      applicationDecider.decide({ ...state, ...with_ }, command, factsFor(NO));
    const files = Array.from({ length: LIMITS.files }, (_, at) => ({
      kind: 'validation' as const,
      round: at,
      status: 'received' as const,
      file: file(OTHER),
      part: null,
    }));
    expect(decide({ files }, recordFile('validation', 'received', POS))).toMatchObject({ code: 'TooManyFiles' });
    const cardFiles = files.map((_, at) => ({ sm3: `${at}`, round: 1, rows: 1, lines: [], criterion: null }));
    expect(decide({ cardFiles }, cards([[1, 1]], OTHER))).toMatchObject({ code: 'TooManyFiles' });
    const known = having([...atVendors, post([])]).state()?.progress[0];
    if (known === undefined) throw new Error('no progress');
    const progress = files.map((_, at) => ({ ...known, sm3: `${at}` }));
    expect(decide({ progress }, post([]))).toMatchObject({ code: 'TooManyFiles' });
    const ones = Array.from({ length: LIMITS.parts + 1 }, (_, at) => part(at + 1, 'V1', [[1, 1]]));
    const wide = [{ sm3: CARDS, round: 1, rows: ones.length, lines: [{ no: 1, rows: ones.length }], criterion: null }];
    expect(decide({ cardFiles: wide }, split(...ones))).toMatchObject({ code: 'TooManyParts' });
  });
});
