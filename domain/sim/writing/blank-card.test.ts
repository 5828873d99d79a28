import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { iccidOfBody } from '../iccid.ts';
import { blankCardDecider } from './blank-card.ts';
import type { BlankCardCommand } from './schema.ts';

/** Every refusal of a blank card, each with what leads to it. */

const ICCID = iccidOfBody('8986012610000000001');

type Blank = BlankCardCommand;
const provide: Blank = {
  _tag: 'Provide',
  profile: 'usim-key-file',
  keys: 'k.1',
  admRefused: false,
  channelRefused: false,
};
const handOver: Blank = { _tag: 'HandOver', profile: 'usim-key-file', keys: 'ours.1' };
const claim: Blank = { _tag: 'Claim', request: 'CRM-1' };
const tryAdm = (left: number | null): Blank => ({ _tag: 'TryAdm', request: 'CRM-1', left });
const adm = (answer: 'right' | 'wrong' | 'notSent'): Blank => ({ _tag: 'AdmAnswered', request: 'CRM-1', answer });
const channel = (answer: 'right' | 'wrong' | 'notSent'): Blank => ({
  _tag: 'ChannelAnswered',
  request: 'CRM-1',
  answer,
});
const of = (_tag: 'Release' | 'Write' | 'Scrap' | 'TryChannel', by = 'CRM-1'): Blank => ({ _tag, request: by });

const allow = (what: 'adm' | 'channel'): Blank => ({ _tag: 'AllowTry', of: what, reason: 'checked' });

const blank = (commands: readonly Blank[] = []) => {
  const one = running(blankCardDecider, ICCID);
  for (const command of commands) one.must(command);
  return one;
};

