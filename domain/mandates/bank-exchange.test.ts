import { describe, expect, it } from 'vitest';
import { factsFor } from '../../test/support/facts.ts';
import { CLAIM, NUMBER, OTHER, POSTPAID, RULES, SUBSCRIBER, say, TERMS } from '../../test/support/mandates.ts';
import { isRefusal } from '../kernel/refusal.ts';
import {
  cancelOf,
  declineOf,
  establishOf,
  messageIdOf,
  noticeResultOf,
  openReplyOf,
  refusedResultOf,
  requestOf,
} from './bank-exchange.ts';
import { changesOf } from './changes.ts';
import { homeProvince } from './home-province.ts';
import { numberDecider } from './number.ts';
import { relationNotice } from './province-messages.ts';
import { mandateRefusals } from './refusals.ts';
import type { NumberCommand, NumberReply, NumberState } from './schema.ts';

const facts = factsFor('number');
/** What the last of the commands does to what the others have left. */
const turnOf = (...commands: ReadonlyArray<NumberCommand>) => {
  let state: NumberState = numberDecider.initial;
  let last: { readonly events: ReturnType<typeof eventsIn>; readonly reply: NumberReply } | undefined;
  for (const command of commands) {
    const decision = numberDecider.decide(state, command, facts);
    if (isRefusal(decision)) throw new Error(decision.code);
    state = decision.events.reduce(numberDecider.evolve, state);
    last = { events: decision.events, reply: decision.reply };
  }
  if (last === undefined) throw new Error('nothing was said');
  return { ...last, state, command: commands.at(-1)?._tag ?? 'Expire' };
};
const eventsIn = (events: Parameters<typeof changesOf>[1]) => events;

const envelope = { id: 'M-1', request: 'R-1', time: '2026-11-26T02:00:00.000Z', bank: 'CCB', version: 1 } as const;
const about = { number: NUMBER, agreement: 'A1' };
const claimed = { account: CLAIM.account, userType: 'prepaid', terms: TERMS } as const;
const request = { ...envelope, ...about, type: 'openRequest', account: CLAIM.account, channel: 'branch' } as const;

describe('a bank’s message', () => {
  it('is a command under the bank’s name', () => {
    const found = { province: '110000', subscriber: SUBSCRIBER, rules: RULES };
    expect(requestOf(request, found)).toMatchObject({
      _tag: 'Request',
      message: 'CCB:M-1',
      mandate: { bank: 'CCB', agreement: 'A1', channel: 'branch', province: '110000' },
    });
    const result = { ...envelope, ...about, ...claimed, type: 'resultNotice', channel: 'selfService' } as const;
    expect(establishOf(result, '110000', RULES)?.claim.channel).toBe('selfService');
    const formal = { ...envelope, ...about, ...claimed, type: 'formalNotice', ticket: 'T-1' } as const;
    expect(establishOf(formal, '110000', RULES)?.claim.channel).toBe('hall');
    const expired = { ...envelope, ...about, type: 'provisionalEnded', how: 'expired' } as const;
    expect(declineOf(expired)).toMatchObject({ _tag: 'Decline', reason: 'The bank says that it has expired.' });
    const cancelled = { ...envelope, ...about, type: 'cancelRequest', reason: 'moved' } as const;
    expect(cancelOf(cancelled)).toMatchObject({ _tag: 'Cancel', by: 'bank', message: messageIdOf(cancelled) });
  });

  it('with an account that cannot be is none', () => {
    const account = { kind: 'debit', number: '6217000000000000000' } as const;
    const found = { province: '110000', subscriber: SUBSCRIBER, rules: RULES };
    expect(requestOf({ ...request, account }, found)).toBeUndefined();
  });
});

describe('a bank that asks', () => {
  it.each([
    ['a secondary number', { primary: false }, 'NumberNotPrimary'],
    ['a suspended one', { status: 'suspended' }, 'NumberNotNormal'],
    ['an exclusive service', { services: ['FAMILY-PAY'] }, 'ExclusiveService'],
    ['the blacklist', { blacklisted: true }, 'Blacklisted'],
    ['collection', { collection: true }, 'CollectionUser'],
  ] as const)('about %s hears why not', (_, kind, result) => {
    const subscriber = { ...SUBSCRIBER, ...kind };
    expect(openReplyOf(turnOf(say.request(CLAIM, subscriber)).reply, subscriber)).toEqual({
      result,
      offer: null,
      existing: null,
    });
  });

  it('hears what is offered, again when it asks again, and that it is over', () => {
    const first = say.request();
    const offered = openReplyOf(turnOf(first).reply, SUBSCRIBER);
    expect(offered).toMatchObject({ result: 'Done', offer: { userType: 'prepaid', terms: TERMS } });
    expect(openReplyOf(turnOf(first, say.request()).reply, SUBSCRIBER)).toEqual(offered);
    expect(openReplyOf(turnOf(first, say.establish(), first).reply, SUBSCRIBER)).toEqual(offered);
    const { reply } = turnOf(first, say.decline(), say.request());
    expect(openReplyOf(reply, SUBSCRIBER)).toMatchObject({ result: 'RelationEnded' });
  });

  it.each([
    ['provisional', [say.request()], 'provisional'],
    ['formal', [say.establish()], 'formal'],
  ] as const)('while another one is %s hears of it', (_, before, status) => {
    const { reply } = turnOf(...before, say.request(OTHER));
    expect(openReplyOf(reply, SUBSCRIBER)).toMatchObject({
      result: 'AlreadyMandated',
      existing: { status, channel: 'bank' },
    });
  });

  it('about what the province alone knows hears that', () => {
    const subscriber = { ...SUBSCRIBER, existing: { channel: 'province', status: 'formal' } } as const;
    const { reply } = turnOf(say.request(CLAIM, subscriber));
    expect(openReplyOf(reply, subscriber)).toMatchObject({ result: 'AlreadyMandated', existing: subscriber.existing });
  });
});

