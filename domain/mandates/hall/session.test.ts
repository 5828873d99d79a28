import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import { msisdn, NUMBER, PROVINCE, TERMS } from '../../../test/support/mandates.ts';
import { hallNoticeOf } from './notice.ts';
import type { SessionCommand } from './schema.ts';
import { CONSENT_MS, sessionDecider, sessionRefusals, waitsUntilMs } from './session.ts';
import { signTicket, ticketIsOurs, ticketParts } from './ticket.ts';

/** A session of the hall and its ticket: every state, every refusal, every way in which a ticket is not good. */

const facts = factsFor('S-1');
const { nowMs } = facts;
const OPEN_MS = 600_000;
const NOTICE_MS = 86_400_000;

const opened: SessionCommand = {
  _tag: 'Open',
  number: NUMBER,
  returnUrl: 'https://hall.example/result',
};
const eligible: SessionCommand = {
  _tag: 'RecordCheck',
  province: PROVINCE,
  code: null,
  offer: { userType: 'prepaid', terms: TERMS },
};
const refused: SessionCommand = { _tag: 'RecordCheck', province: PROVINCE, code: 'Blacklisted', offer: null };
const begun = (bank = 'CMB', atMs = nowMs): SessionCommand => ({
  _tag: 'Begin',
  bank,
  page: 'https://bank.example/mandate',
  tellHall: true,
  bounds: { openMs: OPEN_MS, noticeMs: NOTICE_MS },
  consent: { version: '2026-11', atMs },
});
let messages = 0;
const said = (more: { bank?: string; forged?: boolean }) => {
  messages += 1;
  return { bank: 'CMB', message: `M-${messages}`, forged: false, ...more };
};
const query = (more = {}): SessionCommand => ({ _tag: 'PresentQuery', ...said(more) });
const formal = (more: object = {}): SessionCommand => ({
  _tag: 'PresentFormal',
  ...said({}),
  number: NUMBER,
  agreement: 'A-1',
  ...more,
});
const failure = (more = {}): SessionCommand => ({
  _tag: 'PresentFailure',
  ...said(more),
  number: NUMBER,
  reason: 'no such account',
});
const conclude = (outcome: 'formal' | 'manual' | 'failed'): SessionCommand => ({
  _tag: 'Conclude',
  outcome,
  code: null,
});
const sent = [opened, eligible, begun()];

const at = (laterMs: number, before: ReadonlyArray<SessionCommand>, ...then: ReadonlyArray<SessionCommand>) => {
  const early = running(sessionDecider, 'S-1');
  for (const command of before) early.must(command);
  const late = running({ ...sessionDecider, initial: early.state() }, 'S-1', { ...facts, nowMs: nowMs + laterMs });
  const replies = then.map((command) => late.ask(command));
  return { replies, state: late.state() };
};

it.each([
  ['checking', [opened]],
  ['refused', [opened, refused]],
  ['eligible', [opened, eligible]],
  ['sent', sent],
  ['atBank', [...sent, query()]],
  ['made', [...sent, query(), formal()]],
  ['formal', [...sent, formal(), conclude('formal')]],
  ['manual', [...sent, formal(), conclude('manual')]],
  ['formal', [...sent, formal(), conclude('manual'), conclude('formal')]],
  ['failed', [...sent, query(), failure()]],
] as const)('is %s (%#)', (status, commands) => {
  const session = running(sessionDecider, 'S-1');
  for (const command of commands) session.must(command);
  expect(session.state().status).toBe(status);
});

it('is told to the hall from the bank’s word on, where the bank tells us alone', () => {
  const noticeAfter = (...commands: ReadonlyArray<SessionCommand>) =>
    hallNoticeOf('S-1', at(0, commands).state, 4) ?? null;
  for (const commands of [[opened, refused], sent, [...sent, query()]]) expect(noticeAfter(...commands)).toBeNull();
  expect(noticeAfter(...sent, formal())).toEqual({
    session: 'S-1',
    revision: 4,
    status: 'made',
    bank: 'CMB',
    code: null,
  });
  expect(noticeAfter(...sent, failure())).toMatchObject({ status: 'failed', code: 'no such account' });
  const toldByBank = { ...begun(), tellHall: false } as SessionCommand;
  expect(noticeAfter(opened, eligible, toldByBank, formal())).toBeNull();
});

it.each([
  ['SessionUnknown', [], eligible],
  ['SessionUnknown', [], query()],
  ['SessionDiffers', [opened], { ...opened, number: msisdn('13900139000') }],
  ['NotEligible', [opened], begun()],
  ['NotEligible', [opened, refused], begun()],
  ['SessionBegun', sent, begun('CCB')],
  ['SessionBegun', [...sent, failure()], begun()],
  ['ConsentOutOfTime', [opened, eligible], begun('CMB', nowMs - 1)],
  ['ConsentOutOfTime', [opened, eligible], begun('CMB', nowMs + 1)],
  ['NotMade', sent, conclude('formal')],
] as ReadonlyArray<readonly [string, ReadonlyArray<SessionCommand>, SessionCommand]>)(
  'refuses with %s (%#)',
  (code, before, command) => {
    const session = running(sessionDecider, 'S-1');
    for (const each of before) session.must(each);
    expect(session.ask(command)).toBe(code);
  },
);

