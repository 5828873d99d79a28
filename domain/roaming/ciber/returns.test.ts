import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { example, right } from '../../../test/support/rating.ts';
import { isProblems } from '../rating/refusals.ts';
import { decodeBatch, encodeBatch } from './batch.ts';
import { BATCH_FINDINGS, RECORD_FINDINGS } from './findings.ts';
import { contentOf, isReturn, readReturns, returnBatch, returnRecords, titleOf } from './returns.ts';
import { decodeCiberRecords, decodeEdition } from './schema.ts';

/** Return batches of CIBER: what goes back is what came, but for the fields that say why. */

const edition = right(decodeEdition(example('ciber-edition')));
const rules = edition.returns ?? expect.fail('the documented edition has rules of returns');
const records = right(decodeCiberRecords(example('ciber-batch')));
const [header, call, data, trailer] = records;
if (header === undefined || call === undefined || data === undefined || trailer === undefined)
  throw new Error('example');
const bytesOf = (made: Uint8Array | ReadonlyArray<object>): Buffer =>
  made instanceof Uint8Array ? Buffer.from(made) : expect.fail(JSON.stringify(made));
const original = bytesOf(encodeBatch(edition, records));
const OCCASION = { sequence: 7, day: '261127' };
const NUMBER = Number(header.values['batchSequence']);

const finding = fc.constantFrom(...RECORD_FINDINGS);

describe('records that go back', () => {
  it('are as they came but for why, under a header that has changed places; read, they name our batch', () => {
    fc.assert(
      fc.property(fc.subarray([2, 3], { minLength: 1 }), finding, (places, found) => {
        const rejected = places.map((record) => ({ record, finding: found }));
        const made = bytesOf(returnRecords(edition, rules, original, rejected, OCCASION));
        const { records: back, problems } = decodeBatch(edition, made);
        expect(problems).toEqual([]);
        expect(isReturn(edition, back[0])).toBe(true);
        expect(back[0]?.values).toMatchObject({
          ...{ batchSequence: '007', batchCreationDate: '261127', referenceBatchSequence: '007' },
          sendingCarrierSidBid: header.values['receivingCarrierSidBid'],
          receivingCarrierSidBid: header.values['sendingCarrierSidBid'],
        });
        const code = rules.recordReasons.find(({ findings }) => findings.includes(found))?.code ?? '';
        expect(readReturns(edition, rules, back)).toEqual(
          places.map((place) => ({
            ...{ kind: 'record', sequence: NUMBER, field: '', reason: code },
            content: contentOf(edition, rules, records[place - 1] ?? header),
          })),
        );
        expect(titleOf(rules.recordReasons, code)).not.toBe('');
      }),
    );
  });

  it('keep a field that could not be read, and say which it is', () => {
    const text = original.toString('latin1').replace('261125', '260230');
    const wrong = Buffer.from(text, 'latin1');
    expect(decodeBatch(edition, wrong).problems).toMatchObject([
      { code: 'FieldInvalid', record: 2, field: 'callDate' },
    ]);
    const made = bytesOf(returnRecords(edition, rules, wrong, [{ record: 2, finding: 'FieldInvalid' }], OCCASION));
    const { records: back, problems } = decodeBatch(edition, made);
    expect(problems).toMatchObject([{ code: 'FieldInvalid', record: 2, field: 'callDate' }]);
    expect(readReturns(edition, rules, back)).toMatchObject([{ field: 'callDate', reason: '01' }]);
    const [, before] = text.split('\n');
    const [, after] = made.toString('latin1').split('\n');
    expect(after?.slice(8, 141)).toBe(before?.slice(8, 141));
  });

  it('have the batch counted and summed all the same; a charge that cannot be read keeps it out', () => {
    const changed = (from: string, to: string) =>
      decodeBatch(edition, Buffer.from(original.toString('latin1').replace(from, to))).problems.map(({ code }) => code);
    expect(changed('261125', '260230')).toEqual(['FieldInvalid']);
    expect(changed('0000000135', '000000013A')).toEqual(['FieldInvalid']);
    const both = original.toString('latin1').replace('261125', '260230').replace('000000000345', '000000000346');
    expect(decodeBatch(edition, Buffer.from(both)).problems.map(({ code }) => code)).toEqual([
      'FieldInvalid',
      'TotalWrong',
    ]);
  });
});

it.each(BATCH_FINDINGS)('a batch goes back as a whole with a reason for %s', (found) => {
  const made = bytesOf(returnBatch(edition, rules, header, found, OCCASION));
  const { records: back, problems } = decodeBatch(edition, made);
  expect(problems).toEqual([]);
  const [one] = readReturns(edition, rules, back);
  expect(one).toMatchObject({ kind: 'batch', sequence: NUMBER });
  expect(titleOf(rules.batchReasons, one?.reason ?? '')).not.toBe('');
});

it('a batch of records that go for the first time is no return', () => {
  expect(isReturn(edition, header)).toBe(false);
  const { returns: _, ...without } = edition;
  expect(isReturn(without, header)).toBe(false);
});

describe('rules of returns', () => {
  const json = JSON.stringify(example('ciber-edition'));
  it.each([
    ['RuleUnknown returns/header/indicator', '"indicator":"originalReturnIndicator"', '"indicator":"sort"'],
    ['RuleUnknown returns/record/reference', '"reference":"referenceBatchSequence"}', '"reference":"number"}'],
    ['KindUnfit returns/record/reason', '"reason":"returnReasonCode"', '"reason":"totalCharge"'],
    ['KindUnfit returns/header/indicator', '"batch":"6"', '"batch":"66"'],
    ['KindUnfit returns/record/code', '"returned":"1"', '"returned":"A"'],
    ['ReasonMissing returns/recordReasons/ChargeMissing', '["ChargeMissing"]', '[]'],
    ['ReasonMissing returns/batchReasons/TotalWrong', '["TotalWrong"]', '[]'],
    ['ReasonTwice returns/recordReasons/FieldInvalid', '["ChargeMissing"]', '["ChargeMissing","FieldInvalid"]'],
    ['ReasonTwice returns/recordReasons/1', '"code":"02"', '"code":"01"'],
    ['InvalidCiberEdition returns/recordReasons/0/code', '"code":"01"', '"code":"one"'],
  ])('are refused with %s', (expected, from, to) => {
    // The second of those that stand in header and record is the record's.
    const at = from.endsWith('}') ? json.lastIndexOf(from) : json.indexOf(from);
    expect(at).toBeGreaterThan(0);
    const result = decodeEdition(JSON.parse(json.slice(0, at) + to + json.slice(at + from.length)));
    const found = isProblems(result) ? result.refusals.map(({ code, field }) => `${code} ${field}`) : [];
    expect(found).toContain(expected);
  });

  it('may be left out: then nothing goes back', () => {
    const { returns: _, ...without } = example('ciber-edition') as { readonly returns: unknown };
    expect(isProblems(decodeEdition(without))).toBe(false);
  });
});
