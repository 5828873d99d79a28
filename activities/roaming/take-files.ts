import { Effect, Either } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { cdrFileName } from '../../domain/roaming/network/schema.ts';
import type { Checksum } from '../../domain/roaming/partner/schema.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { Roaming, RoamingPort } from '../../partners/roaming/port.ts';
import type { NetworkMonitor } from '../../partners/roaming/visitors.ts';
import type { RemoteFile } from '../../partners/transfer.ts';
import { Files } from '../../store/files/files.ts';
import { Processes } from '../../temporal/client.ts';
import type { OfTenant } from '../../workflows/contract.ts';
import { type ImportInput, type LookResult, roamingContract } from '../../workflows/roaming/contract.ts';
import { checksumMissing, companionName, isCompanion, saidBy, verified } from './checksum.ts';
import { eachParty } from './each-party.ts';
import { exchanged } from './exchanges.ts';
import { alertOf, askImport, isKnown, readRegister } from './import-asking.ts';
import { noticeOverdue } from './overdue.ts';
import { isStatementName, takeStatement } from './settlement/taking.ts';
import { roamingFile } from './stored-file.ts';

/** Files that partners have put out for us: stored raw, known by their content, each imported by a process of its own. */

/** Started once per attempt: the same file again finds the import that runs or has run. */
export const startImport = (input: ImportInput, attempt: number): Effect.Effect<void, Refusal | Fault, Processes> =>
  Effect.flatMap(Processes, (processes) =>
    processes.start(roamingContract.workflows.import, {
      key: `${input.partner}-${input.file.sm3}-${attempt}`,
      input,
    }),
  );

/** What is taken off a server: by whose settings, which of it, and from where. */
interface Taking {
  readonly tenant: TenantId;
  readonly partner: string;
  /** Beside each file; null: nothing. */
  readonly checksum: Checksum | null;
  readonly remotes: ReadonlyArray<RemoteFile>;
  readonly from: 'outbox' | 'log';
}

/** Tries of a file whose bytes are not what its checksum says, in one look. */
const TAKEN_AGAIN = 2;

/** The file's bytes in our store, held against its checksum where it has one. */
const store = ({ tenant, partner }: Taking, remote: RemoteFile, companion: RemoteFile | undefined, kind: Checksum) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const files = yield* Files;
    const labels = { kind: 'usage', partner };
    const into = roamingFile(tenant, remote.name, labels);
    if (companion === undefined) return yield* files.put(into, port.download(partner, remote));
    const hash = yield* saidBy(remote.name, port.download(partner, companion));
    const once = Effect.suspend(() =>
      files.put(into, verified(remote.name, port.download(partner, remote), { kind, hash })),
    );
    return yield* Effect.retry(once, {
      times: TAKEN_AGAIN,
      while: (failure) => isRefusal(failure) && failure.code === 'ChecksumDiffers',
    });
  });

const takeOne = (taking: Taking, remote: RemoteFile) =>
  Effect.gen(function* () {
    const { tenant, partner, checksum, remotes, from } = taking;
    const port = yield* RoamingPort;
    if (isStatementName(remote.name)) {
      yield* takeStatement(tenant, partner, remote);
      yield* port.archive(partner, remote);
      return 0;
    }
    const named = checksum === null ? '' : companionName(remote.name, checksum);
    const companion = remotes.find(({ name }) => name === named);
    if (checksum !== null && companion === undefined) return yield* Effect.fail(checksumMissing(remote.name));
    const file: FileRef = yield* exchanged(
      tenant,
      partner,
      'take',
      store(taking, remote, companion, checksum ?? 'sm3'),
    );
    const input = { tenant, partner, file };
    // An element's log keeps its files: one that is known and missing all the same stays what it was found to be.
    if (from === 'log' && (yield* isKnown(input))) return 0;
    const command = { _tag: 'Receive', name: file.name, ref: file, source: 'poll' } as const;
    const { status, attempt } = yield* askImport(input, command, remote.name, remote.modifiedMs);
    const open = status === 'received';
    if (open) yield* startImport(input, attempt);
    // It is in our store and known by its actor: nothing is lost when it lies there no more.
    if (from === 'outbox') yield* port.archive(partner, remote);
    if (companion !== undefined) yield* port.archive(partner, companion);
    return open ? 1 : 0;
  });

/** Whatever becomes of one file, the others are looked at. */
const takeAll = (taking: Taking) =>
  Effect.gen(function* () {
    const { tenant, partner, checksum, remotes } = taking;
    let started = 0;
    for (const remote of remotes) {
      if (checksum !== null && isCompanion(remote.name)) continue;
      const taken = yield* Effect.either(takeOne(taking, remote));
      if (Either.isRight(taken)) started += taken.right;
      // A file that is gone again was taken by another look.
      else if (!isRefusal(taken.left) || taken.left.code !== 'RemoteFileMissing') {
        yield* alertOf(tenant, partner, taken.left.code, 'taking');
      }
    }
    return started;
  });

/** One partner's server. */
const lookAt = (tenant: TenantId, partner: string, checksum: Checksum | null = null) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const remotes = yield* exchanged(tenant, partner, 'look', port.list(partner));
    return { seen: remotes.length, started: yield* takeAll({ tenant, partner, checksum, remotes, from: 'outbox' }) };
  });

/** Files looked for at once in an element's log. */
const RECOVERED = 100;

/** The server of an element or monitor, and its log for what has not come: numbers that were passed over. */
const lookAtElement = (tenant: TenantId, { code, layout }: NetworkMonitor) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const looked = yield* lookAt(tenant, code);
    const { missing } = yield* readRegister(tenant, code);
    const names = missing.flatMap(({ from, to }) =>
      Array.from({ length: Math.min(RECOVERED, to - from + 1) }, (_, at) => cdrFileName(layout, code, from + at)),
    );
    if (names.length === 0) return looked;
    const remotes = yield* port.logged(code, new Set(names.slice(0, RECOVERED)));
    const recovered = yield* takeAll({ tenant, partner: code, checksum: null, remotes, from: 'log' });
    return { seen: looked.seen + remotes.length, started: looked.started + recovered };
  });

/** Looks once at every partner's server, and at those of our own elements. One that does not let us in keeps no other from it. */
export const takeFiles = ({ tenant }: OfTenant) =>
  Effect.gen(function* () {
    const settings = yield* Roaming;
    const partners = [...(settings?.partners.values() ?? [])];
    const elements = [...(settings?.elements.values() ?? [])].filter(({ ended }) => ended !== true);
    const own = [...elements, ...(settings?.monitors?.values() ?? [])];
    const { done, failed } = yield* eachParty(tenant, 'looking', [
      ...partners.map((one) => [one.code, lookAt(tenant, one.code, one.checksum)] as const),
      ...own.map((one) => [one.code, lookAtElement(tenant, one)] as const),
    ]);
    yield* Effect.forEach(partners, (one) => noticeOverdue(tenant, one), { discard: true });
    return {
      seen: done.reduce((sum, { seen }) => sum + seen, 0),
      started: done.reduce((sum, { started }) => sum + started, 0),
      unreachable: failed,
    } satisfies LookResult;
  });
