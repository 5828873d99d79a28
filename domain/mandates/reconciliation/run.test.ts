import { describe, expect, it, test } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { DAY, fileRef, foundOf, RUN, rowOf } from '../../../test/support/reconciliation.ts';
import { differenceDecider, differenceKey } from './difference.ts';
import { runDecider } from './run.ts';
import type { Decision, DifferenceCommand, Found, RunCommand } from './schema.ts';

/** The state after all, and what each was answered: the file's status (or the stage), or the code of a refusal. */
const told = (...commands: ReadonlyArray<RunCommand>) => {
  const run = running(runDecider, RUN);
  const answers = commands.map((command) => {
    const answer = run.ask(command);
    return typeof answer === 'string' ? answer : (answer.file ?? answer.stage);
  });
  return { state: run.state(), answers };
};

const open: RunCommand = { _tag: 'Open', ...DAY };
const [one, other] = [fileRef('a'), fileRef('b')];
const receive = (ref = one): RunCommand => ({ _tag: 'Receive', ref, source: 'poll' });
const accept = ({ sm3 } = one): RunCommand => ({ _tag: 'Accept', sm3 });
const problem = { line: 4, field: 'state', code: 'InvalidField', reason: 'must be one of FORMAL, CANCELLED' };
const quarantine = ({ sm3 } = one): RunCommand => ({ _tag: 'Quarantine', sm3, problems: [problem], problemCount: 1 });
const release = ({ sm3 } = one): RunCommand => ({ _tag: 'Release', sm3, note: 'the bank says so' });
const discard = ({ sm3 } = one): RunCommand => ({ _tag: 'Discard', sm3, note: 'the bank says so' });
const correct: RunCommand = { _tag: 'Correct', outcomes: { settled: 2 }, errorFile: null };
const balance = { opening: 0, opened: 0, cancelled: 0, closing: 0 };
const compare: RunCommand = {
  _tag: 'Compare',
  ours: one,
  report: one,
  counts: {},
  differences: 2,
  carriedHere: null,
  carriedThere: null,
  balanceHere: balance,
  balanceThere: balance,
  imbalances: [],
  rules: one.sm3,
};

describe('a run', () => {
  test.each<[string, ReadonlyArray<RunCommand>, ReadonlyArray<string>]>([
    ['is opened once', [open, open], ['awaiting', 'awaiting']],
    ['has the key of its scope', [{ ...open, partner: 'ICBC' }], ['ScopeDiffers']],
    ['is nothing before', [receive()], ['RunUnknown']],
    [
      'misses its file, which may come late',
      [open, { _tag: 'Miss' }, receive(), accept()],
      ['awaiting', 'missing', 'received', 'counts'],
    ],
    [
      'knows the same bytes',
      [open, receive(), accept(), receive(), accept()],
      ['awaiting', 'received', 'counts', 'counts', 'counts'],
    ],
    [
      'keeps out other content',
      [open, receive(), accept(), receive(other), accept(other)],
      ['awaiting', 'received', 'counts', 'received', 'quarantined'],
    ],
    [
      'lets a person replace it',
      [open, receive(), accept(), receive(other), accept(other), release(other), accept(other)],
      ['awaiting', 'received', 'counts', 'received', 'quarantined', 'received', 'counts'],
    ],
    [
      'keeps a bad file until it is discarded',
      [open, receive(), quarantine(), accept(), discard(), release()],
      ['awaiting', 'received', 'quarantined', 'FileNotReceived', 'discarded', 'FileNotQuarantined'],
    ],
    [
      'discards nothing that counts',
      [open, receive(), accept(), discard()],
      ['awaiting', 'received', 'counts', 'FileNotQuarantined'],
    ],
    ['compares nothing without a file', [open, compare], ['awaiting', 'NoFileCounts']],
    [
      'is done when corrected',
      [open, receive(), accept(), compare, correct],
      ['awaiting', 'received', 'counts', 'compared', 'done'],
    ],
    ['does not know another file', [open, accept(other)], ['awaiting', 'FileUnknown']],
  ])('%s', (_name, commands, answers) => {
    expect(told(...commands).answers).toEqual(answers);
  });

  it('of a province waits for the answer to its file, and has it when it is repeated', () => {
    const sent: RunCommand = { ...correct, errorFile: other };
    const answer: RunCommand = { _tag: 'Answer', ref: fileRef('c'), outcomes: { done: 2 } };
    const begun = [open, receive(), accept(), compare, sent];
    expect(told(...begun).state?.stage).toBe('sent');
    expect(told(...begun, answer, answer, compare, sent).state).toMatchObject({
      stage: 'done',
      answer: { outcomes: { done: 2 } },
    });
    const further = told(...begun, answer, compare, { ...sent, errorFile: fileRef('d') });
    expect(further.state).toMatchObject({ stage: 'sent', answer: null });
  });

  it('begins anew when another file takes the place of the one that counted', () => {
    const first = [open, receive(), accept(), compare, correct];
    const { state } = told(...first, receive(other), accept(other), release(other), accept(other));
    expect(state).toMatchObject({ stage: 'received', attempt: 2, compared: null, outcomes: {} });
    expect(state?.files.map(({ status }) => status)).toEqual(['replaced', 'counts']);
  });
});