it('has a test for each of its refusals', () => {
  const codes = Object.values(sessionRefusals).map((make) => make().code);
  expect(codes.sort()).toEqual(
    ['ConsentOutOfTime', 'NotEligible', 'NotMade', 'SessionBegun', 'SessionDiffers', 'SessionUnknown'].sort(),
  );
});

describe('a ticket', () => {
  it.each([
    ['TicketForged', 0, sent, query({ forged: true })],
    ['TicketForged', 0, [opened, eligible], query()],
    ['TicketOfAnotherBank', 0, sent, query({ bank: 'CCB' })],
    ['TicketOfAnotherNumber', 0, sent, formal({ number: msisdn('13900139000') })],
    ['TicketLate', OPEN_MS, sent, query()],
    ['TicketLate', OPEN_MS, sent, formal()],
    ['TicketLate', NOTICE_MS, [...sent, query()], formal()],
    ['TicketUsed', 0, [...sent, formal()], formal({ agreement: 'A-2' })],
    ['TicketUsed', 0, [...sent, formal()], query()],
    ['TicketUsed', 0, [...sent, formal()], failure()],
    ['TicketUsed', 0, [...sent, failure()], formal()],
  ] as ReadonlyArray<readonly [string, number, ReadonlyArray<SessionCommand>, SessionCommand]>)(
    'is refused as %s, and that is kept once (%#)',
    (problem, laterMs, before, command) => {
      const { replies, state } = at(laterMs, before, command, command);
      expect(replies).toMatchObject([
        { problem, changed: true },
        { problem, changed: false },
      ]);
      expect(state.misuses).toMatchObject([{ code: problem }]);
    },
  );

  it('is good for one agreement, however often and however late that comes again', () => {
    const { replies, state } = at(90 * 86_400_000, [...sent, query(), formal()], formal(), formal());
    expect(replies).toMatchObject([
      { problem: null, changed: false },
      { problem: null, changed: false },
    ]);
    expect(state.ticket?.used?.agreement).toBe('A-1');
  });

  it('may be told about after its page has closed, when the bank saw it in time', () => {
    expect(at(OPEN_MS + 1, [...sent, query()], formal()).replies).toMatchObject([{ problem: null, status: 'made' }]);
  });

  it('is the same when the user clicks twice', () => {
    expect(at(0, sent, begun()).replies).toMatchObject([{ changed: false, status: 'sent' }]);
  });
});

it('expires at its moment and not before', () => {
  for (const [before, lifeMs] of [
    [[opened], CONSENT_MS],
    [[opened, eligible], CONSENT_MS],
    [sent, OPEN_MS],
    [[...sent, query()], NOTICE_MS],
  ] as const) {
    expect(at(lifeMs - 1, before, { _tag: 'Expire' }).state.status).not.toBe('expired');
    expect(at(lifeMs, before, { _tag: 'Expire' }).state.status).toBe('expired');
    expect(waitsUntilMs(at(0, before).state)).toBe(nowMs + lifeMs);
  }
  expect(at(NOTICE_MS, [...sent, formal()], { _tag: 'Expire' }).state.status).toBe('made');
});

it('a ticket is signed for one session, bank and number', () => {
  const key = { id: 'token-7', key: Buffer.alloc(32, 1) };
  const subject = { tenant: 'demo', session: `S-${'0'.repeat(32)}`, bank: 'CMB', number: NUMBER };
  const ticket = signTicket(key, subject);
  expect(ticket.length).toBeLessThanOrEqual(100);
  const parts = ticketParts(ticket);
  if (parts === undefined) throw new Error('no ticket');
  expect(parts).toMatchObject({ session: subject.session, keyId: 'token-7' });
  expect(ticketIsOurs(key.key, parts, subject)).toBe(true);
  for (const [field, other] of [
    ['tenant', 'rival'],
    ['session', 'S-1'],
    ['bank', 'CCB'],
    ['number', '8613900139000'],
  ] as const)
    expect(ticketIsOurs(key.key, parts, { ...subject, [field]: other })).toBe(false);
  expect(ticketIsOurs(Buffer.alloc(32, 2), parts, subject)).toBe(false);
  expect(ticketIsOurs(undefined, parts, subject)).toBe(false);
  for (const other of ['', 'T.S-1', `${ticket}x`, ticket.slice(1)]) expect(ticketParts(other)).toBeUndefined();
});
