import exceljs from 'exceljs';
import type { TelecomState } from '../../domain/sim/telecom/application/schema.ts';
import { printedPdf } from '../../printing/pdf.ts';

/**
 * The application as people read it (seed 000 §5.2 steps 1 and 2): a workbook, and a form to print, stamp with the red
 * seal and scan. What they say is what the file in fixed columns says (`domain/sim/telecom/application/file.ts`).
 */

export type Application = Pick<TelecomState, 'no' | 'vendor' | 'remarks' | 'createdAtMs' | 'lines'>;

const TITLE = '电信白卡制卡申请表';
const HEADINGS = ['行号', '卡类型', '产品', '地市', '数量'] as const;
/** Blank cards only (S-013). */
const CARD_TYPE = '白卡';

const rowsOf = ({ lines }: Application) =>
  lines.map(({ no, product, city, quantity }) => [no, CARD_TYPE, product, city, quantity] as const);

const totalOf = ({ lines }: Application): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

const dateOf = ({ createdAtMs }: Application): string => new Date(createdAtMs).toISOString().slice(0, 10);

/** The workbook (XLSX). */
export const applicationWorkbook = async (application: Application): Promise<Buffer> => {
  const workbook = new exceljs.Workbook();
  workbook.creator = 'RPS';
  workbook.created = new Date(application.createdAtMs);
  workbook.modified = workbook.created;
  const sheet = workbook.addWorksheet('制卡申请');
  sheet.addRows([
    [TITLE],
    ['申请编号', application.no],
    ['申请日期', dateOf(application)],
    ['卡商', application.vendor],
    ['备注', application.remarks],
    [],
  ]);
  sheet.addRow(HEADINGS).font = { bold: true };
  for (const row of rowsOf(application)) sheet.addRow(row);
  sheet.addRow(['合计', '', '', '', totalOf(application)]).font = { bold: true };
  for (const [index, width] of [12, 12, 34, 34, 14].entries()) sheet.getColumn(index + 1).width = width;
  return Buffer.from(await workbook.xlsx.writeBuffer());
};

/** Beyond this many lines the form names the enclosed file for the others: it is signed, not typed in. */
const LINES_ON_FORM = 200;

/** The form to print (PDF, A4), with a place for the seal. */
export const applicationForm = async (application: Application): Promise<Buffer> => {
  const cells = rowsOf(application).map((row) => row.map(String));
  const left = cells.length - LINES_ON_FORM;
  return await printedPdf({
    title: `${TITLE} ${application.no}`,
    author: 'RPS',
    createdAtMs: application.createdAtMs,
    fontSize: 10,
    content: [
      { text: TITLE, fontSize: 18, alignment: 'center', margin: [0, 0, 0, 16] },
      `申请编号：${application.no}`,
      `申请日期：${dateOf(application)}`,
      `卡商：${application.vendor}`,
      `备注：${application.remarks === '' ? '无' : application.remarks}`,
      {
        margin: [0, 12, 0, 12],
        table: {
          headerRows: 1,
          widths: [40, 60, '*', '*', 70],
          body: [
            [...HEADINGS],
            ...cells.slice(0, LINES_ON_FORM),
            [{ text: '合计', colSpan: 4 }, '', '', '', String(totalOf(application))],
          ],
        },
      },
      ...(left > 0 ? [`另有 ${left} 行见所附文件。`] : []),
      { text: '申请单位（盖章）：', margin: [0, 40, 0, 60] },
      { text: '日期：        年    月    日' },
    ],
  });
};
