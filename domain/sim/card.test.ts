import { describe, expect, it } from 'vitest';
import { running } from '../../test/support/facts.ts';
import { cardDecider } from './card.ts';
import { type Iccid, iccidOfBody } from './iccid.ts';
import type { Imsi } from './imsi.ts';
import { imsiDecider } from './imsi-use.ts';
import type { CardCommand, ImsiCommand } from './schema.ts';

const ICCID = iccidOfBody('8986012600000000001');
const OTHER = iccidOfBody('8986012600000000002');
const imsi = '460010000000001' as Imsi;
const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

const plan: CardCommand = {
  _tag: 'Plan',
  application: 'A-1',
  line: 1,
  imsi,
  product: 'P1',
  city: '110000',
  cardType: 'finished',
};
const assign: CardCommand = { _tag: 'Assign', vendor: 'V1', part: '1.1' };
const produce = (result: 'made' | 'failed', vendor = 'V1', posFile = A): CardCommand => ({
  _tag: 'Produce',
  vendor,
  result,
  reason: result === 'failed' ? 'chip' : null,
  posFile,
});
const confirm = (result: 'accepted' | 'rejected'): CardCommand => ({
  _tag: 'Confirm',
  result,
  reason: null,
  posValidationFile: B,
});
const cancel: CardCommand = { _tag: 'Cancel', reason: 'recalled' };

const card = (commands: ReadonlyArray<CardCommand>, key: string = ICCID) => {
  const running_ = running(cardDecider, key);
  for (const command of commands) running_.must(command);
  return running_;
};

describe('a card', () => {
  it('goes from planned to made and confirmed, and says each change once', () => {
    const one = card([]);
    const belongs = { application: 'A-1', line: 1, imsi };
    expect(one.must(plan)).toEqual({ ...belongs, changed: true, status: 'planned', confirmed: false, part: null });
    expect(one.must(plan)).toMatchObject({ changed: false });
    expect(one.must(assign)).toMatchObject({ changed: true, status: 'assigned', part: '1.1' });
    expect(one.must(assign)).toMatchObject({ changed: false });
    expect(one.must(produce('made'))).toMatchObject({ changed: true, status: 'made' });
    expect(one.must(produce('made', 'V1', B))).toMatchObject({ changed: false, status: 'made' });
    expect(one.must(confirm('accepted'))).toMatchObject({ changed: true, confirmed: true });
    expect(one.must(confirm('accepted'))).toMatchObject({ changed: false });
    expect(one.state()).toMatchObject({ iccid: ICCID, imsi, vendor: 'V1', posFile: A, posValidationFile: B });
  });

  it('is failed once the partner refuses it, and what the vendor said is not contradicted by saying it again', () => {
    const one = card([plan, assign, produce('made')]);
    expect(one.must(confirm('rejected'))).toMatchObject({ changed: true, status: 'failed' });
    expect(one.must(confirm('rejected'))).toMatchObject({ changed: false });
    expect(one.must(produce('made'))).toMatchObject({ changed: false, status: 'failed' });
    expect(one.ask(produce('failed'))).toBe('CardAlreadyDecided');
    expect(one.ask(confirm('accepted'))).toBe('CardAlreadyDecided');
  });

  it('takes the partner’s word on a failed card as nothing new', () => {
    const one = card([plan, assign, produce('failed')]);
    expect(one.must(confirm('accepted'))).toMatchObject({ changed: false, status: 'failed' });
    expect(one.must(confirm('rejected'))).toMatchObject({ changed: false, status: 'failed' });
    expect(one.must(cancel)).toMatchObject({ changed: false, status: 'failed' });
  });

  it('can be cancelled until it is made', () => {
    expect(card([plan]).must(cancel)).toMatchObject({ changed: true, status: 'cancelled' });
    const one = card([plan, assign]);
    expect(one.must(cancel)).toMatchObject({ changed: true, status: 'cancelled' });
    expect(one.must(cancel)).toMatchObject({ changed: false });
  });

  const blank: CardCommand = { ...plan, imsi: null };
  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<CardCommand>, CardCommand]> = [
    ['CardUnknown', [], assign],
    ['CardUnknown', [], produce('made')],
    ['ImsiMissing', [], blank],
    ['ImsiMissing', [], { ...plan, cardType: 'blank' }],
    ['CardPlannedDifferently', [plan], { ...plan, application: 'A-2' }],
    ['CardPlannedDifferently', [plan], { ...plan, line: 2 }],
    ['CardPlannedDifferently', [plan], { ...plan, imsi: '460010000000002' as Imsi }],
    ['CardCancelled', [plan, cancel], plan],
    ['CardCancelled', [plan, cancel], assign],
    ['CardCancelled', [plan, assign, cancel], produce('made')],
    ['CardCancelled', [plan, assign, cancel], confirm('accepted')],
    ['CardAtVendor', [plan, assign], { ...assign, part: '1.2' }],
    ['CardAtVendor', [plan, assign], { ...assign, vendor: 'V2' }],
    ['CardNotAssigned', [plan], produce('made')],
    ['CardAtOtherVendor', [plan, assign], produce('made', 'V2')],
    ['CardAtOtherVendor', [plan, assign, produce('made')], produce('made', 'V2')],
    ['CardAlreadyDecided', [plan, assign, produce('made')], produce('failed')],
    ['CardAlreadyDecided', [plan, assign, produce('failed')], produce('made')],
    ['CardAlreadyDecided', [plan, assign, produce('made'), confirm('accepted')], confirm('rejected')],
    ['CardAlreadyDecided', [plan, assign, produce('made')], cancel],
    ['CardNotMade', [plan, assign], confirm('accepted')],
  ];
  it.each(refusals)('refuses with %s (%#)', (code, before, command) => {
    expect(card(before).ask(command)).toBe(code);
  });

  it('has an ICCID for a key', () => {
    expect(card([], '89860126000000000011').ask(plan)).toBe('InvalidIccid');
  });
});

