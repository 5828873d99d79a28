import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../kernel/refusal.ts';
import { iccidOfBody } from './iccid.ts';
import { LIMITS } from './limits.ts';
import {
  FILE_KINDS,
  type FileKind,
  type NewRow,
  type VopExpectation,
  type VopHeader,
  type VopSummary,
} from './vop-file.ts';
import { decodeVopFile } from './vop-file-decoder.ts';
import { encodeVopFile } from './vop-file-encoder.ts';
import { KIND_CODES } from './vop-file-layout.ts';
import { vopFileName } from './vop-file-name.ts';

const VECTORS = join(import.meta.dirname, '../../test/vectors/vop');

const headerOf = <K extends FileKind>(kind: K, more: Partial<VopHeader<K>> = {}): VopHeader<K> => ({
  kind,
  version: 1,
  sender: 'VOP',
  receiver: 'RPS',
  application: 'A20261123-0001',
  round: 1,
  part: kind === 'vendorPart' || kind === 'pos' || kind === 'posValidation' ? 1 : 0,
  sequence: 1,
  created: '2026-11-23T06:00:00Z',
  charset: 'UTF-8',
  ...more,
});

const encode = <K extends FileKind>(
  header: VopHeader<K>,
  rows: ReadonlyArray<NewRow<K>>,
  summary?: VopSummary,
): Buffer => {
  const encoder = encodeVopFile(header, summary);
  const head = encoder.push(rows);
  const end = encoder.end();
  if (isRefusal(head)) throw new Error(head.message);
  if (isRefusal(end)) throw new Error(end.message);
  return Buffer.concat([head, end.bytes]);
};

const decode = <K extends FileKind>(
  bytes: Uint8Array,
  expected: VopExpectation<K>,
  cuts: ReadonlyArray<number> = [],
) => {
  const decoder = decodeVopFile(expected);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const rows = ends.flatMap((end, at) => [...decoder.feed(bytes.slice(ends[at - 1] ?? 0, end))]);
  return { rows, report: decoder.end() };
};

const iccid = (n: number) => iccidOfBody(`8986011${String(n).padStart(12, '0')}`);
const imsi = (n: number) => `46001${String(n).padStart(10, '0')}`;
const card = (line: number, n: number): NewRow<'cardMaking'> => ({
  line,
  iccid: iccid(n),
  imsi: imsi(n),
  product: 'P1',
  city: 'BJ',
  cardType: 'finished',
});

const text = (maxLength: number) =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom('|', '\\', '\n', '\r', '卡', '号', '错', '𠀀', '€', 'ä', 'T|'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      maxLength,
    })
    .filter(
      (value) => value.length <= maxLength && value.isWellFormed() && !/(?![\n\r])[\p{Cc}\p{Co}\uFFFD]/u.test(value),
    );
const codes = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/);
const lines = fc
  .uniqueArray(fc.integer({ min: 1, max: LIMITS.lines }), { maxLength: 8 })
  .map((found) => found.sort((a, b) => a - b));
const cardType = fc.constantFrom('finished' as const, 'blank' as const);

/** Rows of each kind that the layouts allow, in the order that they demand. */
const rowsOf: { readonly [K in FileKind]: fc.Arbitrary<ReadonlyArray<NewRow<K>>> } = {
  application: fc
    .tuple(lines, cardType, codes, codes, text(60), fc.integer({ min: 1, max: 9_999 }))
    .map(([found, type, product, city, remark, quantity]) =>
      found.map((line) => {
        const body = (n: number) => `8986011${String(line * 100_000 + n).padStart(12, '0')}`;
        const whole = { first: body(0), last: body(quantity - 1) };
        const split = [
          { first: body(0), last: body(0) },
          { first: body(1), last: body(quantity - 1) },
        ];
        return {
          line,
          cardType: type,
          product,
          city,
          quantity,
          iccidBlocks: quantity > 1 ? split : [whole],
          imsiBlocks: type === 'finished' ? [{ first: imsi(line), last: imsi(line + quantity - 1) }] : [],
          remark,
        };
      }),
    ),
  validation: fc.tuple(lines, codes, text(80)).map(([found, code, reason]) =>
    found.map(
      (line) =>
        ({
          line,
          quantity: line,
          ...(line % 2 === 0 ? { verdict: 'accepted', code: '', reason: '' } : { verdict: 'rejected', code, reason }),
        }) as const,
    ),
  ),
  cardMaking: fc
    .tuple(lines, codes)
    .map(([found, product]) => found.flatMap((line) => [card(line, line), { ...card(line, line + 5), product }])),
  vendorPart: lines.map((found) => found.map((line) => ({ ...card(line, 9), cardType: 'blank', imsi: '' }) as const)),
  pos: fc.tuple(lines, codes, text(80)).map(([found, code, reason]) =>
    found.map(
      (line) =>
        ({
          line,
          iccid: iccid(line),
          ...(line % 3 === 0 ? { result: 'failed', code, reason } : { result: 'made', code: '', reason: '' }),
        }) as const,
    ),
  ),
  posValidation: fc.array(
    fc.record({ row: fc.nat(999), iccid: fc.nat(999).map(iccid), code: codes, reason: text(80) }),
    { maxLength: 8 },
  ),
};

