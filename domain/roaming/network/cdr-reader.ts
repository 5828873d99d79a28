import type { Problem } from '../imports/file-control.ts';
import type { CdrField, CdrLayout } from './schema.ts';

/**
 * Files of a network element by their layout, in stream: no more than one line is held. A file has a header that numbers it,
 * records that are numbered from 1, and a trailer that counts them, so that what is missing is found.
 */

/** By field, without blanks around; what is blank is not there. */
export type CdrValues = Readonly<Record<string, string>>;

export interface CdrLine {
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** Undefined where a column is missing, or longer than it may be. */
  readonly values: CdrValues | undefined;
}

const NEWLINE = 0x0a;
/** Longer than any line of a layout. */
const LINE_BYTES = 8_192;
const PROBLEMS = 100;
const SEQUENCES = 99_999;

const WHOLE = /^[0-9]{1,15}$/;

export class CdrReader {
  /** Of the header; 0 before it was read. */
  sequence = 0;
  records = 0;
  /** Numbers of records that were passed over, or that stood there already. */
  passedOver = 0;
  private readonly layout: CdrLayout;
  private readonly element: string;
  private readonly found: Array<Problem> = [];
  private rest: Buffer = Buffer.alloc(0);
  private at = 0;
  private lines = 0;
  private lastNumber = 0;
  private ended = false;
  private broken = false;

  /** @param element whose file it must be */
  constructor(layout: CdrLayout, element: string) {
    this.layout = layout;
    this.element = element;
  }

  private problem(code: string, reason: string): void {
    if (this.found.length < PROBLEMS) this.found.push({ line: this.lines, code, reason });
  }

  /** Records that have become complete with these bytes. */
  feed(chunk: Uint8Array): ReadonlyArray<CdrLine> {
    const bytes = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const out: Array<CdrLine> = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1 && !this.broken; end = bytes.indexOf(NEWLINE, from)) {
      this.line(bytes.subarray(from, end), this.at + from, out);
      from = end + 1;
    }
    this.rest = bytes.subarray(from);
    this.at += from;
    if (this.rest.length > LINE_BYTES && !this.broken) this.tooLong();
    if (this.broken) this.rest = Buffer.alloc(0);
    return out;
  }

  private tooLong(): void {
    this.broken = true;
    this.lines += 1;
    this.problem('LineTooLong', `A line has more than ${LINE_BYTES} bytes: the file is no text of this layout.`);
  }

  /** The file ends here: a last line without its end, and what is wrong with the whole. */
  end(): { readonly last: ReadonlyArray<CdrLine>; readonly problems: ReadonlyArray<Problem> } {
    const last: Array<CdrLine> = [];
    if (this.rest.length > 0 && !this.broken) this.line(this.rest, this.at, last);
    if (this.lines === 0) this.problem('EmptyFile', 'The file has no line.');
    else if (!this.ended && !this.broken) {
      this.problem('Truncated', 'The file ends without its trailer: what is behind its last record is missing.');
    }
    return { last, problems: this.found };
  }

  private line(bytes: Buffer, offset: number, out: Array<CdrLine>): void {
    if (bytes.length > LINE_BYTES) {
      this.tooLong();
      return;
    }
    const text = bytes.toString('latin1').replace(/\r$/, '');
    if (text === '') return;
    this.lines += 1;
    const { form, separator, header, record, trailer } = this.layout;
    const columns = form === 'csv' ? text.split(separator) : [];
    const is = (mark: string): boolean => (form === 'csv' ? columns[0] === mark : text.startsWith(mark));
    if ((this.lines === 1) !== is(header.mark)) {
      this.broken = true;
      this.problem('HeaderMisplaced', 'A file begins with its header and has no other.');
    } else if (this.ended) {
      this.broken = true;
      this.problem('TrailerMisplaced', 'Something stands behind the trailer.');
    } else if (is(header.mark)) this.header(this.valuesOf(header.fields, text, columns));
    else if (is(record.mark)) {
      const values = this.valuesOf(record.fields, text, columns);
      this.number(values?.['number']);
      out.push({ offset, values });
    } else if (is(trailer.mark)) this.trailer(this.valuesOf(trailer.fields, text, columns));
    else {
      this.broken = true;
      this.problem('LineUnknown', 'The line is neither header, record nor trailer of the layout.');
    }
  }

  private valuesOf(
    fields: ReadonlyArray<CdrField>,
    text: string,
    columns: ReadonlyArray<string>,
  ): CdrValues | undefined {
    const values: Record<string, string> = {};
    for (const { name, start, length } of fields) {
      const value = this.layout.form === 'csv' ? columns[start - 1] : text.slice(start - 1, start - 1 + length);
      if (value === undefined || value.length > length) return undefined;
      // Of a fixed width the last field may lack its blanks.
      values[name] = value.trim();
    }
    return values;
  }

  private header(values: CdrValues | undefined): void {
    const sequence = Number(WHOLE.test(values?.['sequence'] ?? '') ? values?.['sequence'] : 0);
    if (sequence < 1 || sequence > SEQUENCES) {
      this.problem('SequenceInvalid', `The header has no number from 1 to ${SEQUENCES}.`);
    } else this.sequence = sequence;
    const element = values?.['element'] ?? '';
    if (element !== this.element) {
      const said = element.slice(0, 40);
      this.problem('OtherElement', `The file is from ${said}; one from ${this.element} was awaited.`);
    }
  }

  private number(text: string | undefined): void {
    this.records += 1;
    const number = WHOLE.test(text ?? '') ? Number(text) : this.lastNumber + 1;
    this.passedOver += Math.abs(number - this.lastNumber - 1);
    this.lastNumber = Math.max(this.lastNumber, number);
  }

  private trailer(values: CdrValues | undefined): void {
    this.ended = true;
    const said = values?.['records'] ?? '';
    if (!WHOLE.test(said) || Number(said) !== this.records) {
      this.problem('CountWrong', `The trailer says ${said.slice(0, 20)} records; ${this.records} were found.`);
    }
  }
}
