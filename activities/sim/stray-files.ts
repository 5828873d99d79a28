import { Clock, Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { partnerFileActor } from '../../actors/sim/partner-file.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { partnerFileKey } from '../../domain/sim/partner-file.ts';
import type { FileRef, PartnerFileCommand } from '../../domain/sim/schema.ts';
import { type StrayClaim, strayProblem } from '../../domain/sim/stray-file.ts';
import { FILE_KINDS } from '../../domain/sim/vop-file.ts';
import { type OutboxFile, VopPort } from '../../partners/vop/port.ts';
import { Files } from '../../store/files/files.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import { applicationStandings, fileMark, knownFiles } from '../../store/sim/strays.ts';
import type { StrayFilesInput, StrayFilesResult } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { peekHeader, simFile } from './stored-file.ts';

/**
 * The look-out for files on VOP's server that no application takes (decision 0102): fetched, kept, registered and
 * quarantined with a reason, for the tenant that operates this installation.
 */

const PARTNER = 'vop';
/** Of a thousand files each; what lies beyond is seen when the oldest have been moved away. */
const MAX_PAGES = 4;

type Stray = { readonly remote: OutboxFile; readonly claim: StrayClaim };

const ask = (tenant: TenantId, file: FileRef, command: PartnerFileCommand) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller, commandIdFor } = yield* CurrentStep;
    const { reply } = yield* actors.ask(partnerFileActor, {
      id: { tenant, key: partnerFileKey(PARTNER, file.sm3) },
      command,
      envelope: { commandId: commandIdFor(command._tag, file.sm3, file.name), caller },
    });
    return reply;
  });

/** What the name says, else what the first line says. */
const claimOf = (remote: OutboxFile) =>
  Effect.gen(function* () {
    const { kind, application } = remote;
    if (kind !== undefined && application !== undefined) return { kind, application };
    const vop = yield* VopPort;
    const header = yield* peekHeader(vop.download(remote), FILE_KINDS);
    return { kind: header?.kind ?? null, application: header?.application ?? null };
  });

/** Whatever becomes of one file, the others are looked at; a person learns of it. */
const orAlert = <A, R>(tenant: TenantId, subject: string, step: Effect.Effect<A, Refusal | Fault, R>) =>
  step.pipe(
    Effect.catchIf(isRefusal, ({ code }) =>
      Effect.gen(function* () {
        // Gone again: somebody has moved it.
        if (code === 'RemoteFileMissing') return undefined;
        const alert = { source: 'stray-files', subject, level: 'problem', code, stage: 'taking' } as const;
        yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
        return undefined;
      }),
    ),
  );

/** The files of a page that nobody has taken or will take. */
const straysOf = (tenant: TenantId, files: ReadonlyArray<OutboxFile>) =>
  Effect.gen(function* () {
    const known = yield* knownFiles(files);
    const fresh = files.filter((file) => !known.has(fileMark(file)));
    const claimed = yield* Effect.forEach(fresh, (remote) =>
      orAlert(tenant, PARTNER, claimOf(remote)).pipe(
        Effect.map((claim) => (claim === undefined ? [] : [{ remote, claim }])),
      ),
    );
    return claimed.flat();
  });

/** True when the file was taken now. */
const take = (tenant: TenantId, { remote, claim }: Stray, problem: NonNullable<ReturnType<typeof strayProblem>>) =>
  Effect.gen(function* () {
    const vop = yield* VopPort;
    const files = yield* Files;
    const current = yield* CurrentStep;
    const labels = { source: 'stray', kind: claim.kind ?? 'unknown' };
    const file = yield* files.put(simFile(tenant, remote.name, labels), vop.download(remote));
    const { status } = yield* ask(tenant, file, { _tag: 'Receive', name: file.name, ref: file, source: 'poll' });
    yield* current.heartbeat({ taken: file.sm3 });
    if (status !== 'received') return false;
    const { code } = problem;
    const subject = partnerFileKey(PARTNER, file.sm3);
    // Before the quarantine: a crash between the two repeats the alert, where the other order would lose it.
    const alert = { source: 'stray-files', subject, level: 'problem', code, stage: 'quarantine' } as const;
    yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
    yield* ask(tenant, file, { _tag: 'Quarantine', ...claim, problems: [problem], problemCount: 1 });
    return true;
  });

const takePage = (tenant: TenantId, files: ReadonlyArray<OutboxFile>) =>
  Effect.gen(function* () {
    const strays = yield* straysOf(tenant, files);
    const nos = strays.flatMap(({ claim: { application } }) => (application === null ? [] : [application]));
    const standings = yield* applicationStandings([...new Set(nos)]);
    const taken = yield* Effect.forEach(strays, (stray) => {
      const problem = strayProblem(stray.claim, standings.get(stray.claim.application ?? '') ?? 'unknown');
      if (problem === undefined) return Effect.succeed(false);
      return Effect.map(orAlert(tenant, PARTNER, take(tenant, stray, problem)), (done) => done === true);
    });
    return taken.filter((done) => done).length;
  });

/** Looks at everything that has lain on VOP's server for `minAgeMs`; says how much it saw and what it took. */
export const takeStrayFiles = ({ tenant, minAgeMs }: StrayFilesInput) =>
  Effect.gen(function* () {
    const vop = yield* VopPort;
    const before = (yield* Clock.currentTimeMillis) - minAgeMs;
    let result: StrayFilesResult = { seen: 0, taken: 0 };
    let cursor: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = yield* vop.poll({}, cursor);
      if (page.files.length === 0) break;
      cursor = page.cursor;
      const old = page.files.filter((file) => file.modifiedMs <= before);
      const taken = yield* takePage(tenant, old);
      result = { seen: result.seen + page.files.length, taken: result.taken + taken };
    }
    return result;
  });
