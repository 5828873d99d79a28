import { Effect, Schema, Stream } from 'effect';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { refusals } from '../../../domain/sim/application/refusals.ts';
import { ApplicationNo, FileName } from '../../../domain/sim/schema.ts';
import { telecomRefusals } from '../../../domain/sim/telecom/application/refusals.ts';
import { ExportForm } from '../../../domain/sim/telecom/application/schema.ts';
import { Files } from '../../../store/files/files.ts';
import { Processes } from '../../../temporal/client.ts';
import { simContract } from '../../../workflows/sim/contract.ts';
import { answer, download, sampled, upload } from '../../route.ts';
import { TELECOM_ARRIVAL, TelecomArrival } from './progress.ts';
import { readTelecom, replyAnswer, TELECOM_NO, telecomParams } from './samples.ts';

/** Files of an application to Telecom: exported ones out, the stamped scan and what did not come by itself in. */

const { telecomCardMaking } = simContract.workflows;

const CONTENT_TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  text: 'text/plain',
  pdf: 'application/pdf',
} as const;

const exported = download({
  method: 'GET',
  path: '/v1/sim/telecom/applications/{application}/exports/{form}',
  operationId: 'sim.telecom.export.download',
  summary: 'Download an exported application file: workbook, fixed columns, or the form to print and stamp',
  contentTypes: [CONTENT_TYPES.pdf, CONTENT_TYPES.xlsx, CONTENT_TYPES.text],
  in: {
    params: sampled(Schema.Struct({ application: ApplicationNo, form: ExportForm }), {
      application: TELECOM_NO,
      form: 'pdf',
    }),
  },
  refusals: [refusals.applicationUnknown(), telecomRefusals.notExported()],
  handler: ({ tenant, params: { application, form } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const { state } = yield* readTelecom(tenant, application);
      const file = state.exports.find((each) => each.form === form)?.file;
      if (file === undefined) return yield* Effect.fail(telecomRefusals.notExported());
      const { id, name, bytes, sm3: hash } = file;
      return { contentType: CONTENT_TYPES[form], name, bytes, hash, open: (offset) => files.open(tenant, id, offset) };
    }),
});

/** What a mail server takes with its attachments around it. */
const SCAN_LIMIT_BYTES = 15 * 1024 * 1024;

const notPdf = refuse('invalid', 'NotPdf', 'The scan is no PDF file.', {
  action: 'Scan the stamped form as PDF and hand it in again.',
});

const scan = upload({
  method: 'POST',
  path: '/v1/sim/telecom/applications/{application}/scan',
  operationId: 'sim.telecom.scan.attach',
  summary: 'Hand in the scan of the stamped form: the letter to Telecom goes with it',
  contentTypes: ['application/pdf'],
  bodyLimitBytes: SCAN_LIMIT_BYTES,
  timeoutMs: 120_000,
  in: { params: telecomParams },
  out: { 200: replyAnswer('The application; the letter goes now') },
  refusals: [refusals.applicationUnknown(), notPdf, telecomRefusals.alreadyMailed()],
  handler: ({ tenant, caller, commandId, params: { application }, content }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      yield* readTelecom(tenant, application);
      const bytes = Buffer.concat([...(yield* Stream.runCollect(content))]);
      if (bytes.subarray(0, 5).toString('latin1') !== '%PDF-') return yield* Effect.fail(notPdf);
      const labels = { application, kind: 'scan' };
      const name = `${application}-stamped.pdf`;
      const kept = { tenant, area: 'sim', name, contentType: 'application/pdf', labels, sealed: true };
      const file = yield* files.put(kept, Stream.make(bytes));
      const id = { tenant, key: application };
      const input = { by: caller, file };
      const processes = yield* Processes;
      return answer(200, yield* processes.update(telecomCardMaking, id, 'attachScan', input, `scan:${commandId}`));
    }),
});

/** As for Unicom's files: a million rows are some 100 MB. */
const FILE_LIMIT_BYTES = 1_073_741_824;

const handIn = upload({
  method: 'POST',
  path: '/v1/sim/telecom/applications/{application}/files',
  operationId: 'sim.telecom.file.handIn',
  summary: 'Hand in Telecom’s result file, or a report of the vendor, that did not come by itself',
  description: 'It is kept as it is and read like one that came by mail; the same bytes again change nothing.',
  contentTypes: ['text/plain', 'application/octet-stream'],
  bodyLimitBytes: FILE_LIMIT_BYTES,
  timeoutMs: 300_000,
  in: {
    params: telecomParams,
    query: sampled(Schema.Struct({ name: FileName }), { name: TELECOM_ARRIVAL.file.name }),
  },
  out: { 200: sampled(TelecomArrival, TELECOM_ARRIVAL, 'What reading it gave') },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, caller, commandId, params: { application }, query: { name }, content }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const processes = yield* Processes;
      yield* readTelecom(tenant, application);
      const labels = { application, source: 'hand' };
      // Sealed like those that came by themselves: it holds numbers of cards.
      const file = yield* files.put(
        { tenant, area: 'sim', name, contentType: 'text/plain', labels, sealed: true },
        content,
      );
      const id = { tenant, key: application };
      const input = { by: caller, file };
      return answer(200, yield* processes.update(telecomCardMaking, id, 'takeFile', input, `file:${commandId}`));
    }),
});

export const telecomFileRoutes = [exported, scan, handIn];