describe('a blank card', () => {
  it('whose answer got lost is tried again when a person says that it has been checked, each by itself', () => {
    const one = blank([provide, claim, of('TryChannel'), tryAdm(null), of('Release')]);
    expect(one.must(allow('channel'))).toMatchObject({ changed: true, channel: 'untried', adm: { _tag: 'Trying' } });
    expect(one.must(allow('adm'))).toMatchObject({ changed: true, adm: { _tag: 'Untried' } });
    one.must(claim);
    expect(one.must(of('TryChannel'))).toMatchObject({ channel: 'trying' });
    expect(one.must(tryAdm(null))).toMatchObject({ adm: { _tag: 'Trying' } });
    expect(one.state()?.keys).toBe('k.1');
  });

  it('takes keys of its part once, and keeps what it has', () => {
    const one = blank([handOver]);
    expect(one.state()).toMatchObject({ keys: 'ours.1', profile: 'usim-key-file', status: 'blank' });
    for (const next of [handOver, provide, claim, of('Write')]) {
      one.must(next);
      expect(one.must({ ...handOver, keys: 'ours.2' })).toMatchObject({ changed: false });
    }
    expect(one.state()).toMatchObject({ keys: 'k.1', status: 'written' });
  });

  it('is claimed by one write, given back, claimed again, and written once', () => {
    const one = blank([provide, claim, claim, of('Release'), of('Release')]);
    expect(one.state()).toMatchObject({ status: 'blank', request: null });
    one.must({ _tag: 'Claim', request: 'CRM-2' });
    expect(one.ask(of('Write'))).toBe('CardNotClaimed');
    one.must(of('Write', 'CRM-2'));
    expect(one.state()).toMatchObject({ status: 'written', request: 'CRM-2' });
  });

  it('never tries a code again that it refused, whoever asks and whatever is imported', () => {
    const one = blank([provide, claim, tryAdm(3), adm('wrong'), of('Release')]);
    expect(one.state()).toMatchObject({ adm: { _tag: 'Refused' }, refused: ['k.1'] });
    expect(one.ask({ _tag: 'Claim', request: 'CRM-2' })).toBe('AdmRefused');
    one.must({ ...provide, keys: 'k.2', admRefused: true } as Blank);
    expect(one.ask({ _tag: 'Claim', request: 'CRM-3' })).toBe('AdmRefused');
    one.must({ ...provide, keys: 'k.3' } as Blank);
    one.must({ _tag: 'Claim', request: 'CRM-4' });
    expect(one.state()).toMatchObject({ status: 'claimed', refused: ['k.1'] });
  });

  it('tries a code whose answer was lost only when the card shows that no try is gone', () => {
    expect(blank([provide, claim, tryAdm(3)]).must(tryAdm(3))).toMatchObject({ adm: { _tag: 'Trying', left: 3 } });
    expect(blank([provide, claim, tryAdm(3)]).must(tryAdm(2))).toMatchObject({ adm: { _tag: 'Refused' } });
    expect(blank([provide, claim, tryAdm(null), adm('notSent')]).must(tryAdm(null))).toMatchObject({ changed: true });
    expect(blank([provide, claim, tryAdm(3), adm('right')]).must(tryAdm(null))).toMatchObject({
      adm: { _tag: 'Right' },
    });
  });

  it('keeps the keys of a secure channel by the same rule, apart from the ADM code', () => {
    const one = blank([provide, claim, of('TryChannel'), channel('wrong'), of('Release')]);
    expect(one.state()).toMatchObject({
      channel: 'refused',
      adm: { _tag: 'Untried' },
      refusedChannels: ['k.1'],
      refused: [],
    });
    one.must({ ...provide, keys: 'k.2' } as Blank);
    one.must(claim);
    expect(one.must(of('TryChannel'))).toMatchObject({ changed: true, channel: 'trying' });
    expect(one.must(channel('notSent'))).toMatchObject({ channel: 'untried' });
    one.must(of('TryChannel'));
    expect(one.must(channel('right'))).toMatchObject({ channel: 'right' });
    expect(one.must(of('TryChannel'))).toMatchObject({ changed: false });
    // Right once, and refused all the same.
    expect(one.must(channel('wrong'))).toMatchObject({ channel: 'refused' });
    expect(one.state()).toMatchObject({ refusedChannels: ['k.1', 'k.2'] });
  });

  const refusals: ReadonlyArray<readonly [string, readonly Blank[], Blank]> = [
    ['CardKeysMissing', [], claim],
    ['CardBeingWritten', [provide, claim], { _tag: 'Claim', request: 'CRM-2' }],
    ['CardBeingWritten', [provide, claim], { ...provide, keys: 'k.2' } as Blank],
    ['CardWritten', [provide, claim, of('Write')], { _tag: 'Claim', request: 'CRM-2' }],
    ['CardWritten', [provide, claim, of('Write')], provide],
    ['CardWritten', [provide, claim, of('Write')], of('Release')],
    ['CardScrapped', [provide, claim, of('Scrap')], claim],
    ['CardScrapped', [provide, claim, of('Scrap')], provide],
    ['CardScrapped', [provide, claim, of('Scrap')], of('Write')],
    ['CardNotClaimed', [provide], of('Write')],
    ['AdmRefused', [provide, claim, tryAdm(3), adm('wrong')], tryAdm(3)],
    ['AdmUncertain', [provide, claim, tryAdm(null)], tryAdm(null)],
    ['ChannelRefused', [provide, claim, of('TryChannel'), channel('wrong')], of('TryChannel')],
    ['ChannelRefused', [provide, claim, of('TryChannel'), channel('wrong'), of('Release')], claim],
    ['ChannelRefused', [{ ...provide, channelRefused: true } as Blank], claim],
    ['ChannelUncertain', [provide, claim, of('TryChannel')], of('TryChannel')],
    ['CardKeysMissing', [], allow('channel')],
    ['CardBeingWritten', [provide, claim, of('TryChannel')], allow('channel')],
    ['CardWritten', [provide, claim, of('Write')], allow('channel')],
    ['CardScrapped', [provide, claim, of('Scrap')], allow('adm')],
    ['AdmRefused', [provide, claim, tryAdm(3), adm('wrong'), of('Release')], allow('adm')],
    ['ChannelRefused', [provide, claim, of('TryChannel'), channel('wrong'), of('Release')], allow('channel')],
    ['TryNotUncertain', [provide], allow('adm')],
    ['TryNotUncertain', [provide, claim, of('TryChannel'), of('Release')], allow('adm')],
    ['TryNotUncertain', [provide, claim, of('TryChannel'), of('Release'), allow('channel')], allow('channel')],
  ];
  it.each(refusals)('%s', (code, commands, command) => {
    expect(blank(commands).ask(command)).toBe(code);
  });

  it('InvalidIccid', () => {
    expect(running(blankCardDecider, '123').ask(provide)).toBe('InvalidIccid');
    expect(running(blankCardDecider, '123').ask(handOver)).toBe('InvalidIccid');
  });
});
