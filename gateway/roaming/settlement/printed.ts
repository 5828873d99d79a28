import { Effect, Stream } from 'effect';
import type { Language, Report } from '../../../domain/kernel/report.ts';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import type { Statement } from '../../../domain/roaming/settlement/schema.ts';
import { printedReport, REPORT_FORMATS, REPORT_TYPES } from '../../../printing/report.ts';
import { statementReport } from '../../../printing/roaming-statement.ts';

/** Reports and statements of settlement as downloads: printed, or as they are. */

export const FORMATS = [...REPORT_FORMATS, 'json'] as const;
export const TYPES = [REPORT_TYPES.pdf, REPORT_TYPES.xlsx, REPORT_TYPES.csv, 'application/json'] as const;

type Format = (typeof FORMATS)[number];

const asDownload = (bytes: Buffer, name: string, format: Format) => ({
  contentType: format === 'json' ? 'application/json' : REPORT_TYPES[format],
  name: `${name}.${format}`,
  bytes: bytes.length,
  hash: sm3Hex(bytes),
  open: (offset: number) => Stream.succeed(bytes.subarray(offset)),
});

export const printed = (report: Report, name: string, format: Format) =>
  Effect.map(
    format === 'json'
      ? Effect.succeed(Buffer.from(JSON.stringify(report, null, 2)))
      : Effect.promise(() => printedReport(report, format)),
    (bytes) => asDownload(bytes, name, format),
  );

/** The same statement has the same bytes whenever it is printed. */
export const printedStatement = (drawn: typeof Statement.Type, format: Format, language: Language) =>
  Effect.map(
    Effect.promise(() => statementReport(drawn, format, language)),
    (bytes) => asDownload(bytes, `statement-${drawn.partner}-${drawn.from}-r${drawn.revision}.${language}`, format),
  );
