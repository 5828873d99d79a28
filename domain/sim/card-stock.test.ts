import { describe, expect, it } from 'vitest';
import { running } from '../../test/support/facts.ts';
import { cardDecider } from './card.ts';
import { iccidOfBody } from './iccid.ts';
import type { CardCommand } from './schema.ts';

const iccid = iccidOfBody('8986012600000000001');
const plan: CardCommand = {
  _tag: 'Plan',
  application: 'A-1',
  line: 1,
  imsi: null,
  product: 'P1',
  city: '110000',
  cardType: 'blank',
};
const assign: CardCommand = { _tag: 'Assign', vendor: 'V1', part: '1.1' };
const made: CardCommand = { _tag: 'Produce', vendor: 'V1', result: 'made', reason: null, posFile: 'a'.repeat(64) };
const posValidationFile = 'b'.repeat(64);
const confirm: CardCommand = { _tag: 'Confirm', result: 'accepted', reason: null, posValidationFile };
const inStock = [plan, assign, made, confirm];
const use: CardCommand = { _tag: 'Use', reason: 'issued' };
const giveBack: CardCommand = { _tag: 'Return', reason: 'customer left' };
const spoil: CardCommand = { _tag: 'Spoil', reason: 'chip does not answer' };
const having = (...commands: ReadonlyArray<CardCommand>) => {
  const card = running(cardDecider, iccid);
  for (const command of commands) card.must(command);
  return card;
};

describe('a card in stock', () => {
  it('is used, comes back, and is found broken; each once', () => {
    const card = having(...inStock);
    for (const [command, status] of [
      [use, 'used'],
      [giveBack, 'returned'],
      [spoil, 'defective'],
    ] as const) {
      expect(card.must(command)).toMatchObject({ changed: true, status, confirmed: true });
      expect(card.must(command)).toMatchObject({ changed: false, status });
    }
  });

  it('comes back without having been issued', () => {
    expect(having(...inStock).must(giveBack)).toMatchObject({ status: 'returned' });
    expect(having(...inStock).must(spoil)).toMatchObject({ status: 'defective' });
  });

  it('stays what the partner’s files have said: told again they change nothing, otherwise they are refused', () => {
    const card = having(...inStock, use);
    expect(card.must(made)).toMatchObject({ changed: false, status: 'used' });
    expect(card.must(confirm)).toMatchObject({ changed: false, status: 'used' });
    expect(card.ask({ ...made, result: 'failed' } as CardCommand)).toBe('CardAlreadyDecided');
    expect(card.ask({ _tag: 'Cancel', reason: 'no' })).toBe('CardAlreadyDecided');
  });

  it.each([
    ['CardUnknown', [], use],
    ['CardNotInStock', [plan], use],
    ['CardNotInStock', [plan, assign, made], use],
    ['CardNotInStock', [plan, assign, made], spoil],
    ['CardNotInStock', [...inStock, giveBack], use],
    ['CardNotInStock', [...inStock, spoil], giveBack],
  ] as ReadonlyArray<readonly [string, ReadonlyArray<CardCommand>, CardCommand]>)(
    'refuses with %s (%#)',
    (code, before, command) => expect(having(...before).ask(command)).toBe(code),
  );
});
