import { Chunk, Clock, Effect, Stream } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { statementOf } from '../../../domain/roaming/settlement/partner-statement.ts';
import { usageReportOf } from '../../../domain/roaming/settlement/usage-report.ts';
import { RoamingPort } from '../../../partners/roaming/port.ts';
import type { RemoteFile } from '../../../partners/transfer.ts';
import { Files } from '../../../store/files/files.ts';
import { keepClearingFile, noteResult } from '../../../store/roaming/clearing-files.ts';
import { Processes } from '../../../temporal/client.ts';
import { settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { alertAbout, periodKey, periodOf } from './asking.ts';
import { settlementFile } from './sending.ts';

/** A partner's own statement among the files on its server: kept, logged, and told to the period that it says it is of. */

/** `ST….csv`, or under BCE `UR….csv`; usage files are named by TD.57 (`CD…`, `TD…`). */
export const isStatementName = (name: string): boolean => /^(?:ST|UR)[A-Za-z0-9_-]{1,100}\.csv$/.test(name);

const HEAD_BYTES = 4_096;

export const takeStatement = (tenant: TenantId, partner: string, remote: RemoteFile) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const files = yield* Files;
    const about = { kind: 'partnerStatement', partner, name: remote.name, way: 'received' } as const;
    const ref = yield* files.put(settlementFile(tenant, about), port.download(partner, remote));
    const head = yield* files.open(tenant, ref.id).pipe(
      Stream.takeUntil((bytes) => bytes.length > HEAD_BYTES),
      Stream.runCollect,
      Effect.map((pieces) => Buffer.concat(Chunk.toReadonlyArray(pieces)).toString('utf8')),
    );
    const said = statementOf(head) ?? usageReportOf(head);
    const of = said === undefined ? 'unknown' : periodKey(said);
    const atMs = yield* Clock.currentTimeMillis;
    const result = said === undefined ? 'WrongHeading' : 'kept';
    yield* keepClearingFile(tenant, { ...about, of, ref, atMs, result, counts: {} });
    if (said === undefined) return yield* alertAbout(tenant, partner, 'WrongHeading', 'partnerStatement');
    const period = yield* Effect.either(periodOf({ tenant, partner, to: '', ...said }));
    // Nobody hands in another's statement.
    if (period._tag === 'Right' && period.right.terms.partner !== partner) {
      yield* noteResult(tenant, { ...about, of }, 'OtherPartner', {});
      return yield* alertAbout(tenant, partner, 'OtherPartner', 'partnerStatement');
    }
    const processes = yield* Processes;
    const told = processes.signal(settlementContract.workflows.settlePeriod, { tenant, key: of }, 'partnerStatement', {
      file: ref,
    });
    // A period that is closed, or was never opened: a person looks, the file is kept.
    return yield* told.pipe(
      Effect.catchIf(isRefusal, ({ code }) => alertAbout(tenant, of.slice(0, 80), code, 'partnerStatement')),
    );
  });