describe('a bank that says what it has done', () => {
  it.each([
    ['made it formal', 'resultNotice', [say.establish()], 'Done'],
    ['made what meets another', 'formalNotice', [say.establish(), say.establish(OTHER)], 'Manual'],
    ['made what is cancelled', 'resultNotice', [say.cancel(), say.establish()], 'RelationEnded'],
    ['declined', 'declineNotice', [say.request(), say.decline()], 'Done'],
    ['declined what it had made formal', 'declineNotice', [say.establish(), say.decline()], 'Manual'],
  ] as const)('that it has %s hears %s: %s', (_, type, commands, result) => {
    expect(noticeResultOf(type, turnOf(...commands).reply)).toBe(result);
  });

  it('hears of a refusal whether it may come again', () => {
    expect(refusedResultOf(mandateRefusals.messageConflict())).toBe('MessageDiffers');
    expect(refusedResultOf(mandateRefusals.crowded())).toBe('Busy');
    expect(refusedResultOf(mandateRefusals.unknown())).toBe('RelationUnknown');
  });
});

describe('what follows from a turn', () => {
  const resolve = (commands: ReadonlyArray<NumberCommand>, action: 'keepOurs' | 'takeTheirs' | 'cancelBoth') => {
    const [open] = turnOf(...commands).state.cases;
    return turnOf(...commands, { _tag: 'Resolve', case: open?.id ?? '', action, note: 'asked the user' });
  };
  const both = [say.establish(), say.establish(OTHER)];
  const told = ({ command, events }: ReturnType<typeof turnOf>) =>
    changesOf(command, events).map(({ bank, tell }) => `${bank} ${tell}`);

  it.each([
    ['a reservation', turnOf(say.request()), ['CCB null']],
    ['a bank’s result', turnOf(say.request(), say.establish()), ['CCB null']],
    ['a relation by a redirect', turnOf(say.establish(OTHER)), ['ICBC formed']],
    ['a decline', turnOf(say.request(), say.decline()), ['CCB null']],
    ['a cancellation by the bank', turnOf(say.establish(), say.cancel()), ['CCB null']],
    ['one by the carrier', turnOf(say.establish(), say.cancel('staff')), ['CCB askCancel']],
    ['one of a provisional relation', turnOf(say.request(), say.cancel('hall')), ['CCB takeBack']],
    ['a confirmed one', turnOf(say.establish(), say.cancel('staff'), say.confirmCancel()), ['CCB null']],
    ['a rejected one', turnOf(say.establish(), say.cancel('staff'), say.rejectCancel()), ['CCB null']],
    ['a case', turnOf(...both), []],
    ['ours kept', resolve(both, 'keepOurs'), ['ICBC takeBack']],
    ['theirs taken', resolve(both, 'takeTheirs'), ['CCB takeBack', 'ICBC formed']],
    ['both cancelled', resolve(both, 'cancelBoth'), ['CCB takeBack', 'ICBC takeBack']],
    ['a charge', turnOf(say.establish(), say.topUp('B-1', facts.nowMs)), []],
    ['a message again', turnOf(say.request(), say.request()), []],
  ])('%s', (_, turn, expected) => {
    expect(told(turn)).toEqual(expected);
  });

  it('an end by the clock is told to the bank', () => {
    const { state } = turnOf(say.request());
    const late = { ...facts, nowMs: facts.nowMs + RULES.provisionalMs };
    const decision = numberDecider.decide(state, say.expire(), late);
    if (isRefusal(decision)) throw new Error(decision.code);
    expect(changesOf('Expire', decision.events)).toMatchObject([{ agreement: 'A1', tell: 'expired' }]);
  });
});

describe('what a province is told', () => {
  it('is the relation by now, without the account, or how the last one has ended', () => {
    const { state } = turnOf(say.request());
    expect(relationNotice(numberDecider.initial, 0)).toBeUndefined();
    expect(relationNotice(state, 4)).toMatchObject({
      number: NUMBER,
      revision: 4,
      relation: { status: 'provisional' },
    });
    expect(JSON.stringify(relationNotice(state, 4))).not.toContain(CLAIM.account.number);
    const over = turnOf(say.request(), say.decline()).state;
    expect(relationNotice(over, 6)).toEqual({
      number: NUMBER,
      revision: 6,
      relation: null,
      ended: { bank: 'CCB', agreement: 'A1', ending: 'declined' },
    });
    const postpaid = turnOf(say.establish({ ...CLAIM, userType: 'postpaid', terms: POSTPAID })).state;
    expect(relationNotice(postpaid, 1)?.relation?.terms).toEqual(POSTPAID);
  });

  it('goes to the province whose segment fits longest', () => {
    const provinces = [
      { code: '110000', segments: ['86138', '8613900'] },
      { code: '440000', segments: ['8613800'] },
    ];
    expect(homeProvince(provinces, '8613800138000')).toBe('440000');
    expect(homeProvince(provinces, '8613810138000')).toBe('110000');
    expect(homeProvince(provinces, '8613910138000')).toBeUndefined();
  });
});
