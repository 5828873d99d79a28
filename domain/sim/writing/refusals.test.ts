import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { noticeIsOurs, signNotice } from '../../keys/notice-signature.ts';
import { iccidOfBody } from '../iccid.ts';
import type { CardState } from '../schema.ts';
import type { CardSeen } from '../uicc/card-profile.ts';
import { PROFILES } from '../uicc/profiles.ts';
import { cardWriteDecider, REQUEST_LIFE_MS } from './card-write.ts';
import { iccidOf, judgeBlank } from './judge.ts';
import { noticeOf } from './notice.ts';
import { readerDecider } from './reader.ts';
import { parseReaderList } from './reader-list.ts';
import { holderOf } from './resource.ts';
import { type BlankCardState, type CardWriteCommand, READER_QUEUE, type ReaderCommand } from './schema.ts';

/** Every refusal of writing but a blank card's, each with what leads to it. */

const ICCID = iccidOfBody('8986012610000000001');
const OTHER = iccidOfBody('8986012610000000002');
const IMSI = '460017000000001' as never;
const WANTED = { product: 'P1', city: null, iccid: null, msisdn: null, smsc: null };

type Write = CardWriteCommand;
const request: Write = { _tag: 'Request', wanted: WANTED };
const judge: Write = {
  _tag: 'Judge',
  iccid: ICCID as never,
  profile: 'usim-key-file',
  reader: 'counter-1',
  application: 'A-1001',
  line: 1,
  product: 'P1',
  city: '110000',
  range: 'r1',
};
const reserve: Write = { _tag: 'Reserve', imsi: IMSI, smsc: '8613010112500' };
const begin: Write = { _tag: 'Begin', attempt: 'a1', forMs: 1_000 };
const finish = (result: 'written' | 'notReached' | 'inDoubt', attempt = 'a1'): Write => ({
  _tag: 'Finish',
  attempt,
  result,
  proved: result === 'written',
  code: result === 'written' ? null : 'CardRemoved',
  message: result === 'written' ? null : 'taken out',
});
const fail: Write = { _tag: 'Fail', outcome: 'failed', code: 'ImsiExhausted', message: 'none' };
const settle = (outcome: 'written' | 'notWritten' | 'scrapped'): Write => ({ _tag: 'Settle', outcome, reason: 'seen' });
const close: Write = { _tag: 'Close' };
const lapse = (attempt: string | null): Write => ({ _tag: 'Lapse', attempt });
const writing = [request, judge, reserve, begin];

const write = (commands: readonly Write[] = []) => {
  const one = running(cardWriteDecider, 'CRM-1');
  for (const command of commands) one.must(command);
  return one;
};

