import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { example, right } from '../../../test/support/rating.ts';
import { formatDecimal } from '../../kernel/decimal.ts';
import { isProblems } from '../rating/refusals.ts';
import { decodeBatch, encodeBatch } from './batch.ts';
import { type CiberRecord, decodeCiberRecords, decodeEdition, type Field } from './schema.ts';

const edition = right(decodeEdition(example('ciber-edition')));
const records = right(decodeCiberRecords(example('ciber-batch')));
const { header, trailer, count, total, charge } = edition.batch;

const encoded = (list: ReadonlyArray<CiberRecord>): Buffer => {
  const bytes = encodeBatch(edition, list);
  if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
  return Buffer.from(bytes);
};
const bytes = encoded(records);
const problemsOf = (text: string) =>
  decodeBatch(edition, Buffer.from(text, 'latin1')).problems.map(
    ({ code, record, field, column }) => `${code} ${record} ${field} ${column}`,
  );
const lines = bytes.toString('latin1').split('\n').slice(0, -1);
const joined = (list: ReadonlyArray<string>): string => list.map((line) => `${line}\n`).join('');
const [first = '', call = '', data = '', last = ''] = lines;

const digit = fc.constantFrom(...'0123456789');
const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const anyValue = ({ kind, length, decimals }: Field): fc.Arbitrary<string> => {
  if (kind === 'filler') return fc.constant(' '.repeat(length));
  if (kind === 'text') return fc.string({ unit: printable, maxLength: length }).map((text) => text.trimEnd());
  if (kind === 'amount') return fc.bigInt({ min: 0n, max: 999_999n }).map((amount) => formatDecimal(amount, decimals));
  if (kind === 'date') return fc.constantFrom('', '240229', '261231', '000101');
  if (kind === 'time') return fc.constantFrom('', '000000', '235959');
  return fc.oneof(fc.constant(''), fc.string({ unit: digit, minLength: length, maxLength: length }));
};
const anyRecord = (type: string): fc.Arbitrary<CiberRecord> => {
  const fields = edition.layouts.find((one) => one.type === type)?.fields.slice(1) ?? [];
  return fc
    .record(Object.fromEntries(fields.map((field) => [field.name, anyValue(field)])))
    .map((values) => ({ type, values }));
};
const types = edition.layouts.map(({ type }) => type).filter((type) => type !== header && type !== trailer);
const anyBatch = fc
  .tuple(anyRecord(header), fc.array(fc.oneof(...types.map(anyRecord)), { maxLength: 5 }), anyRecord(trailer))
  .map(([begin, between, end]) => {
    const cents = between.reduce((sum, { values }) => sum + BigInt((values[charge] ?? '').replace('.', '')), 0n);
    const sums = { [count]: String(between.length).padStart(6, '0'), [total]: formatDecimal(cents, 2) };
    return [begin, ...between, { ...end, values: { ...end.values, ...sums } }];
  });

describe('a CIBER batch', () => {
  it('has a layout for each kind of record', () => {
    expect(types).toEqual(['10', '20', '22', '30', '32', '42', '52']);
    expect(edition.confirmed).toBe(false);
  });

  it('is read, and written to the same bytes', () => {
    expect(decodeBatch(edition, bytes)).toEqual({ records, problems: [] });
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const written = encoded(batch);
        const read = decodeBatch(edition, written);
        expect(read).toEqual({ records: batch, problems: [] });
        expect(encoded(read.records).equals(written)).toBe(true);
      }),
    );
  });

  it('keeps what stands in fillers', () => {
    const text = joined([first, `${call.slice(0, -3)}new`, data, last]);
    expect(encoded(decodeBatch(edition, Buffer.from(text)).records).toString()).toBe(text);
  });

  it.each([
    ['a letter in digits', [first, call.replace('30001', '3000A'), data, last], 'FieldInvalid 2 homeCarrierSidBid 9'],
    ['a day that is none', [first, call.replace('261125', '260230'), data, last], 'FieldInvalid 2 callDate 78'],
    ['a byte that is no character', [first, call, data.replace('4600', '46\xff0'), last], 'FieldInvalid 3 imsiMin 29'],
    ['an unknown type', [first, `77${call.slice(2)}`, data, last], 'RecordTypeUnknown 2  1'],
    ['no header', [call, data, last], 'HeaderMisplaced 1  1'],
    ['two headers', [first, first, last], 'HeaderMisplaced 2  1'],
    ['no trailer', [first, call, data], 'TrailerMisplaced 3  1'],
    ['a record after the trailer', [first, last, call], 'TrailerMisplaced 2  1'],
    ['nothing', [], 'HeaderMisplaced 1  1'],
    ['a record that is missing', [first, call, last], 'CountWrong 3 totalRecords 16'],
    ['another total', [first, call, data, last.replace('345', '346')], 'TotalWrong 4 totalCharges 22'],
    ['a record with a column too many', [first, `${call} `, data, last], 'SeparatorWrong 2  201'],
    ['a record that is cut short', [first, call, data, last.slice(0, 50)], 'RecordLengthWrong 4  52'],
  ])('is told what is wrong: %s', (_, list, expected) => {
    expect(problemsOf(joined(list))).toContain(expected);
  });

  it('is never misread: any change of a byte gives the change back, or a problem', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        const { records: read, problems } = decodeBatch(edition, changed);
        if (problems.length === 0) expect(encoded(read).equals(changed)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['FieldInvalid', 'totalCharge', '1.355'],
    ['FieldInvalid', 'totalCharge', '-1.00'],
    ['FieldInvalid', 'totalCharge', '999999999.99'],
    ['FieldInvalid', 'callDirection', '12'],
    ['FieldInvalid', 'calledNumber', '1234567890123456'],
    ['FieldInvalid', 'calledNumber', 'blank '],
    ['FieldInvalid', 'calledNumber', 'é'],
    ['FieldUnknown', 'colour', 'red'],
    ['TotalWrong', 'totalCharge', '1.36'],
  ])('is not written with %s: %s %s', (code, field, value) => {
    const changed = records.map((one, at) => (at === 1 ? { ...one, values: { ...one.values, [field]: value } } : one));
    expect(encodeBatch(edition, changed)).toMatchObject([{ code }]);
  });
});

describe('an edition', () => {
  const json = JSON.stringify(example('ciber-edition'));
  it.each([
    ['ColumnsWrong layouts/0/fields/2', '"start":9,"length":3', '"start":10,"length":3'],
    ['ColumnsWrong layouts/0/fields', '"recordLength":200', '"recordLength":201'],
    ['FieldTwice layouts/0/fields/2', '"name":"batchSequence"', '"name":"batchCreationDate"'],
    ['KindUnfit layouts/0/fields/1', '"kind":"date"', '"kind":"date","decimals":2'],
    ['TypeTwice layouts/2', '"type":"20"', '"type":"10"'],
    ['RuleUnknown batch/count', '"count":"totalRecords"', '"count":"records"'],
    ['RuleUnknown layouts/1', '"charge":"totalCharge"', '"charge":"toll"'],
    ['InvalidCiberEdition separator', '"separator":"\\n"', '"separator":";"'],
  ])('is refused with %s', (expected, from, to) => {
    const result = decodeEdition(JSON.parse(json.replace(from, to)));
    const found = isProblems(result) ? result.refusals.map(({ code, field }) => `${code} ${field}`) : [];
    expect(found).toContain(expected);
  });
});
