import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reasonOf } from '../imports/fate.ts';
import { emptyUsage } from '../imports/usage.ts';
import { isProblems } from '../rating/refusals.ts';
import { type CdrLine, CdrReader, type CdrValues } from './cdr-reader.ts';
import { type CdrLayout, decodeCdrLayout } from './schema.ts';
import { eventsOf, readVisitorEvent, setUsage, type VisitorEvent } from './visitor-record.ts';

/** Files of the network's elements: layouts as data, what is wrong with a file, and with a record. */

const example = (name: string): string =>
  readFileSync(new URL(`../../../docs/examples/roaming/${name}`, import.meta.url), 'utf8');
const layoutOf = (form: 'csv' | 'fixed'): CdrLayout => {
  const layout = decodeCdrLayout(JSON.parse(example(`cdr-layout-${form}.json`)));
  if (isProblems(layout)) throw new Error(JSON.stringify(layout));
  return layout;
};
const CSV = layoutOf('csv');
const FIXED = layoutOf('fixed');
const FILE = example('MSC01-00042.csv');

const read = (layout: CdrLayout, text: string, chunk = 7) => {
  const reader = new CdrReader(layout, 'MSC01');
  const bytes = Buffer.from(text, 'latin1');
  const lines: Array<CdrLine> = [];
  for (let at = 0; at < bytes.length; at += chunk) lines.push(...reader.feed(bytes.subarray(at, at + chunk)));
  const { last, problems } = reader.end();
  return { lines: [...lines, ...last], problems: problems.map(({ code }) => code), reader };
};
const eventOf = (values: CdrValues | undefined, layout = CSV): VisitorEvent | string => {
  const read = readVisitorEvent(values, eventsOf(layout));
  return typeof read === 'number' ? (reasonOf(read)?.code ?? '') : read;
};

/** The same records in the other form. */
const asFixed = (text: string): string => {
  const events = new Map(Object.entries(eventsOf(FIXED)).map(([word, event]) => [event, word]));
  const line = (part: 'header' | 'record' | 'trailer', values: Readonly<Record<string, string>>): string =>
    FIXED[part].mark +
    FIXED[part].fields
      .map(({ name, length, kind }) => {
        const value = values[name] ?? '';
        return kind === 'integer' ? value.padStart(length) : value.padEnd(length);
      })
      .join('');
  const { lines } = read(CSV, text);
  const records = lines.map(({ values = {} }) => {
    const event = eventsOf(CSV)[values['event'] ?? ''];
    const startedAt = (values['startedAt'] ?? '').replace(/[^0-9]/g, '');
    return line('record', { ...values, startedAt, event: events.get(event ?? 'data') ?? '' });
  });
  const header = line('header', { element: 'MSC01', sequence: '42', createdAt: '20261126102000' });
  return [header, ...records, line('trailer', { records: String(records.length) })].join('\r\n');
};

describe('a layout', () => {
  it.each<readonly [string, (layout: typeof CSV) => unknown]>([
    ['FieldMissing', (one) => ({ ...one, trailer: { ...one.trailer, fields: [] } })],
    ['MarkTwice', (one) => ({ ...one, trailer: { ...one.trailer, mark: 'R' } })],
    [
      'KindUnfit',
      (one) => ({
        ...one,
        record: { ...one.record, fields: one.record.fields.map((field) => ({ ...field, events: {} })) },
      }),
    ],
    [
      'FieldsOverlap',
      (one) => ({
        ...one,
        record: { ...one.record, fields: one.record.fields.map((field) => ({ ...field, start: 3 })) },
      }),
    ],
    [
      'FieldUnknown',
      (one) => ({
        ...one,
        header: {
          ...one.header,
          fields: [...one.header.fields, { name: 'colour', start: 9, length: 2, kind: 'text' }],
        },
      }),
    ],
    [
      'FieldTwice',
      (one) => ({
        ...one,
        header: {
          ...one.header,
          fields: [...one.header.fields, { name: 'element', start: 9, length: 2, kind: 'text' }],
        },
      }),
    ],
    ['InvalidCdrLayout', (one) => ({ ...one, form: 'xml' })],
  ])('is held against itself: %s', (code, spoil) => {
    const layout = decodeCdrLayout(spoil(CSV));
    expect(isProblems(layout) ? layout.refusals.map((refusal) => refusal.code) : []).toContain(code);
  });
});

