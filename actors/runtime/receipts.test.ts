import { expect, test } from 'vitest';
import { Receipts } from './receipts.ts';

const receipt = (rev: number) => ({ hash: `h${rev}`, reply: rev, rev });
const addTo = (receipts: Receipts, from: number, to: number, atMs: (rev: number) => number): void => {
  for (let rev = from; rev <= to; rev += 1) receipts.add(`c${rev}`, receipt(rev), atMs(rev));
};

test('an actor with few commands remembers the last ones, however old, and no more than twice as many', () => {
  const receipts = new Receipts({ receipts: 10, mailbox: 1_000 });
  addTo(receipts, 1, 100, (rev) => rev * 60_000);
  for (let rev = 91; rev <= 100; rev += 1) expect(receipts.get(`c${rev}`)).toEqual(receipt(rev));
  expect(receipts.get('c80')).toBeUndefined();
  expect(receipts.size).toBeLessThanOrEqual(20);
});

test('an actor with many remembers those of the last 15 seconds, if its mailbox holds as many', () => {
  const receipts = new Receipts({ receipts: 10, mailbox: 1_000 });
  addTo(receipts, 1, 2_000, (rev) => rev * 50);
  for (let rev = 1_701; rev <= 2_000; rev += 1) expect(receipts.get(`c${rev}`)).toBeDefined();
  expect(receipts.size).toBeLessThanOrEqual(602);
});

test('a flood does not make it remember more than twice its mailbox, nor less than that', () => {
  const receipts = new Receipts({ receipts: 10, mailbox: 100 });
  addTo(receipts, 1, 10_050, () => 0);
  for (let rev = 9_951; rev <= 10_050; rev += 1) expect(receipts.get(`c${rev}`)).toBeDefined();
  expect(receipts.size).toBeLessThanOrEqual(200);
});

test('what was stored is remembered, and told in the order in which it came', () => {
  const receipts = new Receipts({ receipts: 3, mailbox: 3 }, [
    ['a', receipt(1)],
    ['b', receipt(2)],
  ]);
  addTo(receipts, 3, 4, () => 0);
  expect([...receipts].map(([id]) => id)).toEqual(['a', 'b', 'c3', 'c4']);
  addTo(receipts, 5, 5, () => 0);
  expect([...receipts].map(([id]) => id)).toEqual(['c3', 'c4', 'c5']);
});
