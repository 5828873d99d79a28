import { blocksOverlap, type NumberBlock } from '../../domain/sim/number-block.ts';
import type { ApplicationRow, NewRow, VopHeader } from '../../domain/sim/vop-file.ts';
import type { VopSettings } from '../simulator/control.ts';
import { draw } from '../simulator/state.ts';

/** What VOP says to the lines of an application: known product and city, quantity, numbers that are not in use. */
export interface Known {
  /** Numbers of lines accepted before. */
  readonly numbers: ReadonlyArray<NumberBlock>;
  /** Lines of this application accepted in an earlier round. */
  readonly lines: ReadonlyArray<number>;
}

type Objection = readonly [code: string, reason: string];

const known = (list: ReadonlyArray<string>, value: string): boolean => list.length === 0 || list.includes(value);

const ruled = (row: ApplicationRow, settings: VopSettings): Objection | undefined => {
  const rule = settings.rejectRules.find(
    ({ product, city, cardType, minQuantity }) =>
      (product === undefined || product === row.product) &&
      (city === undefined || city === row.city) &&
      (cardType === undefined || cardType === row.cardType) &&
      (minQuantity === undefined || row.quantity >= minQuantity),
  );
  return rule === undefined ? undefined : [rule.code, rule.reason];
};

const objectionTo = (
  row: ApplicationRow,
  of: Pick<VopHeader, 'application' | 'round'>,
  taken: ReadonlyArray<NumberBlock>,
  { lines }: Known,
  settings: VopSettings,
): Objection | undefined => {
  if (lines.includes(row.line)) return ['V008', '该行已在之前轮次受理'];
  if (!known(settings.products, row.product)) return ['V002', '产品不存在'];
  if (!known(settings.cities, row.city)) return ['V003', '地市不存在'];
  if (row.quantity < settings.minQuantity || row.quantity > settings.maxQuantity) {
    return ['V004', `数量超出范围 ${settings.minQuantity}-${settings.maxQuantity}`];
  }
  const used = [...row.iccidBlocks, ...row.imsiBlocks].some((own) => taken.some((other) => blocksOverlap(own, other)));
  if (used) return ['V007', '号段已被使用'];
  const chance = of.round <= settings.rejectRounds ? settings.rejectShare : 0;
  if (draw(settings.seed, 'line', of.application, of.round, row.line) < chance)
    return ['V006', '抽检未通过，请核对后重报'];
  return ruled(row, settings);
};

/** One verdict per line, in the order of the lines. Numbers of a line accepted here are in use for the next ones. */
export const judge = (
  rows: ReadonlyArray<ApplicationRow>,
  of: Pick<VopHeader, 'application' | 'round'>,
  before: Known,
  settings: VopSettings,
): ReadonlyArray<NewRow<'validation'>> => {
  const taken = [...before.numbers];
  return rows.map((row) => {
    const { line, quantity } = row;
    const objection = objectionTo(row, of, taken, before, settings);
    if (objection !== undefined)
      return { line, quantity, verdict: 'rejected', code: objection[0], reason: objection[1] };
    taken.push(...row.iccidBlocks, ...row.imsiBlocks);
    return { line, quantity, verdict: 'accepted', code: '', reason: '' };
  });
};