const after = (...commands: ReadonlyArray<DifferenceCommand>) => {
  const { ask } = running(differenceDecider, RUN);
  return commands.map((command) => {
    const answer = ask(command);
    return typeof answer === 'string' ? answer : answer.status;
  });
};
const record = (more: Partial<Found> = {}): DifferenceCommand => ({ _tag: 'Record', ...foundOf(more) });
const decided = (decision: Decision): DifferenceCommand => ({ _tag: 'Decide', decision, note: 'asked the bank' });
const settle: DifferenceCommand = { _tag: 'Settle', status: 'settled', outcome: 'formal' };
const queued = record({ action: 'queue' });
const ofProvince = { ...DAY, party: 'province', partner: '110000' } as const;

describe('a difference', () => {
  test.each<[string, ReadonlyArray<DifferenceCommand>, ReadonlyArray<string>]>([
    ['is found once', [record(), record()], ['open', 'open']],
    [
      'is settled once',
      [record(), settle, settle, { ...settle, status: 'queued' }],
      ['open', 'settled', 'settled', 'settled'],
    ],
    ['is nothing before', [settle], ['DifferenceUnknown']],
    ['waits', [record({ action: 'wait' })], ['waiting']],
    ['of ours is kept', [record({ action: 'keepOurs' })], ['settled']],
    ['is decided by a person', [queued, decided('takeTheirs'), settle], ['queued', 'open', 'settled']],
    ['is dismissed', [queued, decided('dismiss'), decided('dismiss')], ['queued', 'dismissed', 'DifferenceNotQueued']],
    ['by rule is for no person', [record(), decided('dismiss')], ['open', 'DifferenceNotQueued']],
    ['of a bank is not written', [queued, decided('write')], ['queued', 'DecisionNotPossible']],
    [
      'of a province is written',
      [record({ action: 'queue', scope: ofProvince }), decided('write')],
      ['queued', 'open'],
    ],
    [
      'of a province takes nothing',
      [record({ action: 'queue', scope: ofProvince }), decided('takeTheirs')],
      ['queued', 'DecisionNotPossible'],
    ],
    [
      'without a line takes nothing',
      [record({ action: 'queue', there: null }), decided('takeTheirs')],
      ['queued', 'DecisionNotPossible'],
    ],
  ])('%s', (_name, commands, answers) => {
    expect(after(...commands)).toEqual(answers);
  });

  it('has a key of its own by class and relation, and by lines where there is none', () => {
    const keys = [
      foundOf(),
      foundOf({ class: 'state' }),
      foundOf({ there: rowOf(2) }),
      foundOf({ there: null, class: 'unreadable', lineThere: 7 }),
      foundOf({ there: null, class: 'unreadable', lineThere: 8 }),
      foundOf({ class: 'duplicate', lineThere: 7 }),
      foundOf({ class: 'duplicate', lineThere: 8 }),
    ].map(differenceKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(differenceKey(foundOf({ lineThere: 99 }))).toBe(keys[0]);
    expect(keys[0]).toMatch(/^bank:CCB:2026-11-25:[0-9a-f]{16}$/);
  });
});
