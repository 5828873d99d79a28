import { type Refusal, refuse } from '../../../kernel/refusal.ts';
import type { TelecomLineInputs } from './schema.ts';

/**
 * The application file for Telecom in fixed columns (制卡申请文件, seed 000 §5.2 step 1): the seed names the export and
 * fixes no layout, so ours is written down in docs/partners/telecom-mail.md. ASCII, lines end in CR LF: codes, numbers
 * and a sum that shows a file cut off. Left-justified texts, right-justified numbers with leading zeros.
 */

export interface TelecomApplicationFile {
  readonly application: string;
  /** UTC instant, whole seconds: `2026-11-23T06:00:00Z`. */
  readonly created: string;
  readonly lines: TelecomLineInputs;
}

const HEADER = /^H01([A-Z0-9-]{3,40}) *(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;
const LINE = /^L(\d{4})([A-Za-z0-9._-]{1,32}) *([A-Za-z0-9._-]{1,32}) *(\d{8})$/;
const TRAILER = /^T(\d{4})(\d{10})$/;
const LENGTHS = { header: 63, line: 77, trailer: 15 } as const;

const digits = (value: number, width: number): string => String(value).padStart(width, '0');
const sumOf = (lines: TelecomLineInputs): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** The lines as they are applied for; the same input gives the same bytes. */
export const encodeTelecomApplication = ({ application, created, lines }: TelecomApplicationFile): Buffer =>
  Buffer.from(
    [
      `H01${application.padEnd(40)}${created}`,
      ...lines.map(
        ({ no, product, city, quantity }) =>
          `L${digits(no, 4)}${product.padEnd(32)}${city.padEnd(32)}${digits(quantity, 8)}`,
      ),
      `T${digits(lines.length, 4)}${digits(sumOf(lines), 10)}`,
      '',
    ].join('\r\n'),
    'latin1',
  );

const wrong = (line: number, message: string): Refusal =>
  refuse('invalid', 'InvalidTelecomApplication', `line ${line}: ${message}`, { field: `${line}` });

const fixed = (text: string | undefined, length: number, pattern: RegExp): RegExpExecArray | null =>
  text?.length === length ? pattern.exec(text) : null;

/** The file as it was written; refuses `InvalidTelecomApplication` with the line that is wrong. */
export const decodeTelecomApplication = (bytes: Uint8Array): TelecomApplicationFile | Refusal => {
  const texts = Buffer.from(bytes).toString('latin1').split('\r\n');
  if (texts.pop() !== '') return wrong(texts.length + 1, 'the file does not end with a line end');
  const header = fixed(texts[0], LENGTHS.header, HEADER);
  if (header === null) return wrong(1, 'no header record');
  const trailer = fixed(texts.at(-1), LENGTHS.trailer, TRAILER);
  if (trailer === null) return wrong(texts.length, 'no trailer record');
  const lines: Array<TelecomLineInputs[number]> = [];
  for (const [index, text] of texts.slice(1, -1).entries()) {
    const found = fixed(text, LENGTHS.line, LINE);
    if (found === null) return wrong(index + 2, 'no line record');
    const [, no, product = '', city = '', quantity] = found;
    lines.push({ no: Number(no), product, city, quantity: Number(quantity) });
  }
  if (Number(trailer[1]) !== lines.length || Number(trailer[2]) !== sumOf(lines)) {
    return wrong(texts.length, 'the trailer does not add up');
  }
  return { application: header[1] ?? '', created: header[2] ?? '', lines };
};
