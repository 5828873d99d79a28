import { type Finding, pathText, type Report } from '../../domain/roaming/validation/finding.ts';
import { keyOf } from '../../domain/roaming/validation/rule.ts';
import { table } from '../table.ts';
import type { RemarkAt, Structure } from './check.ts';
import { type FileRead, refusalLines } from './read.ts';

/** What a check found, for a person and as JSON. No value of a record is shown: only where it stands. */

/** Of each row and each kind of remark, so many are shown one by one; all are counted. */
const SHOWN = 20;
const BYTES_SHOWN = 16;

const MEANING: Readonly<Record<RemarkAt['what'], string>> = {
  padding: 'bytes 00 or FF where an element could begin',
  unknown: 'an element that this version has no field for',
  misshapen: 'a known element in a form that it cannot have',
  repeated: 'an element that may stand once and has stood before',
  negative: 'an integer below zero: most often a large one without its sign byte',
};

const VERDICT: Readonly<Record<Report['verdict'], string>> = {
  accepted: 'accepted',
  partly: 'accepted, but for the records with severe errors, which go back',
  rejected: 'rejected: the file goes back',
  copy: 'a copy of a file that was received before: to be ignored',
};

interface Listed {
  count: number;
  readonly title: string;
  readonly shown: string[][];
}

const sequenceOf = (from: number, to: number): string => (from === to ? String(from) : `${from} to ${to}`);

export class ReportText {
  private readonly findings = new Map<string, Listed>();
  private readonly remarks = new Map<string, Listed>();

  finding({ ruling, severity, item, code, record, offset, path }: Finding): void {
    const { rule } = ruling;
    const unconfirmed = rule.basis === 'unconfirmed' ? ' (code to be confirmed)' : '';
    const title = `${severity} ${item} ${code}: ${rule.when}${unconfirmed}`;
    this.list(this.findings, `${severity} ${keyOf(rule)}`, title, [
      record === undefined ? '' : `record ${record + 1}`,
      `byte ${offset}`,
      pathText(path),
    ]);
  }

  remark({ what, offset, path, bytes }: RemarkAt): void {
    const hex = bytes.toString('hex', 0, BYTES_SHOWN);
    const shown = bytes.length > BYTES_SHOWN ? `${hex}… (${bytes.length} bytes)` : hex;
    this.list(this.remarks, what, `${what}: ${MEANING[what]}`, [`byte ${offset}`, path, shown]);
  }

  private list(into: Map<string, Listed>, key: string, title: string, row: string[]): void {
    const listed = into.get(key) ?? { count: 0, title, shown: [] };
    into.set(key, listed);
    listed.count += 1;
    if (listed.shown.length < SHOWN) listed.shown.push(row);
  }

  end(file: string, { refused, size }: FileRead, structure: Structure, report: Report): string {
    const out = [`${file}: ${[...structure.formats].join(', ') || 'no format'}, ${size} bytes`];
    const { sender, recipient, sequence, test, rapSequence } = report.header;
    if (sender !== undefined || recipient !== undefined) {
      const resent = rapSequence === undefined ? '' : `, corrects what RAP ${rapSequence} returned`;
      out.push(
        `${sender ?? '?'} to ${recipient ?? '?'}, number ${sequence ?? '?'}${test ? ', test data' : ''}${resent}`,
      );
    }
    const rows = [...structure.counts].map(([name, count]) => [name, String(count)]);
    if (rows.length > 0) out.push('', table(rows));
    if (structure.indefinite.size > 0) out.push('', `indefinite lengths: ${[...structure.indefinite].join(', ')}`);
    for (const list of [this.findings, this.remarks]) {
      for (const { title, count, shown } of list.values()) {
        out.push('', `${count} × ${title}`, table(shown));
        if (count > shown.length) out.push(`  and ${count - shown.length} more`);
      }
    }
    if (refused !== undefined) out.push('', ...refusalLines(refused));
    if (report.gap !== undefined) out.push('', `not received: ${sequenceOf(report.gap.from, report.gap.to)}`);
    if (report.format !== undefined || refused !== undefined) out.push('', ...summary(report));
    const nothing = structure.remarks === 0 && this.findings.size === 0 && refused === undefined;
    out.push(nothing ? 'nothing found' : `${this.findings.size === 0 ? 'readable, with remarks' : 'see above'}`);
    return `${out.join('\n')}\n`;
  }
}

const summary = ({ verdict, severities, returned, records, notChecked }: Report): readonly string[] => [
  VERDICT[verdict],
  `${severities.fatal} fatal, ${severities.severe} severe (${returned} of ${records} records), ${severities.warning} warnings`,
  ...(notChecked.length === 0 ? [] : [`not asked, for want of facts: ${notChecked.join(', ')}`]),
];

const exact = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Map ? Object.fromEntries(value) : value;
};

export const findingJson = ({ ruling, severity, item, code, place, record, offset, path }: Finding): string =>
  JSON.stringify({
    severity,
    item,
    code,
    when: ruling.rule.when,
    basis: ruling.rule.basis,
    place,
    ...(record === undefined ? {} : { record }),
    offset,
    path,
  });

/** Amounts are strings: they may be past 2^53. */
export const reportJson = (
  file: string,
  { refused, size, digest }: FileRead,
  structure: Structure,
  report: Report,
): string =>
  JSON.stringify(
    {
      file,
      size,
      digest,
      ...report,
      units: structure.counts,
      remarks: structure.remarks,
      ...(refused === undefined
        ? {}
        : { refused: { code: refused.code, message: refused.message, field: refused.field, offset: refused.offset } }),
    },
    exact,
  );