const summaryOf = (kind: FileKind, rows: ReadonlyArray<object>): VopSummary | undefined => {
  if (kind !== 'validation' && kind !== 'posValidation') return undefined;
  const objections =
    kind === 'posValidation'
      ? rows.length
      : rows.filter((row) => 'verdict' in row && row.verdict === 'rejected').length;
  return {
    verdict: objections > 0 ? 'partial' : 'accepted',
    code: '',
    reason: '',
    subjectName: '申请.txt',
    subjectSm3: 'a'.repeat(64),
    subjectRows: 3,
  };
};

describe('what is written is read again', () => {
  const roundTrip = <K extends FileKind>(kind: K) =>
    fc.assert(
      fc.property(
        rowsOf[kind],
        fc.constantFrom('UTF-8' as const, 'GB18030' as const),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        (rows, charset, cuts, crlf) => {
          const header = headerOf(kind, { charset });
          const summary = summaryOf(kind, rows);
          const lf = encode(header, rows, summary);
          const bytes = crlf ? Buffer.from(lf.toString('latin1').replaceAll('\n', '\r\n'), 'latin1') : lf;
          const { rows: read, report } = decode(bytes, { kind, name: vopFileName(header) }, cuts);
          expect(report.errors).toEqual([]);
          expect(report.ok).toBe(true);
          expect(report.header).toEqual(header);
          expect(report.summary).toEqual(summary);
          expect(read).toEqual(rows.map((row, at) => ({ seq: at + 1, ...row })));
          expect(report.bytes).toBe(bytes.length);
        },
      ),
      { numRuns: 60 },
    );
  test.each(FILE_KINDS)('%s, in both charsets, cut anywhere, with LF or CR LF', (kind) => roundTrip(kind));

  test('byte by byte, and without the last line end', () => {
    const bytes = encode(headerOf('cardMaking', { charset: 'GB18030' }), [card(1, 1), card(1, 2)]);
    const every = Array.from({ length: bytes.length }, (_, at) => at);
    expect(decode(bytes.subarray(0, -1), { kind: 'cardMaking' }, every).report).toMatchObject({ ok: true, rows: 2 });
  });

  test('whatever bytes come, the reader ends with a report and never hands out a replacement character', () => {
    const bytes = encode(headerOf('pos', { charset: 'GB18030' }), [
      { line: 1, iccid: iccid(1), result: 'failed', code: 'E1', reason: '芯片损坏' },
    ]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const broken = Buffer.from(bytes);
        broken[at] = byte;
        const { rows, report } = decode(broken, { kind: 'pos' });
        expect(report.ok).toBe(broken.equals(bytes));
        expect(JSON.stringify(rows)).not.toContain('\uFFFD');
      }),
      { numRuns: 300 },
    );
  });
});

/** Each case: a good file of two cards, spoilt in one way; `resealed` gives it a right trailer again. */
const GOOD = () => encode(headerOf('cardMaking'), [card(1, 1), card(1, 2), card(2, 3)]).toString('latin1');
const AWAITED: VopExpectation<'cardMaking'> = {
  kind: 'cardMaking',
  application: 'A20261123-0001',
  round: 1,
  part: 0,
  sender: 'VOP',
  receiver: 'RPS',
  lines: new Map([
    [1, 2],
    [2, 1],
  ]),
};
const at = (line: number, change: (line: string) => string) => (file: string) =>
  file
    .split('\n')
    .map((found, index) => (index === line - 1 ? change(found) : found))
    .join('\n');

const spoilt: ReadonlyArray<
  readonly [
    code: string,
    line: number,
    field: string,
    spoil: (file: string) => string,
    expected?: Partial<VopExpectation<'cardMaking'>>,
  ]
