import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import { booksBalance, outstanding, totalBooks } from './books.ts';
import { applicationDecider } from './decide.ts';
import { partId } from './evolve.ts';
import type { ApplicationCommand, ApplicationState, Line } from './schema.ts';

const sm3 = (n: number): string => `${n}`.padStart(64, '0');
const file = (n: number) => ({ id: `${n}`, name: `f${n}`, bytes: 1, sm3: sm3(n) });
const block = (quantity: number) =>
  quantity === 0 ? [] : [{ range: 'r', first: '460010000000000', last: `46001${`${quantity - 1}`.padStart(10, '0')}` }];

/** A step of a random walk: which way to go, and numbers to go by. Most steps suit the state, some do not. */
interface Step {
  readonly way: number;
  readonly pick: number;
  readonly amount: number;
}

const at = <Item>(items: ReadonlyArray<Item>, pick: number): Item | undefined =>
  items[pick % Math.max(1, items.length)];

const checkOf = (line: Line, short: boolean): ApplicationCommand => {
  const imsis = line.cardType === 'finished' ? line.books.open : 0;
  const missing = short ? 1 : 0;
  return {
    _tag: 'RecordCheck',
    round: line.round,
    lines: [
      {
        no: line.no,
        iccid: block(line.books.open - missing),
        imsi: block(imsis),
        missingIccid: missing,
        missingImsi: 0,
      },
    ],
  };
};

const beforeCards = (state: ApplicationState, { way, pick, amount }: Step): ApplicationCommand => {
  const line = at(state.lines, pick);
  const no = line?.no ?? 1;
  const round = line?.round ?? 1;
  const ways: ReadonlyArray<ApplicationCommand> = [
    { _tag: 'Submit' },
    line === undefined ? { _tag: 'Submit' } : checkOf(line, amount % 5 === 0),
    { _tag: 'RecordFile', round, kind: 'application', status: 'generated', file: file(round), part: null },
    { _tag: 'RecordFile', round, kind: 'application', status: 'uploaded', file: file(round), part: null },
    amount % 4 === 0
      ? { _tag: 'RecordValidation', round, file: sm3(1), accepted: [], rejected: [{ no, code: 'E', reason: 'r' }] }
      : { _tag: 'RecordValidation', round, file: sm3(1), accepted: [no], rejected: [] },
    { _tag: 'Correct', lines: [{ no, quantity: (amount % 9) + 1 }] },
    { _tag: 'DropLine', no, reason: 'r' },
    { _tag: 'Recheck' },
    {
      _tag: 'RecordCardFile',
      round,
      file: sm3(100 + amount),
      lines: [{ no, rows: Math.max(1, Math.min(amount, line?.books.open ?? 1)) }],
    },
  ];
  return ways[way % ways.length] ?? { _tag: 'Submit' };
};

const afterCards = (state: ApplicationState, { way, pick, amount }: Step): ApplicationCommand => {
  const cardFile = at(state.cardFiles, pick);
  const part = at(state.parts, pick);
  const partLine = part === undefined ? undefined : at(part.lines, amount);
  const id = part?.id ?? partId(1, 1);
  const left = partLine === undefined ? 0 : outstanding(partLine);
  const made = amount % (left + 1);
  const confirmable = (partLine?.made ?? 0) - (partLine?.confirmed ?? 0);
  const confirmed = amount % (confirmable + 1);
  const reversed = amount % 7 === 0 ? confirmable - confirmed : 0;
  const no = partLine?.no ?? 1;
  const progress = state.progress.find((each) => each.sm3 === sm3(pick));
  const ways: ReadonlyArray<ApplicationCommand> = [
    {
      _tag: 'RecordSplit',
      file: cardFile?.sm3 ?? sm3(0),
      criterion: 'hand',
      parts: (cardFile?.lines ?? []).map((line, index) => ({
        part: state.parts.length * 10 + index + 1,
        vendor: 'V1',
        lines: [{ no: line.no, quantity: line.rows }],
      })),
    },
    { _tag: 'RecordPartSent', part: id },
    { _tag: 'CancelPart', part: id, reason: 'r' },
    { _tag: 'RecordFile', round: 1, kind: 'pos', status: 'received', file: file(200 + pick), part: id },
    { _tag: 'RejectPos', part: id, file: part?.pos ?? sm3(0), code: 'E', reason: 'r' },
    {
      _tag: 'PostProgress',
      file: sm3(pick),
      kind: 'pos',
      chunk: progress?.nextChunk ?? 0,
      last: amount % 11 === 0,
      counts: [{ part: id, no, made, failed: amount % 3 === 0 ? left - made : 0, confirmed, reversed }],
      unknown: amount % 2,
      duplicate: 0,
    },
    { _tag: 'Complete' },
    amount === 13 ? { _tag: 'Cancel', reason: 'r' } : { _tag: 'Pause', reason: 'r' },
    { _tag: 'Resume' },
  ];
  return ways[way % ways.length] ?? { _tag: 'Resume' };
};

