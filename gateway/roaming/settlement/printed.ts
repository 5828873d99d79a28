import { Effect, Stream } from 'effect';
import type { Report } from '../../../domain/kernel/report.ts';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import { printedReport, REPORT_FORMATS, REPORT_TYPES } from '../../../printing/report.ts';

/** Reports of settlement as downloads: printed, or as they are. */

export const FORMATS = [...REPORT_FORMATS, 'json'] as const;
export const TYPES = [REPORT_TYPES.pdf, REPORT_TYPES.xlsx, REPORT_TYPES.csv, 'application/json'] as const;

export const printed = (report: Report, name: string, format: (typeof FORMATS)[number]) =>
  Effect.gen(function* () {
    const bytes =
      format === 'json'
        ? Buffer.from(JSON.stringify(report, null, 2))
        : yield* Effect.promise(() => printedReport(report, format));
    return {
      contentType: format === 'json' ? 'application/json' : REPORT_TYPES[format],
      name: `${name}.${format}`,
      bytes: bytes.length,
      hash: sm3Hex(bytes),
      open: (offset: number) => Stream.succeed(bytes.subarray(offset)),
    };
  });
