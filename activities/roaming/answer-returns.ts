import { Effect, Stream } from 'effect';
import type { ImportState } from '../../domain/roaming/imports/schema.ts';
import { acknowledgement } from '../../domain/roaming/rap/acknowledge.ts';
import { utcOffsetAt } from '../../domain/roaming/settlement/day.ts';
import { formatFileName } from '../../domain/roaming/validation/file-name.ts';
import { Roaming, RoamingPort } from '../../partners/roaming/port.ts';
import { Files } from '../../store/files/files.ts';
import type { ImportInput, ReturnResult } from '../../workflows/roaming/contract.ts';
import { askImport } from './import-asking.ts';
import { readInto } from './import-reading.ts';
import { readOutgoing } from './outgoing-asking.ts';
import { ReturnsReading } from './returns-reading.ts';
import { roamingFile } from './stored-file.ts';

/** What a partner gets for its RAP file: files that it misses, once more as they were, and the acknowledgement (TD.32). */

const resendMissing = (input: ImportInput, { returned }: ReturnsReading) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const files = yield* Files;
    const outgoing = (yield* readOutgoing(input)).files;
    for (const one of returned) {
      if (one.kind !== 'missing') continue;
      for (const { series, sequence, file } of outgoing) {
        if (series !== 'billing' || file === null || sequence < one.from || sequence > one.to) continue;
        yield* port.upload(input.partner, { ...file, open: (offset) => files.open(input.tenant, file.id, offset) });
      }
    }
  });

export const answerReturns = (input: ImportInput, state: ImportState) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    if (terms === undefined || state.status !== 'done' || state.returned !== null) {
      return { returned: false } satisfies ReturnResult;
    }
    const reading = new ReturnsReading({ partner: input.partner, home: terms.home });
    yield* readInto(input, reading);
    yield* resendMissing(input, reading);
    const { identity } = reading;
    if (identity === undefined) return { returned: false } satisfies ReturnResult;
    const createdMs = state.endedAtMs ?? state.receivedAtMs;
    const answer = acknowledgement(identity, { createdMs, utcOffset: utcOffsetAt(createdMs, terms.zone) });
    const files = yield* Files;
    const port = yield* RoamingPort;
    const labels = { kind: 'acknowledgement', partner: input.partner, subject: input.file.sm3 };
    const name = formatFileName(answer.name);
    const file = yield* files.put(roamingFile(input.tenant, name, labels), Stream.succeed(answer.bytes));
    yield* port.upload(input.partner, { ...file, open: (offset) => files.open(input.tenant, file.id, offset) });
    yield* askImport(input, { _tag: 'RecordReturn', file });
    return { returned: true } satisfies ReturnResult;
  });
