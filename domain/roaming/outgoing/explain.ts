import { type Fields, grammar, type Shape } from '../codec/grammar.ts';
import type { ReturnError } from '../rap/read.ts';
import { RULES } from '../validation/rules/rules.ts';

/** What a partner says is wrong, in words: the item by its tag, the code by the rule that has both. */
export interface Explained {
  /** Field name of TD.57; empty where the tag is none of TAP 3.12. */
  readonly item: string;
  readonly code: number;
  /** Empty where no public rule has the code. */
  readonly explanation: string;
}

const namesByTag = (): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  const seen = new Set<Fields>();
  const shapeOf = (shape: Shape): void => {
    if (shape.kind === 'list') shapeOf(shape.element.shape);
    else if ('members' in shape) walk(shape);
  };
  const walk = (fields: Fields): void => {
    if (seen.has(fields)) return;
    seen.add(fields);
    for (const { name, tag, shape } of fields.members) {
      if (tag !== undefined && !names.has(tag)) names.set(tag, name);
      shapeOf(shape);
    }
  };
  const { part, record } = grammar('TAP-0312');
  walk(record);
  walk(part);
  return names;
};

const NAMES = namesByTag();

export const explain = ({ code, path }: ReturnError): Explained => {
  const item = NAMES.get(path.at(-1)?.tag ?? -1) ?? '';
  const rule = RULES.find((one) => one.item === item && one.code === code);
  return { item, code, explanation: rule?.when ?? '' };
};
