import type { Edition, Field } from './schema.ts';

/**
 * What is wrong with an edition: each layout names every column of its record once (what carries nothing is a filler), and
 * the rules of the batch name fields that are there and of the right kind.
 */
export interface EditionProblem {
  readonly code: 'TypeTwice' | 'FieldTwice' | 'ColumnsWrong' | 'KindUnfit' | 'RuleUnknown';
  /** `layouts/2/fields/5`. */
  readonly place: string;
}

const lengthUnfit = ({ kind, length, decimals }: Field): boolean => {
  if (kind === 'date' || kind === 'time') return length !== 6 || decimals !== 0;
  return kind === 'amount' ? decimals > 6 || length > 18 || length <= decimals : decimals !== 0;
};

const fieldProblems = (fields: ReadonlyArray<Field>, recordLength: number, place: string): EditionProblem[] => {
  const problems: EditionProblem[] = [];
  const names = new Set<string>();
  let next = 1;
  for (const [at, field] of fields.entries()) {
    const where = `${place}/fields/${at}`;
    if (names.has(field.name)) problems.push({ code: 'FieldTwice', place: where });
    if (field.start !== next) problems.push({ code: 'ColumnsWrong', place: where });
    if (lengthUnfit(field)) problems.push({ code: 'KindUnfit', place: where });
    names.add(field.name);
    next = field.start + field.length;
  }
  const [first] = fields;
  if (first?.kind !== 'digits' || first.length !== 2) problems.push({ code: 'KindUnfit', place: `${place}/fields/0` });
  if (next !== recordLength + 1) problems.push({ code: 'ColumnsWrong', place: `${place}/fields` });
  return problems;
};

export const editionProblems = ({ recordLength, layouts, batch }: Edition): ReadonlyArray<EditionProblem> => {
  const problems = layouts.flatMap(({ fields }, at) => fieldProblems(fields, recordLength, `layouts/${at}`));
  const types = layouts.map(({ type }) => type);
  for (const [at, type] of types.entries()) {
    if (types.indexOf(type) !== at) problems.push({ code: 'TypeTwice', place: `layouts/${at}` });
  }
  const has = (type: string, name: string, kind: Field['kind']): boolean =>
    layouts.some((one) => one.type === type && one.fields.some((field) => field.name === name && field.kind === kind));
  const rules: ReadonlyArray<readonly [string, boolean]> = [
    ['batch/header', types.includes(batch.header)],
    ['batch/count', has(batch.trailer, batch.count, 'digits')],
    ['batch/total', has(batch.trailer, batch.total, 'amount')],
    ...layouts.flatMap(({ type }, at): ReadonlyArray<readonly [string, boolean]> => {
      const isRecord = type !== batch.header && type !== batch.trailer;
      return isRecord ? [[`layouts/${at}`, has(type, batch.charge, 'amount')]] : [];
    }),
  ];
  return [...problems, ...rules.flatMap(([place, holds]) => (holds ? [] : [{ code: 'RuleUnknown' as const, place }]))];
};
