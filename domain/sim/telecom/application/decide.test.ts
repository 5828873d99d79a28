import { describe, expect, it } from 'vitest';
import { running } from '../../../../test/support/facts.ts';
import { booksBalance, totalBooks } from '../../application/books.ts';
import { telecomDecider } from './decide.ts';
import type { TelecomCommand } from './schema.ts';
import { telecomStage, telecomWaitingFor } from './stage.ts';

const NO = 'T-0001';
const file = (letter: string) => ({ id: letter, name: `${letter}.txt`, bytes: 1, sm3: letter.repeat(64) });
const lines = [
  { no: 1, product: 'P1', city: '110000', quantity: 10 },
  { no: 2, product: 'P2', city: '310000', quantity: 5 },
];
const draft: TelecomCommand = { _tag: 'Draft', remarks: '', vendor: 'V1', lines };
const exported: TelecomCommand = { _tag: 'RecordExport', files: [{ form: 'text', file: file('a') }] };
const scan: TelecomCommand = { _tag: 'AttachScan', file: file('b') };
const sent = (id = 'm1', letter = 'b'): TelecomCommand => ({
  _tag: 'RecordSent',
  messageId: id,
  scan: letter.repeat(64),
});
const letter = (kind: 'answer' | 'bounced' | 'delivered', id = 'r1', about = 'm1', sm3 = 'c'): TelecomCommand => ({
  _tag: 'RecordLetter',
  messageId: id,
  about,
  kind,
  sm3: sm3.repeat(64),
  status: kind === 'bounced' ? '5.1.1' : '',
  note: '',
});
const result = (first = 10, second = 5, name = 'd'): TelecomCommand => ({
  _tag: 'RecordResult',
  file: file(name),
  lines: [
    { no: 1, rows: first },
    { no: 2, rows: second },
  ],
});
const handed: TelecomCommand = { _tag: 'RecordHandedOver', vendor: 'V1', file: file('e') };
const report = (made: number, failed: number, chunk = 0, last = true, no = 1): TelecomCommand => ({
  _tag: 'PostProduction',
  file: 'f'.repeat(64),
  chunk,
  last,
  counts: [{ no, made, failed }],
  unknown: 0,
  duplicate: 0,
});
const resend: TelecomCommand = { _tag: 'Resend', reason: 'no answer' };
const cancel: TelecomCommand = { _tag: 'Cancel', reason: 'not needed' };
const complete: TelecomCommand = { _tag: 'Complete' };

const having = (...commands: ReadonlyArray<TelecomCommand>) => {
  const application = running(telecomDecider, NO);
  for (const command of commands) application.must(command);
  return application;
};
const mailed = [draft, exported, scan, sent()];
const atVendor = [...mailed, letter('answer'), result(), handed];

describe('a Telecom application', () => {
  it('goes from its lines to the last card, says whom it waits for, and its books balance at every step', () => {
    const application = running(telecomDecider, NO);
    const way: ReadonlyArray<readonly [TelecomCommand, string, string | null]> = [
      [draft, 'draft', 'staff'],
      [exported, 'scan', 'staff'],
      [scan, 'mailing', null],
      [sent(), 'result', 'partner'],
      [letter('delivered', 'n1'), 'result', 'partner'],
      [letter('answer'), 'result', 'partner'],
      [result(), 'handover', null],
      [handed, 'production', 'vendor'],
      [report(9, 1, 0, false), 'production', 'vendor'],
      [report(5, 0, 1, true, 2), 'production', 'vendor'],
      [complete, 'completed', null],
    ];
    for (const [command, stage, waitingFor] of way) {
      const reply = application.must(command);
      expect([command._tag, reply.stage, reply.waitingFor]).toEqual([command._tag, stage, waitingFor]);
      expect(booksBalance(reply.books)).toBe(true);
      const state = application.state();
      expect(state?.lines.every(({ books }) => booksBalance(books))).toBe(true);
      // Told again, nothing changes.
      if (command._tag !== 'Draft') expect(application.must(command).changed).toBe(false);
    }
    expect(application.must(complete).books).toMatchObject({ applied: 15, made: 14, confirmed: 14, failed: 1 });
  });

  it('sends the letter again after it came back, with another scan', () => {
    const application = having(...mailed, letter('bounced'));
    const state = application.state();
    if (state === null) throw new Error('there is a state');
    expect([telecomStage(state), telecomWaitingFor(state)]).toEqual(['mailing', 'staff']);
    application.must({ _tag: 'AttachScan', file: file('9') });
    expect(application.must(sent('m2', '9'))).toMatchObject({ stage: 'result', waitingFor: 'partner' });
    expect(application.state()?.sent.map(({ delivery }) => delivery)).toEqual(['bounced', 'accepted']);
    // The answer to the first letter is worth as much.
    expect(application.must(letter('answer', 'r2'))).toMatchObject({ changed: true });
  });

  it('takes for rejected what Telecom does not grant', () => {
    const application = having(...mailed, result(7, 5));
    const books = totalBooks(application.state()?.lines ?? []);
    expect(books).toMatchObject({ applied: 15, planned: 12, rejected: 3, open: 0 });
  });

  it('gives up what a vendor does not deliver, and can be completed then', () => {
    const application = having(...atVendor, report(4, 0));
    expect(application.ask(complete)).toBe('BooksOpen');
    expect(application.must({ _tag: 'GiveUp', reason: 'closed' }).books).toMatchObject({ made: 4, cancelled: 11 });
    expect(application.must(complete)).toMatchObject({ stage: 'completed' });
  });

  it('cancels what is open or planned', () => {
    expect(having(...mailed, result(7, 5)).must(cancel).books).toMatchObject({
      cancelled: 12,
      rejected: 3,
      planned: 0,
    });
  });
});

