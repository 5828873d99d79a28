import { describe, expect, it } from 'vitest';
import {
  accepted,
  atValidation,
  atVendors,
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
  having,
  OTHER,
  POS,
  part,
  pause,
  planned,
  post,
  recordFile,
  rejectPos,
  sent,
  sm3,
  split,
  submit,
  twoParts,
  uploaded,
  VALIDATION,
  verdict,
  where,
} from '../../../test/support/card-making.ts';
import type { ApplicationCommand } from './schema.ts';

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
});
