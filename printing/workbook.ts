import { PassThrough } from 'node:stream';
import { Effect, Stream } from 'effect';
import ExcelJS from 'exceljs';

/** A workbook of one sheet, written row by row: neither the rows nor the file are ever whole in memory. */
export const workbookOf = (sheet: string, rows: Iterable<ReadonlyArray<string | number>>): Stream.Stream<Uint8Array> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const out = new PassThrough();
      const writing = async (): Promise<void> => {
        const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out });
        const worksheet = workbook.addWorksheet(sheet, { views: [{ state: 'frozen', ySplit: 1 }] });
        let first = true;
        for (const cells of rows) {
          const row = worksheet.addRow([...cells]);
          if (first) row.font = { bold: true };
          first = false;
          row.commit();
          // Waits for whoever reads when more is written than has been taken.
          if (out.writableNeedDrain) await new Promise((resolve) => out.once('drain', resolve));
        }
        worksheet.commit();
        await workbook.commit();
      };
      yield* Effect.forkScoped(
        Effect.tryPromise({ try: writing, catch: (cause) => cause }).pipe(
          Effect.catchAll((cause) => Effect.sync(() => out.destroy(cause instanceof Error ? cause : undefined))),
        ),
      );
      yield* Effect.addFinalizer(() => Effect.sync(() => out.destroy()));
      return Stream.orDie(Stream.fromAsyncIterable<Uint8Array, unknown>(out, (cause) => cause));
    }),
  );