/** A file by every line of the refusals: what was done before, and what is refused then. */
const refused: ReadonlyArray<readonly [string, ReadonlyArray<TelecomCommand>, TelecomCommand]> = [
  ['ApplicationUnknown', [], scan],
  ['ApplicationExists', [draft], draft],
  ['DuplicateLine', [], { ...draft, lines: [...lines, ...lines] }],
  [
    'TooManyCards',
    [],
    { ...draft, lines: [1, 2, 3].map((no) => ({ no, product: 'P', city: 'C', quantity: 9_999_999 })) },
  ],
  ['NotDraft', [draft, exported], { _tag: 'EditLines', remarks: '', vendor: 'V1', lines }],
  ['ExportedDifferently', [draft, exported], { _tag: 'RecordExport', files: [{ form: 'text', file: file('0') }] }],
  ['NotExported', [draft], scan],
  ['AlreadyMailed', mailed, { _tag: 'AttachScan', file: file('9') }],
  ['ScanMissing', [draft, exported], sent()],
  ['ScanReplaced', [draft, exported, scan], sent('m1', '9')],
  ['NothingToSend', mailed, sent('m2')],
  ['ScanMissing', [draft, exported], resend],
  ['LineOutOfStage', [...mailed, result()], resend],
  ['LetterUnknown', mailed, letter('answer', 'r1', 'other')],
  ['LetterDiffers', [...mailed, letter('answer')], letter('answer', 'r1', 'm1', '9')],
  ['NotExported', [draft], result()],
  ['ResultExceedsLine', mailed, result(11)],
  ['ResultKnown', [...mailed, result()], result(10, 5, '9')],
  ['UnknownLine', mailed, { _tag: 'RecordResult', file: file('d'), lines: [{ no: 7, rows: 1 }] }],
  [
    'DuplicateLine',
    mailed,
    {
      _tag: 'RecordResult',
      file: file('d'),
      lines: [
        { no: 1, rows: 1 },
        { no: 1, rows: 1 },
      ],
    },
  ],
  ['NoResult', mailed, handed],
  ['OtherVendor', [...mailed, result()], { ...handed, vendor: 'V2' }],
  ['HandedOver', atVendor, { _tag: 'ChooseVendor', vendor: 'V2' }],
  ['HandedOver', atVendor, { ...handed, file: file('9') }],
  ['NotHandedOver', mailed, report(1, 0)],
  ['NotHandedOver', mailed, { _tag: 'GiveUp', reason: 'x' }],
  ['ChunkOutOfOrder', atVendor, report(1, 0, 1)],
  ['ProgressExceedsPart', atVendor, report(11, 0)],
  ['UnknownLine', atVendor, report(1, 0, 0, true, 7)],
  ['PartsAtVendor', atVendor, cancel],
  ['BooksOpen', mailed, complete],
  ['ApplicationEnded', [...mailed, cancel], scan],
  ['ApplicationEnded', [...mailed, cancel], complete],
];

describe('refusals of a Telecom application', () => {
  it.each(refused)('%s', (code, before, command) => {
    const application = having(...before);
    const state = application.state();
    expect(application.ask(command)).toBe(code);
    expect(application.state()).toEqual(state);
  });

  it('TooManyLetters', () => {
    const application = having(...mailed);
    for (let index = 0; index < 200; index += 1) application.must(letter('answer', `r${index}`));
    expect(application.ask(letter('answer', 'one more'))).toBe('TooManyLetters');
  });
});