> = [
  ['Empty', 0, '', () => ''],
  ['MissingHeader', 1, '', at(1, (line) => line.slice(3))],
  ['WrongEncoding', 1, '', (file) => `\u00EF\u00BB\u00BF${file}`],
  ['WrongEncoding', 1, 'witness', at(1, (line) => line.replace('|UTF-8|', '|GB18030|'))],
  ['WrongEncoding', 3, '', at(3, (line) => line.replace('BJ', 'B\u00B1'))],
  ['UnknownVersion', 1, 'version', at(1, (line) => line.replace('|1|CARD', '|2|CARD'))],
  ['UnknownKind', 1, 'kind', at(1, (line) => line.replace('|CARD|', '|CARDS|'))],
  ['UnexpectedKind', 1, 'kind', at(1, (line) => line.replace('|CARD|', '|POS|'))],
  ['InvalidField', 1, 'created', at(1, (line) => line.replace('2026-11-23T', '2026-02-30T'))],
  ['InvalidField', 1, 'charset', at(1, (line) => line.replace('UTF-8', 'GBK'))],
  ['InvalidField', 1, 'part', at(1, (line) => line.replace('|1|0|1|', '|1|7|1|')), { part: 7 }],
  ['WrongFieldCount', 1, '', at(1, (line) => `${line}|`)],
  ['HeaderMismatch', 1, 'application', (file) => file, { application: 'A-OTHER' }],
  ['HeaderMismatch', 1, 'round', (file) => file, { round: 2 }],
  ['HeaderMismatch', 1, 'sender', (file) => file, { sender: 'V1' }],
  ['NameMismatch', 1, '', (file) => file, { name: 'CARD_A20261123-0001_R02_P000_S01_VOP.txt' }],
  ['LineTooLong', 3, '', at(3, (line) => line.padEnd(70_000, 'x'))],
  ['UnknownRecord', 3, '', at(3, (line) => `X${line.slice(1)}`)],
  ['WrongFieldCount', 3, '', at(3, (line) => `${line}|`)],
  [
    'InvalidField',
    3,
    'iccid',
    at(3, (line) =>
      line.replace(
        iccid(2),
        iccid(2).replace(/.$/, (d) => String((Number(d) + 1) % 10)),
      ),
    ),
  ],
  ['InvalidField', 3, 'imsi', at(3, (line) => line.replace(imsi(2), ''))],
  ['InvalidField', 3, 'cardType', at(3, (line) => line.replace('FINISHED', 'GOLD'))],
  ['InvalidField', 3, 'seq', at(3, (line) => line.replace('D|2|', 'D|02|'))],
  ['InvalidField', 3, '', at(3, (line) => line.replace('BJ', 'B\\x'))],
  ['DuplicateLine', 4, 'seq', at(3, (line) => `${line}\n${line}`)],
  ['DuplicateLine', 3, 'iccid', at(3, (line) => line.replace(iccid(2), iccid(1)))],
  ['SequenceGap', 3, 'seq', at(3, (line) => line.replace('D|2|', 'D|4|'))],
  ['OutOfOrder', 3, 'iccid', at(3, (line) => line.replace(iccid(2), iccid(0)))],
  ['UnknownLine', 4, 'line', at(4, (line) => line.replace('D|3|2|', 'D|3|9|'))],
  ['LineTooMany', 4, 'line', at(4, (line) => line.replace('D|3|2|', 'D|3|1|'))],
  ['LineTooMany', 4, '', (file) => file, { maxRows: 2 }],
  [
    'LineTooFew',
    0,
    'line',
    (file) => file,
    {
      lines: new Map([
        [1, 2],
        [2, 1],
        [3, 5],
      ]),
    },
  ],
  ['AfterTrailer', 6, '', (file) => `${file}D|4|2|x`],
  ['WrongCount', 5, 'count', at(5, (line) => line.replace('T|3|', 'T|4|'))],
  ['WrongQuantity', 5, 'quantity', at(5, (line) => line.replace('T|3|3|', 'T|3|4|'))],
  ['WrongChecksum', 5, 'checksum', at(5, (line) => line.replace(/.$/, (d) => (d === '0' ? '1' : '0')))],
  ['InvalidField', 5, 'checksum', (file) => file.replace(/\n$/, '\r')],
  ['Truncated', 4, '', (file) => file.slice(0, file.indexOf('T|'))],
  ['Truncated', 4, '', (file) => file.slice(0, file.indexOf('T|') - 20)],
];

