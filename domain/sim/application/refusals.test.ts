import { describe, expect, it } from 'vitest';
import {
  accepted,
  atValidation,
  atVendors,
  CARDS,
  cancel,
  cancelPart,
  cards,
  check,
  checked,
  complete,
  correct,
  count,
  draft,
  drop,
  file,
  having,
  line,
  NO,
  OTHER,
  POS,
  part,
  planned,
  post,
  recordFile,
  rejectPos,
  sent,
  split,
  submit,
  twoParts,
  verdict,
} from '../../../test/support/card-making.ts';
import { factsFor } from '../../../test/support/facts.ts';
import { LIMITS } from '../limits.ts';
import { applicationDecider } from './decide.ts';
import type { ApplicationCommand, ApplicationState } from './schema.ts';

describe('an application refuses', () => {
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
