import exceljs from 'exceljs';
import { expect, it } from 'vitest';
import { chineseFont, sfntOf } from '../../printing/font.ts';
import { applicationForm, applicationWorkbook } from './documents.ts';

const application = {
  no: 'T-0001',
  vendor: 'EASTCARD',
  remarks: '春季备货',
  createdAtMs: Date.UTC(2026, 10, 26),
  lines: [1, 2].map((no) => ({
    no,
    product: `CTC-${no}`,
    city: '110000',
    quantity: no * 100,
    books: {
      applied: no * 100,
      open: no * 100,
      rejected: 0,
      planned: 0,
      inProduction: 0,
      made: 0,
      failed: 0,
      cancelled: 0,
      confirmed: 0,
    },
  })),
};

it('writes a workbook that says card type and quantity of every line', async () => {
  const workbook = new exceljs.Workbook();
  const bytes = await applicationWorkbook(application);
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  const sheet = workbook.worksheets[0];
  const rows = sheet?.getSheetValues().flatMap((row) => (Array.isArray(row) ? [row.slice(1)] : []));
  expect(rows).toContainEqual([1, '白卡', 'CTC-1', '110000', 100]);
  expect(rows).toContainEqual([2, '白卡', 'CTC-2', '110000', 200]);
  expect(rows).toContainEqual(['合计', '', '', '', 300]);
});

it('writes a form as PDF with its Chinese font in it', async () => {
  const pdf = await applicationForm(application);
  const text = pdf.toString('latin1');
  expect(text.slice(0, 5)).toBe('%PDF-');
  expect(text).toMatch(/\/FontName \/[A-Z]{6}\+NotoSansSC/);
  // A subset, not the whole font.
  expect(pdf.length).toBeLessThan(100_000);
});

it('unpacks the font, and refuses what is none', async () => {
  const font = await chineseFont();
  expect(font.readUInt32BE(0)).toBe(0x00010000);
  expect(() => sfntOf(Buffer.from('OTTO but no font at all'))).toThrow('no WOFF');
});