describe('a file of a network element', () => {
  it.each([
    ['columns', CSV, FILE],
    ['fixed width', FIXED, asFixed(FILE)],
  ])('of %s is read in pieces of any size to the same events', (_, layout, text) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (chunk) => {
        const { lines, problems, reader } = read(layout, text, chunk);
        expect(problems).toEqual([]);
        expect(reader).toMatchObject({ sequence: 42, records: 4, passedOver: 0 });
        const events = lines.map(({ values }) => eventOf(values, layout));
        expect(events).toEqual(read(CSV, FILE).lines.map(({ values }) => eventOf(values)));
      }),
      { numRuns: 40 },
    );
    expect(read(layout, text).lines.map(({ values }) => eventOf(values, layout))).toMatchObject([
      { event: 'voice.originating', seconds: 61, party: '8613800000001', localTime: '20261126100000' },
      { event: 'voice.terminating', seconds: 30, party: '' },
      { event: 'sms.originating', imsi: '454120000000002' },
      { event: 'data', bytesIn: 3_000_000, bytesOut: 200_000, utcOffset: '+0800' },
    ]);
  });

  it('gives the place of each record', () => {
    for (const { offset } of read(CSV, FILE).lines) expect(FILE.slice(offset, offset + 2)).toBe('R;');
  });

  it.each<readonly [string, string]>([
    ['EmptyFile', ''],
    ['HeaderMisplaced', FILE.split('\n').slice(1).join('\n')],
    ['Truncated', FILE.slice(0, 300)],
    ['CountWrong', FILE.replace('T;4', 'T;5')],
    ['CountWrong', FILE.replace('T;4', 'T;x')],
    ['TrailerMisplaced', `${FILE}R;5;MOC`],
    ['LineUnknown', FILE.replace('R;2', 'X;2')],
    ['OtherElement', FILE.replace('MSC01', 'MSC02')],
    ['SequenceInvalid', FILE.replace(';42;', ';0;')],
    ['LineTooLong', `${FILE.split('\n')[0]}\n${'R'.repeat(9_000)}`],
  ])('is kept out as %s', (code, text) => {
    expect(read(CSV, text, 64).problems).toContain(code);
  });

  it('knows that numbers of records were passed over, or stood there twice', () => {
    expect(read(CSV, FILE.replace('R;4', 'R;6')).reader.passedOver).toBe(2);
    expect(read(CSV, FILE.replace('R;4', 'R;3')).reader.passedOver).toBe(1);
  });
});

describe('a record of the network', () => {
  const CALL: CdrValues = read(CSV, FILE).lines[0]?.values ?? {};
  const DATA: CdrValues = read(CSV, FILE).lines[3]?.values ?? {};

  it.each<readonly [string, CdrValues | undefined]>([
    ['RecordMalformed', undefined],
    ['RecordMalformed', { ...CALL, event: 'FAX' }],
    ['RecordMalformed', { ...CALL, reference: '' }],
    ['RecordMalformed', { ...CALL, cell: '-1' }],
    ['TimestampInvalid', { ...CALL, startedAt: '2026-02-30 10:00:00' }],
    ['TimestampInvalid', { ...CALL, startedAt: '2026-11-26 24:00:00' }],
    ['TimestampInvalid', { ...CALL, startedAt: 'yesterday' }],
    ['TimestampInvalid', { ...CALL, utcOffset: '+8' }],
    ['NumberInvalid', { ...CALL, imsi: '45412' }],
    ['NumberInvalid', { ...CALL, imsi: '45412000000000x' }],
    ['NumberInvalid', { ...CALL, msisdn: '0085290000001' }],
    ['NumberInvalid', { ...CALL, party: '1'.repeat(21) }],
    ['NumberInvalid', { ...CALL, party: '' }],
    ['NumberInvalid', { ...CALL, imei: '1' }],
    ['DurationInvalid', { ...CALL, duration: '0' }],
    ['DurationInvalid', { ...CALL, duration: '-5' }],
    ['DurationInvalid', { ...CALL, duration: 'long' }],
    ['DurationInvalid', { ...DATA, volumeIn: '1.5' }],
  ])('is kept for a person as %s', (code, values) => {
    expect(eventOf(values)).toBe(code);
  });

  it('is usage by its moment in UTC', () => {
    const event = eventOf(DATA);
    const usage = emptyUsage();
    if (typeof event !== 'string') setUsage(usage, event);
    expect(usage).toMatchObject({
      imsi: '454120000000002',
      service: 'data',
      terminating: false,
      quantity: 3_200_000,
      atMs: Date.parse('2026-11-26T10:08:00+08:00'),
      utcOffsetMinutes: 480,
      reference: '4714',
    });
  });
});
