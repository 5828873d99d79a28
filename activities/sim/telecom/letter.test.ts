import { expect, it } from 'vitest';
import { telecomDecider } from '../../../domain/sim/telecom/application/decide.ts';
import { running } from '../../../test/support/facts.ts';
import { letterText } from './letter.ts';

const stateOf = (count: number) => {
  const application = running(telecomDecider, 'T-0001');
  const lines = Array.from({ length: count }, (_, index) => ({
    no: index + 1,
    product: 'CTC-4G',
    city: '110000',
    quantity: 100 + index,
  }));
  application.must({ _tag: 'Draft', remarks: '', vendor: 'EASTCARD', lines });
  const state = application.state();
  if (state === null) throw new Error('there is a draft');
  return state;
};

it('says card type and quantity of every line, and the total', () => {
  const text = letterText(stateOf(2));
  expect(text).toContain('申请编号 T-0001');
  expect(text).toContain('共 201 张');
  expect(text).toContain('1. 白卡 产品 CTC-4G 地市 110000 数量 100 张');
  expect(text).toContain('2. 白卡 产品 CTC-4G 地市 110000 数量 101 张');
});

it('names the enclosed file for what does not fit a letter', () => {
  expect(letterText(stateOf(130))).toContain('另有 30 行见附件');
});
