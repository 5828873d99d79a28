import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { gsm, usim } from './personality.ts';
import { SimCard } from './sim-card.ts';

interface Session {
  readonly log: ReadonlyArray<{
    readonly label: string;
    readonly apdu: string;
    readonly data: string;
    readonly sw: string;
  }>;
}

const recorded: Session = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../test/vectors/softsim_apdu_session.json'), 'utf8'),
);

/** As a T=0 terminal does: what waits is fetched. */
const ask = (card: SimCard, hex: string): string => {
  let answer = Buffer.from(card.process(Buffer.from(hex, 'hex'), 'tpdu')).toString('hex');
  while (/^(?:61|9f)..$/.test(answer)) {
    answer = Buffer.from(
      card.process(Buffer.from(`${hex.slice(0, 2)}c00000${answer.slice(2)}`, 'hex'), 'tpdu'),
    ).toString('hex');
  }
  return answer;
};

test('answers as a real software SIM does, command by command', () => {
  const card = new SimCard(usim());
  card.reset();
  expect(recorded.log.length).toBe(33);
  for (const { label, apdu, data, sw } of recorded.log) {
    if (label === 'SELECT MF after reset') card.reset();
    expect({ label, answer: ask(card, apdu) }).toEqual({ label, answer: data + sw });
  }
});

/** A command and its answer, in order. */
const talk = (card: SimCard, lines: ReadonlyArray<readonly [string, string]>): void => {
  for (const [command, answer] of lines) expect({ command, answer: ask(card, command) }).toEqual({ command, answer });
};

test('a SIM of class A0 has its own words', () => {
  const card = new SimCard(gsm());
  card.reset();
  talk(card, [
    ['00a40004023f00', '6e00'],
    ['a0b0000001', '9400'],
    ['a0a40000026f07', '9404'],
    ['a0a40000027f20', '000000007f200200000000000980000c0200830083009000'],
    ['a0a40000026f07', '000000096f07040014f044010200009000'],
    ['a0d6000009080910101032547698', '9804'],
    ['a0200004083939393939393939', '9804'],
    ['a02000040831323334ffffffff', '9000'],
    ['a0d6000009080910101032547698', '9000'],
    ['a0b0000009', '0809101010325476989000'],
    ['a0b20104ff', '9408'],
    ['a0b0000a01', '9402'],
  ]);
});

test('three wrong codes block it, and the right one does not help any more', () => {
  const card = new SimCard(usim());
  card.reset();
  const [wrong, right] = ['0020000a083939393939393939', '0020000a0831323334ffffffff'];
  talk(card, [
    [wrong, '63c2'],
    [right, '9000'],
    [wrong, '63c2'],
    [wrong, '63c1'],
    [wrong, '63c0'],
    [right, '6983'],
  ]);
  card.reset();
  talk(card, [[right, '6983']]);
});

test('sealing: the ICCID may never change again, the keys are written by ADM and read by nobody', () => {
  const card = new SimCard(usim());
  card.reset();
  const keys = `00d6000021${'11'.repeat(33)}`;
  talk(card, [
    ['00440000023f00', '9000'],
    ['00a4000c022fe2', '9000'],
    ['00d600000a98880211000000000000', '6900'],
    ['0020000a0831323334ffffffff', '9000'],
    ['00d600000a98880211000000000000', '6900'],
    ['00a4000c02a001', '9000'],
    [keys, '9000'],
    ['00b0000021', '6900'],
  ]);
  card.reset();
  talk(card, [
    ['00a4000c02a001', '9000'],
    [keys, '6900'],
  ]);
});

test('lengths, records and files that are not there', () => {
  const card = new SimCard(usim());
  card.reset();
  talk(card, [
    ['00a40004026f99', '6a82'],
    ['00b0000001', '6986'],
    ['00a4080c047f206f07', '9000'],
    ['00b2010401', '6981'],
    ['00b00009', '6b00'],
    ['00a4080c047f106f42', '9000'],
    ['00b2030434', '6a83'],
    ['00dc010401ff', '6700'],
    ['00ff000000', '6d00'],
    ['01a40004023f00', '6881'],
    ['00b0870009', '6a82'],
  ]);
  // Le 0 asks for what there is; the card names the length.
  expect(Buffer.from(card.process(Buffer.from('00b2010400', 'hex'), 'tpdu')).toString('hex')).toBe('6c34');
  expect(card.process(Buffer.from('00b2010400', 'hex'), 'apdu').length).toBe(0x34 + 2);
});
