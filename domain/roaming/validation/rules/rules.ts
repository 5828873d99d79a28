import type { Rule } from '../rule.ts';
import { CHARGE_RULES } from './charge-rules.ts';
import { FILE_RULES } from './file-rules.ts';
import { GROUP_RULES } from './group-rules.ts';
import { ITEM_RULES } from './item-rules.ts';
import { STRUCTURE_RULES } from './structure-rules.ts';

/** Every row. `docs/tap-rules.md` shows them, and a test holds it to them. */
export const RULES: readonly Rule[] = [
  ...FILE_RULES,
  ...GROUP_RULES,
  ...STRUCTURE_RULES,
  ...ITEM_RULES,
  ...CHARGE_RULES,
];
