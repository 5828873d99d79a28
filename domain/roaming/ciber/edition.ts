import { BATCH_FINDINGS, RECORD_FINDINGS } from './findings.ts';
import type { Edition, Field, ReturnRules } from './schema.ts';

/**
 * What is wrong with an edition: each layout names every column of its record once (what carries nothing is a filler), and
 * the rules of the batch name fields that are there and of the right kind.
 */
export interface EditionProblem {
  readonly code:
    | 'TypeTwice'
    | 'FieldTwice'
    | 'ColumnsWrong'
    | 'KindUnfit'
    | 'RuleUnknown'
    | 'ReasonTwice'
    | 'ReasonMissing';
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

/** Each code once, and each finding of ours under one of them. */
const reasonProblems = (
  reasons: ReturnRules['recordReasons'],
  findings: ReadonlyArray<string>,
  place: string,
): ReadonlyArray<EditionProblem> => {
  const codes = reasons.map(({ code }) => code);
  const found = reasons.flatMap((one) => one.findings);
  return [
    ...codes.flatMap(
      (code, at): ReadonlyArray<EditionProblem> =>
        codes.indexOf(code) === at ? [] : [{ code: 'ReasonTwice', place: `${place}/${at}` }],
    ),
    ...findings.flatMap((one): ReadonlyArray<EditionProblem> => {
      const times = found.filter((other) => other === one).length;
      if (times === 1) return [];
      return [{ code: times === 0 ? 'ReasonMissing' : 'ReasonTwice', place: `${place}/${one}` }];
    }),
  ];
};

/** Fields of a layout that say what goes back, and what is to stand in them. */
const returnFieldProblems = (
  fields: ReadonlyArray<Field>,
  said: ReadonlyArray<readonly [rule: string, name: string | null, marks: ReadonlyArray<string>]>,
  place: string,
): ReadonlyArray<EditionProblem> =>
  said.flatMap(([rule, name, marks]): ReadonlyArray<EditionProblem> => {
    if (name === null) return [];
    const field = fields.find((one) => one.name === name);
    if (field === undefined) return [{ code: 'RuleUnknown', place: `${place}/${rule}` }];
    const fits =
      (field.kind === 'text' || (field.kind === 'digits' && marks.every((mark) => /^[0-9]+$/.test(mark)))) &&
      marks.every((mark) => mark.length <= field.length);
    return fits ? [] : [{ code: 'KindUnfit', place: `${place}/${rule}` }];
  });

const returnProblems = ({ layouts, batch, returns }: Edition): ReadonlyArray<EditionProblem> => {
  if (returns === undefined) return [];
  const { header, record, indicators, codes, recordReasons, batchReasons } = returns;
  const codesOf = (reasons: ReturnRules['recordReasons']) => reasons.map(({ code }) => code);
  return [
    ...reasonProblems(recordReasons, RECORD_FINDINGS, 'returns/recordReasons'),
    ...reasonProblems(batchReasons, BATCH_FINDINGS, 'returns/batchReasons'),
    ...layouts.flatMap(({ type, fields }) => {
      if (type === batch.trailer) return [];
      if (type !== batch.header) {
        const { code, reason, field, reference } = record;
        return returnFieldProblems(
          fields,
          [
            ['code', code, Object.values(codes)],
            ['reason', reason, codesOf(recordReasons)],
            ['field', field, [String(fields.length)]],
            ['reference', reference, ['999']],
          ],
          'returns/record',
        );
      }
      const { indicator, reason, reference } = header;
      return returnFieldProblems(
        fields,
        [
          ['indicator', indicator, Object.values(indicators)],
          ['reason', reason, codesOf(batchReasons)],
          ['reference', reference, ['999']],
        ],
        'returns/header',
      );
    }),
  ];
};

export const editionProblems = (edition: Edition): ReadonlyArray<EditionProblem> => {
  const { recordLength, layouts, batch } = edition;
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
  return [
    ...problems,
    ...rules.flatMap(([place, holds]) => (holds ? [] : [{ code: 'RuleUnknown' as const, place }])),
    ...returnProblems(edition),
  ];
};