describe('a write', () => {
  it('goes from request to confirmation, and each step again changes nothing', () => {
    const one = write();
    const steps = [request, judge, reserve, begin, finish('written'), close];
    const statuses = steps.map((command) => (one.must(command) as { write: { status: string } }).write.status);
    expect(statuses).toEqual(['requested', 'judged', 'reserved', 'writing', 'written', 'confirmed']);
    for (const command of [request, finish('written'), close])
      expect(one.must(command)).toMatchObject({ changed: false });
    expect(one.state()).toMatchObject({ imsi: IMSI, proved: true, closed: true, attempts: 1 });
  });

  it('fails only while the card cannot carry the IMSI, and is closed once what it held is back', () => {
    const one = write([...writing, finish('notReached')]);
    expect(one.state()).toMatchObject({ status: 'failed', code: 'CardRemoved', closed: false });
    one.must(close);
    expect(one.state()).toMatchObject({ status: 'failed', closed: true });
  });

  it('takes another range as long as nothing is reserved', () => {
    const one = write([request, judge]);
    expect(one.must({ ...judge, range: 'r2' } as Write)).toMatchObject({ changed: true });
    one.must(reserve);
    expect(one.must({ ...judge, range: 'r3' } as Write)).toMatchObject({ changed: false, write: { range: 'r2' } });
  });

  it.each([
    ['written', { status: 'written', code: null, scrapped: false }],
    ['notWritten', { status: 'failed', code: 'NotWritten', scrapped: false }],
    ['scrapped', { status: 'failed', code: 'Scrapped', scrapped: true }],
  ] as const)('in doubt is settled by a person as %s', (outcome, expected) => {
    const one = write([...writing, finish('inDoubt'), settle(outcome)]);
    expect(one.state()).toMatchObject({ ...expected, settledBy: 'operator', message: 'seen' });
  });

  it('in doubt is tried again, and the newest attempt counts', () => {
    const one = write([...writing, finish('inDoubt'), { ...begin, attempt: 'a2' } as Write]);
    expect(one.ask(finish('notReached', 'a1'))).toBe('AttemptOver');
    one.must(finish('written', 'a2'));
    expect(one.state()).toMatchObject({ status: 'written', attempts: 2 });
  });

  it('lapses: given up before the card, in doubt during the talk, and a late outcome is still the truth', () => {
    const before = write([request, judge, lapse(null)]);
    expect(before.state()).toMatchObject({ status: 'failed', code: 'Abandoned' });
    const during = write([...writing, lapse(null)]);
    expect(during.state()?.status).toBe('writing');
    during.must(lapse('a1'));
    expect(during.state()).toMatchObject({ status: 'inDoubt', code: 'WriterLost' });
    during.must(finish('written'));
    expect(during.state()?.status).toBe('written');
    expect(during.must(lapse('a1'))).toMatchObject({ changed: false });
    expect(REQUEST_LIFE_MS).toBeGreaterThan(60_000);
  });

  const refusals: ReadonlyArray<readonly [string, readonly Write[], Write]> = [
    ['WriteUnknown', [], judge],
    ['RequestDiffers', [request], { _tag: 'Request', wanted: { ...WANTED, product: 'P2' } }],
    ['CardChanged', [request, judge], { ...judge, iccid: OTHER } as Write],
    ['WriteNotJudged', [request], reserve],
    ['ReservedOtherwise', [request, judge, reserve], { ...reserve, smsc: '8613010112501' } as Write],
    ['WriteNotReserved', [request, judge], begin],
    ['WriteUnderWay', writing, { ...begin, attempt: 'a2' } as Write],
    ['AttemptOver', writing, finish('written', 'a9')],
    ['WriteMayHaveReached', writing, fail],
    ['WriteMayHaveReached', [...writing, finish('inDoubt')], fail],
    ['WriteNotInDoubt', writing, settle('written')],
    ['WriteNotInDoubt', [...writing, finish('written')], settle('scrapped')],
    ['WriteNotEnded', writing, close],
    ['WriteNotEnded', [...writing, finish('inDoubt')], close],
  ];
  it.each(refusals)('%s', (code, commands, command) => {
    expect(write(commands).ask(command)).toBe(code);
  });
});

describe('the card in the reader', () => {
  const atr = Buffer.from('3b9f96801fc78031a073be21136743200718000001a5', 'hex');
  const seen: CardSeen = { atr, iccid: ICCID, imsi: null };
  const card = {
    iccid: ICCID,
    application: 'A-1001',
    line: 1,
    imsi: null,
    product: 'P1',
    city: '110000',
    cardType: 'blank',
    status: 'made',
    confirmed: true,
  } as unknown as CardState;
  const known = { profile: 'usim-key-file', status: 'blank' } as unknown as BlankCardState;
  const judged = (more: {
    seen?: Partial<CardSeen>;
    card?: Partial<CardState> | null;
    blank?: Partial<BlankCardState> | null;
    wanted?: object;
  }) => {
    const result = judgeBlank(
      { ...seen, ...more.seen },
      {
        card: more.card === null ? null : { ...card, ...more.card },
        blank: more.blank === null ? null : { ...known, ...more.blank },
      },
      { ...WANTED, ...more.wanted },
      PROFILES,
    );
    return isRefusal(result) ? result.code : result;
  };

  it('is legal', () => {
    expect(judged({})).toMatchObject({ iccid: ICCID, keepsIccid: true, application: 'A-1001', city: '110000' });
  });

  it.each([
    ['CardUnknown', { card: null }],
    ['CardFinished', { card: { cardType: 'finished' } }],
    ['CardNotInStock', { card: { confirmed: false } }],
    ['CardNotInStock', { card: { status: 'failed' } }],
    ['CardOfAnotherProduct', { wanted: { product: 'P2' } }],
    ['CardOfAnotherCity', { wanted: { city: '310000' } }],
    ['CardKeysMissing', { blank: null }],
    ['MalformedAtr', { seen: { atr: Buffer.of(0x3b) } }],
    ['CardProfileUnknown', { seen: { atr: Buffer.from('3b9f96801fc78031a073be2113674320071800000100', 'hex') } }],
    ['CardOfAnotherBatch', { blank: { profile: 'usim-sealed' } }],
    ['CardNotBlank', { seen: { imsi: '460010000000009' } }],
    ['CardIccidDiffers', { wanted: { iccid: OTHER } }],
  ] as const)('%s', (code, more) => {
    const result = judged(more);
    // An ATR whose check byte is wrong is none.
    expect(code === 'CardProfileUnknown' ? ['CardProfileUnknown', 'MalformedAtr'] : [code]).toContain(result);
  });

  it('IccidUnknown', () => {
    const none = { ...seen, iccid: null };
    expect(iccidOf(none, WANTED)).toMatchObject({ code: 'IccidUnknown' });
    expect(iccidOf(none, { ...WANTED, iccid: OTHER as never })).toBe(OTHER);
  });
});

