import { stringify } from 'csv-stringify/sync';
import exceljs from 'exceljs';
import type { Report } from '../domain/kernel/report.ts';
import { printedPdf } from './pdf.ts';

/**
 * A report as PDF, workbook and CSV. The same report gives the same bytes (decision 0231), so one that is made again can be
 * compared by its hash.
 */

export const REPORT_FORMATS = ['pdf', 'xlsx', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const REPORT_TYPES: Readonly<Record<ReportFormat, string>> = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

const AUTHOR = 'Hufu';

/** Without it a spreadsheet takes UTF-8 for something else. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** ZIP (APPNOTE 4.3.7, 4.3.12): the central directory's entries, and where each file's own header begins. */
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const FIRST_DOS_TIME = 0x00210000;

/** Sets every entry's time to 1980-01-01 00:00, where the library writes the clock's. */
const withoutTimes = (zip: Buffer): Buffer => {
  let end = zip.length - 22;
  while (zip.readUInt32LE(end) !== END) end -= 1;
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry += 1) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error('the workbook is no ZIP file');
    zip.writeUInt32LE(FIRST_DOS_TIME, at + 12);
    zip.writeUInt32LE(FIRST_DOS_TIME, zip.readUInt32LE(at + 42) + 10);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
};

/** Amounts are text in the cells: a spreadsheet's numbers are binary fractions. */
const workbook = async ({ title, name, createdAtMs, head, headings, rows, totals }: Report): Promise<Buffer> => {
  const book = new exceljs.Workbook();
  book.creator = AUTHOR;
  book.created = new Date(createdAtMs);
  book.modified = book.created;
  const sheet = book.addWorksheet(name);
  sheet.addRow([title]).font = { bold: true };
  sheet.addRows([...head, []]);
  sheet.addRow(headings).font = { bold: true };
  sheet.addRows([...rows, []]);
  for (const total of totals) sheet.addRow(total).font = { bold: true };
  for (const [index] of headings.entries()) sheet.getColumn(index + 1).width = 18;
  return withoutTimes(Buffer.from(await book.xlsx.writeBuffer()));
};

const pdf = ({ title, name, createdAtMs, head, headings, rows, totals }: Report): Promise<Buffer> =>
  printedPdf({
    title: `${title} ${name}`,
    author: AUTHOR,
    createdAtMs,
    fontSize: 7,
    content: [
      { text: title, fontSize: 16, alignment: 'center', margin: [0, 0, 0, 16] },
      ...head.map(([what, value]) => `${what}: ${value}`),
      {
        margin: [0, 12, 0, 12],
        table: { headerRows: 1, widths: headings.map(() => 'auto'), body: [headings, ...rows].map((row) => [...row]) },
      },
      ...totals.map(([what, value]) => `${what}: ${value}`),
    ],
  });

/** The rows alone, with a header; CR LF as RFC 4180 has it. */
const csv = ({ headings, rows }: Report): Buffer =>
  Buffer.from(BYTE_ORDER_MARK + stringify([headings, ...rows], { record_delimiter: 'windows' }));

export const printedReport = (report: Report, format: ReportFormat): Promise<Buffer> => {
  switch (format) {
    case 'pdf':
      return pdf(report);
    case 'xlsx':
      return workbook(report);
    case 'csv':
      return Promise.resolve(csv(report));
  }
};
