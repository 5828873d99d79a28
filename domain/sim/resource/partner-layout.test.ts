import { describe, expect, it } from 'vitest';
import { PartnerLayoutReader, PartnerLayoutWriter, type ResourceHeader, type RowCells } from './partner-layout.ts';

const header: Omit<ResourceHeader, 'charset'> = {
  type: 'imsi',
  sender: 'VOP',
  receiver: 'RPS',
  batch: '20261126-01',
  sequence: 1,
  created: '2026-11-26T02:00:00Z',
};
const NAME = 'RES_IMSI_20261126-01_S01_VOP.txt';
const rows = [
  { first: '460010000000000', last: '', product: 'P', city: 'A' },
  { first: '460010000000001', last: '460010000000009', product: 'P', city: '' },
];

const written = (): string => {
  const writer = new PartnerLayoutWriter(header);
  return Buffer.concat([writer.begin(), writer.rows(rows), writer.end()]).toString();
};

/** Read in pieces of `size` bytes. */
const read = (text: string | Buffer, { name = NAME, size = 7 } = {}) => {
  const seen: Array<readonly [number, RowCells]> = [];
  const reader = new PartnerLayoutReader({ receiver: 'RPS', name }, (line, cells) => void seen.push([line, cells]));
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size));
  reader.end();
  return { reader, seen, codes: reader.problems.map(({ line, code }) => `${line} ${code}`) };
};

describe('the partner’s layout of resources', () => {
  it('is read as it was written, however it comes in pieces, with CR LF, too', () => {
    expect(new PartnerLayoutWriter(header).name).toBe(NAME);
    for (const size of [1, 7, 1_000]) {
      const { reader, seen, codes } = read(written(), { size });
      expect(codes).toEqual([]);
      expect(reader.header).toMatchObject({ ...header, charset: 'UTF-8' });
      expect(seen).toEqual([
        [2, rows[0]],
        [3, rows[1]],
      ]);
    }
    expect(read(written().replaceAll('\n', '\r\n')).codes).toEqual([]);
  });

  it('gives a row with another number of cells as none', () => {
    const writer = new PartnerLayoutWriter(header);
    const text = Buffer.concat([writer.begin(), writer.rows(rows), writer.end()]).toString();
    expect(read(text.replace('|P|A\n', '|P\n')).seen[0]).toEqual([2, undefined]);
  });

  const lines = written().split('\n');
  it.each([
    ['0 Empty', ''],
    ['1 MissingHeader', 'imsi,product\n'],
    ['1 MissingHeader', written().replace('资源', '制卡')],
    ['1 MissingHeader', written().replace('|RPSRES|1|', '|RPSRES|2|')],
    ['1 HeaderMismatch', written().replace('|RPS|', '|OTHER|')],
    ['1 NameMismatch', written().replace('20261126-01|1|', '20261126-01|2|')],
    ['2 SequenceGap', written().replace('D|1|', 'D|2|')],
    ['3 UnknownRecord', [...lines.slice(0, 2), 'X|1', ...lines.slice(2)].join('\n')],
    ['2 WrongEncoding', Buffer.from(written().replace('|P|A', '|P|\u00e9'), 'latin1')],
    ['0 Truncated', lines.slice(0, 3).join('\n')],
    ['4 WrongCount', written().replace('T|2|', 'T|3|')],
    ['4 WrongChecksum', written().replace('|P|A', '|P|B')],
    ['4 WrongFieldCount', written().replace('T|2|', 'T|2|x|')],
    ['5 AfterTrailer', `${written()}D|3|1|||\n`],
    ['2 LineTooLong', written().replace('D|1|', `D|1|${'1'.repeat(70_000)}`)],
  ])('says %s', (problem, text) => {
    const witness = text instanceof Buffer ? text : text;
    // latin1 would break the witness of the header: it is put back as UTF-8.
    const bytes =
      witness instanceof Buffer
        ? Buffer.concat([Buffer.from(`${lines[0]}\n`), witness.subarray(witness.indexOf(10) + 1)])
        : witness;
    expect(read(bytes, { size: 50_000 }).codes).toContain(problem);
  });
});