describe('a reader', () => {
  const attach: ReaderCommand = { _tag: 'Attach', session: 's1', forMs: 1_000, place: 'serial' };
  const enqueue = (no: number): ReaderCommand => ({ _tag: 'Enqueue', request: `CRM-${no}` });
  const reader = (commands: readonly ReaderCommand[] = []) => {
    const one = running(readerDecider, 'counter-1');
    for (const command of commands) one.must(command);
    return one;
  };

  it('has one write at a time, in the order in which they came, and the next session goes on with it', () => {
    const one = reader([attach, enqueue(1), enqueue(2), enqueue(1)]);
    const take = (session: string): ReaderCommand => ({ _tag: 'Take', session });
    expect(one.must(take('s1'))).toMatchObject({ current: 'CRM-1' });
    expect(one.must(take('s1'))).toMatchObject({ current: 'CRM-1', changed: false });
    one.must({ _tag: 'Detach', session: 's1' });
    one.must({ ...attach, session: 's2' } as ReaderCommand);
    expect(one.must(take('s2'))).toMatchObject({ current: 'CRM-1' });
    one.must({ _tag: 'Done', session: 's2', request: 'CRM-1' });
    expect(one.must(take('s2'))).toMatchObject({ current: 'CRM-2' });
  });

  const full = Array.from({ length: READER_QUEUE }, (_, no) => enqueue(no));
  it.each([
    ['ReaderUnknown', [], enqueue(1)],
    ['ReaderAttached', [attach], { ...attach, session: 's2' }],
    ['SessionOver', [attach], { _tag: 'Take', session: 's9' }],
    ['SessionOver', [attach], { _tag: 'Done', session: 's9', request: 'CRM-1' }],
    ['ReaderBusy', [attach, ...full], enqueue(99)],
  ] as ReadonlyArray<readonly [string, readonly ReaderCommand[], ReaderCommand]>)('%s', (code, commands, command) => {
    expect(reader(commands).ask(command)).toBe(code);
  });

  it('InvalidReaderName', () => {
    expect(running(readerDecider, ':').ask(attach)).toBe('InvalidReaderName');
  });

  it('is listed by name and address, for a tenant', () => {
    expect(parseReaderList(' a=serial:/dev/ttyUSB0?baud=9600 ; acme/b=vpcd:35963;')).toEqual([
      { tenant: null, name: 'a', address: 'serial:/dev/ttyUSB0?baud=9600' },
      { tenant: 'acme', name: 'b', address: 'vpcd:35963' },
    ]);
    for (const wrong of ['serial:/dev/x', 'a=', 'a=vpcd:1;a=vpcd:2']) {
      expect(parseReaderList(wrong)).toMatchObject({ code: 'InvalidReaderList' });
    }
  });
});

describe('a notice', () => {
  const key = Buffer.alloc(32, 7);
  it('says the IMSI only of a card that carries it, and is signed for five minutes', () => {
    const doubtful = write([...writing, finish('inDoubt')]).state();
    if (doubtful === null) throw new Error('no write');
    expect(noticeOf(doubtful, 5)).toMatchObject({ status: 'inDoubt', imsi: null, code: 'CardRemoved', revision: 5 });
    const done = write([...writing, finish('written'), close]).state();
    expect(done === null ? null : noticeOf(done, 6)).toMatchObject({ status: 'confirmed', imsi: IMSI, code: null });
    const begun = write([request]).state();
    expect(begun === null ? null : noticeOf(begun, 1)).toBeUndefined();
    const signature = signNotice(key, 1_000_000, 'body');
    expect(noticeIsOurs(key, 1_200_000, 'body', signature)).toBe(true);
    expect(noticeIsOurs(key, 1_400_000, 'body', signature)).toBe(false);
    expect(noticeIsOurs(key, 1_000_000, 'other', signature)).toBe(false);
    expect(noticeIsOurs(Buffer.alloc(32, 8), 1_000_000, 'body', signature)).toBe(false);
    expect(noticeIsOurs(key, 1_000_000, 'body', '')).toBe(false);
  });

  it('a holder is fit for a range, whatever the request id', () => {
    expect(holderOf('a:b@c')).toMatch(/^[A-Z0-9][A-Z0-9-]{2,39}$/);
    expect(holderOf('a')).not.toBe(holderOf('b'));
  });
});