/** The way that leads on from where the picked line is; index into the ways of the two functions above. */
const onward = (state: ApplicationState, { pick, amount }: Step): ApplicationCommand => {
  const line = at(state.lines, pick);
  const open = line?.step === 'accepted' && line.books.open > 0;
  const before = ['draft', 'checking', 'generating', 'uploading', 'validation', 'rejected'].indexOf(line?.step ?? '');
  if (line?.step === 'short') return { _tag: 'Recheck' };
  if (before >= 0) return beforeCards(state, { way: before === 5 ? 5 + (amount % 2) : before, pick, amount });
  if (open) return beforeCards(state, { way: 8, pick, amount });
  const unsplit = state.cardFiles.findIndex(({ criterion }) => criterion === null);
  if (unsplit >= 0) return afterCards(state, { way: 0, pick: unsplit, amount });
  const unsent = state.parts.findIndex(({ status }) => status === 'planned');
  if (unsent >= 0) return afterCards(state, { way: 1, pick: unsent, amount });
  return afterCards(state, { way: [3, 4, 5, 5, 5, 5, 6][amount % 7] ?? 5, pick, amount });
};

const step = fc.record({ way: fc.nat(40), pick: fc.nat(5), amount: fc.nat(30) });

const audit = (state: ApplicationState): void => {
  for (const line of state.lines) {
    expect(booksBalance(line.books), `line ${line.no}`).toBe(true);
    // What is in production for a line is what its sent parts have outstanding; made and failed are the parts' too.
    const mine = state.parts.flatMap((part) =>
      part.lines.filter(({ no }) => no === line.no).map((each) => ({ ...each, sent: part.status === 'sent' })),
    );
    const sent = mine.filter((each) => each.sent);
    expect(sent.reduce((sum, each) => sum + outstanding(each), 0)).toBe(line.books.inProduction);
    expect(mine.reduce((sum, each) => sum + each.made, 0)).toBe(line.books.made);
    expect(mine.reduce((sum, each) => sum + each.failed, 0)).toBe(line.books.failed);
    expect(mine.reduce((sum, each) => sum + each.confirmed, 0)).toBe(line.books.confirmed);
  }
  const total = totalBooks(state.lines);
  expect(booksBalance(total)).toBe(true);
  if (state.ended !== null) {
    expect(total.open + total.planned + total.inProduction).toBe(0);
    expect(total.applied).toBe(total.made + total.failed + total.rejected + total.cancelled);
  }
};

it('balances the books of each line and in total, whatever happens in whatever order', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 160 }), (steps) => {
      const one = running(applicationDecider, 'A-1');
      one.must({
        _tag: 'Draft',
        partner: 'VOP',
        remarks: '',
        vendors: [],
        lines: [
          { no: 1, cardType: 'finished', product: 'P', city: 'C1', quantity: 9 },
          { no: 2, cardType: 'blank', product: 'P', city: 'C2', quantity: 4 },
          { no: 3, cardType: 'blank', product: 'Q', city: 'C2', quantity: 1 },
        ],
      });
      for (const each of steps) {
        const state = one.state();
        if (state === null) throw new Error('no application');
        const wander = each.way < 9 ? beforeCards : afterCards;
        const command = each.way < 18 ? wander(state, each) : onward(state, each);
        const answer = one.ask(command);
        if (typeof answer !== 'string' && answer.changed) seen.set(command._tag, (seen.get(command._tag) ?? 0) + 1);
        const now = one.state();
        if (now !== null) audit(now);
      }
    }),
    { numRuns: 200, seed: 20261123 },
  );
  // The walk is worth something only if it gets everywhere.
  for (const tag of [
    'RecordCardFile',
    'RecordSplit',
    'RecordPartSent',
    'CancelPart',
    'PostProgress',
    'Correct',
    'DropLine',
    'RejectPos',
    'Complete',
    'Cancel',
  ] as const) {
    expect(seen.get(tag) ?? 0, tag).toBeGreaterThan(0);
  }
});

it('keeps an application of a million cards small', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => ({
    no: index + 1,
    cardType: 'blank' as const,
    product: 'P',
    city: `C${index % 12}`,
    quantity: 1_000,
  }));
  const one = running(applicationDecider, 'A-1', factsFor('A-1'));
  one.must({ _tag: 'Draft', partner: 'VOP', remarks: '', vendors: [], lines });
  one.must({ _tag: 'Submit' });
  expect(JSON.stringify(one.state()).length).toBeLessThan(500_000);
});