describe('what is wrong is said with line, field and code', () => {
  for (const [index, [code, line, field, spoil, expected]] of spoilt.entries()) {
    test(`${index + 1}: ${code} in line ${line} ${field}`, () => {
      const { report } = decode(Buffer.from(spoil(GOOD()), 'latin1'), { ...AWAITED, ...expected });
      expect(report.ok).toBe(false);
      expect(report.errors).toContainEqual(expect.objectContaining({ code, line, field }));
      expect(report.errors[0]?.code).toBe(code);
    });
  }

  test('a truncated trailer is no trailer', () => {
    const file = Buffer.from(GOOD(), 'latin1');
    expect(decode(file.subarray(0, -9), AWAITED).report.errors[0]).toMatchObject({
      code: 'InvalidField',
      field: 'checksum',
      line: 5,
    });
  });

  test('a broken line does not stop the report; all errors are counted, some are kept', () => {
    const rows = Array.from({ length: 500 }, (_, n) => card(1, n));
    const file = encode(headerOf('cardMaking'), rows).toString().replaceAll('|BJ|', '|北|');
    const { report } = decode(Buffer.from(file), { kind: 'cardMaking', maxErrors: 7 });
    expect(report.errors).toHaveLength(7);
    expect(report.errorCount).toBe(501);
    expect(report.errors[6]).toMatchObject({ line: 8, field: 'city', code: 'InvalidField' });
  });

  test('an answer without its summary, and one whose verdict the rows do not bear out', () => {
    const rows: ReadonlyArray<NewRow<'validation'>> = [
      { line: 1, verdict: 'rejected', quantity: 5, code: 'E1', reason: '数量' },
    ];
    const file = encode(headerOf('validation'), rows, summaryOf('validation', rows)).toString();
    const without = decode(Buffer.from(file.replace(/\nS\|.*/, '')), { kind: 'validation' }).report;
    expect(without.errors[0]).toMatchObject({ code: 'MissingSummary', line: 2 });
    const other = decode(Buffer.from(file.replace('S|PARTIAL', 'S|ACCEPTED')), { kind: 'validation' }).report;
    expect(other.errors).toContainEqual(expect.objectContaining({ code: 'InvalidField', field: 'verdict', line: 2 }));
  });
});

describe('the writer refuses what the reader would report', () => {
  test.each<readonly [string, NewRow<'cardMaking'>]>([
    ['rows/2/iccid', card(1, 1)],
    ['rows/2/imsi', { ...card(1, 2), imsi: '' }],
    ['rows/2/city', { ...card(1, 2), city: '北京|' }],
    ['rows/2/line', { ...card(0, 2) }],
  ])('%s', (field, second) => {
    expect(encodeVopFile(headerOf('cardMaking')).push([card(1, 1), second])).toMatchObject({
      _tag: 'Refusal',
      code: 'InvalidVopFile',
      field,
    });
  });
  test('a header that is none, and a summary where none belongs', () => {
    expect(encodeVopFile(headerOf('pos', { part: 0 })).end()).toMatchObject({ field: 'part' });
    expect(encodeVopFile(headerOf('pos', { application: 'x' })).end()).toMatchObject({ field: 'application' });
    expect(encodeVopFile(headerOf('validation')).end()).toMatchObject({ field: 'summary' });
  });
});

interface Vector {
  readonly expected: VopExpectation<FileKind>;
  readonly report: Readonly<Record<string, unknown>>;
  readonly rows: ReadonlyArray<unknown>;
}
describe('vectors', () => {
  const names = readdirSync(VECTORS).filter((name) => name.endsWith('.txt'));
  test.each(names)('%s', (name) => {
    const vector: Vector = JSON.parse(readFileSync(join(VECTORS, name.replace('.txt', '.json')), 'utf8'));
    const { rows, report } = decode(readFileSync(join(VECTORS, name)), vector.expected, [10, 77]);
    expect(JSON.parse(JSON.stringify({ ...report }))).toMatchObject(vector.report);
    expect(rows).toEqual(vector.rows);
  });
  test('there is a good one of every kind, in every charset', () => {
    const heads = names.map((name) => iconv.decode(readFileSync(join(VECTORS, name)), 'latin1').split('|'));
    expect(new Set(heads.map((cells) => cells[3]))).toEqual(new Set(Object.values(KIND_CODES)));
    expect(new Set(heads.map((cells) => cells[11]))).toEqual(new Set(['UTF-8', 'GB18030']));
  });
});