describe('an IMSI', () => {
  const on = (iccid: Iccid) =>
    ({
      Reserve: { _tag: 'Reserve', iccid, application: 'A-1', line: 1, product: 'P1', city: '110000' },
      Write: { _tag: 'Write', iccid },
      Confirm: { _tag: 'Confirm', iccid },
      Release: { _tag: 'Release', iccid, reason: 'failed' },
    }) satisfies Record<string, ImsiCommand>;
  const mine = on(ICCID);
  const other = on(OTHER);

  it('is free, reserved, written, confirmed; each once', () => {
    const one = running(imsiDecider, imsi);
    for (const [command, status] of [
      [mine.Reserve, 'reserved'],
      [mine.Write, 'written'],
      [mine.Confirm, 'confirmed'],
    ] as const) {
      expect(one.must(command)).toEqual({ changed: true, status });
      expect(one.must(command)).toEqual({ changed: false, status });
    }
  });

  it('goes to another card only after it was released', () => {
    const one = running(imsiDecider, imsi);
    one.must(mine.Reserve);
    expect(one.must(mine.Release)).toEqual({ changed: true, status: 'free' });
    expect(one.must(mine.Release)).toEqual({ changed: false, status: 'free' });
    expect(one.must(other.Reserve)).toEqual({ changed: true, status: 'reserved' });
  });

  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<ImsiCommand>, ImsiCommand]> = [
    ['ImsiUnknown', [], mine.Write],
    ['ImsiOnOtherCard', [mine.Reserve], other.Reserve],
    ['ImsiOnOtherCard', [mine.Reserve, mine.Write], other.Reserve],
    ['ImsiOnOtherCard', [mine.Reserve], other.Write],
    ['ImsiOnOtherCard', [mine.Reserve], other.Release],
    ['ImsiNotReserved', [mine.Reserve, mine.Release], mine.Write],
    ['ImsiNotWritten', [mine.Reserve], mine.Confirm],
    ['ImsiConfirmed', [mine.Reserve, mine.Write, mine.Confirm], mine.Release],
  ];
  it.each(refusals)('refuses with %s (%#)', (code, before, command) => {
    const one = running(imsiDecider, imsi);
    for (const each of before) one.must(each);
    expect(one.ask(command)).toBe(code);
  });

  it('has an IMSI for a key', () => {
    expect(running(imsiDecider, '46001').ask(mine.Reserve)).toBe('InvalidImsi');
  });
});
