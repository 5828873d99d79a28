import type { Language } from '../domain/kernel/report.ts';
import { reportOf } from '../domain/roaming/settlement/report.ts';
import type { Statement } from '../domain/roaming/settlement/schema.ts';
import { printedReport, type ReportFormat } from './report.ts';

/**
 * The report of a statement as PDF, workbook, CSV and JSON (seed 002 §3.3.1, §4.2.4; spec `roaming`, Settlement). The
 * same statement gives the same bytes, so a report that is made again can be compared by its hash.
 */

/** The statement as it is kept: amounts are minor units as integer strings. It has no language. */
const json = (statement: Statement): Buffer =>
  Buffer.from(JSON.stringify(statement, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2));

export const statementReport = (
  statement: Statement,
  format: ReportFormat | 'json',
  language: Language,
): Promise<Buffer> =>
  format === 'json' ? Promise.resolve(json(statement)) : printedReport(reportOf(statement, language), format);
