import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconciliationRules } from '../activities/mandates/reconciliation/rules.ts';
import { reconciliationSteps } from '../activities/mandates/reconciliation/steps.ts';
import { type Workers, workersLayer } from '../activities/worker.ts';
import { mandateActors } from '../actors/mandates/actors.ts';
import { MandateSubscriptionsLive } from '../actors/mandates/directory.ts';
import { numberActor } from '../actors/mandates/number.ts';
import { provinceRulesActor } from '../actors/mandates/province-rules.ts';
import { reconciliationActor } from '../actors/mandates/reconciliation.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { singleNodeLayer } from '../actors/runtime/cluster.ts';
import { ActorsLive } from '../actors/runtime/live.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../domain/kernel/refusal.ts';
import type { Msisdn } from '../domain/mandates/identifiers.ts';
import { fileName, wallTime } from '../domain/mandates/reconciliation/file.ts';
import { DEFAULT_RULES } from '../domain/mandates/reconciliation/rules.ts';
import { runKey } from '../domain/mandates/reconciliation/run.ts';
import type { FileRow, RunState, Scope } from '../domain/mandates/reconciliation/schema.ts';
import type { NumberCommand } from '../domain/mandates/schema.ts';
import { mandateFilesPortAt } from '../partners/mandate-files/sftp.ts';
import { type FilePartners, runFilePartners } from '../partners/mandate-files/simulator.ts';
import { SFTP_TUNING } from '../partners/sftp-connection.ts';
import type { Files } from '../store/files/files.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { numberKey } from '../store/mandates/number-key.ts';
import { listDifferences } from '../store/mandates/reconciliation.ts';
import { balanceOfRelations } from '../store/mandates/relations-extract.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { makeTracing } from '../telemetry/tracing.ts';
import { allWorkflows } from '../temporal/bundle.ts';
import { Processes } from '../temporal/client.ts';
import { payloadCodec } from '../temporal/codec.ts';
import { processesLayer, Temporal, temporalLayer } from '../temporal.config.ts';
import { type AnyWorkflow, workflowIdOf } from '../workflows/contract.ts';
import { reconciliationContract } from '../workflows/mandates/reconciliation/contract.ts';
import { fileOf, headerOf } from './support/mandate-files.ts';
import { PROVINCE, RULES } from './support/mandates.ts';
import { serverAddress, uniqueName } from './support/names.ts';
import { rowOf } from './support/reconciliation.ts';
import { bundleCache, eventually, ownSettings } from './temporal/harness.ts';
import { recordHistory } from './temporal/histories.ts';

/** A day with ten planted differences and a month, with the real servers: SFTP, Temporal, MongoDB. */

const tenant = 'demo' as TenantId;
const caller = { subject: 'service:bank', tenant, roles: ['partner'] } as const;
const person = { subject: 'wang', tenant, roles: ['operator'] } as const;
const today = wallTime(Date.now()).slice(0, 10);
const DAY: Scope = { party: 'bank', partner: 'CCB', period: today };
const OF_PROVINCE: Scope = { party: 'province', partner: PROVINCE, period: today };
const MONTH: Scope = { ...DAY, period: today.slice(0, 7) };
const { reconcile, reconcileAll, differenceDecision } = reconciliationContract.workflows;

type Services = Actors | Files | KeyRing | Mongo | Processes | Temporal | Workers;
let directory: string;
let partners: FilePartners;
let runtime: ManagedRuntime.ManagedRuntime<Services, Fault>;
const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-reconciliation-'));
  const listed = [
    { code: 'CCB', name: 'China Construction Bank' },
    { code: PROVINCE, name: 'Beijing' },
  ];
  const place = { directory: join(directory, 'partners'), host: '127.0.0.1', tickMs: 30, log: () => undefined };
  partners = await runFilePartners(listed, place);
  const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('reconcile') });
  const migration = Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans));
  await Effect.runPromise(Effect.provide(migration, mongo));
  const keys = keyRingLayer({ directory: join(directory, 'keys'), demoKeys: true });
  const stores = Layer.merge(singleNodeLayer, keys).pipe(Layer.provideMerge(mongo));
  const files = mandateFilesPortAt(partners.servers, { ...SFTP_TUNING, settleMs: 20 });
  const workers = workersLayer({
    sets: [reconciliationSteps],
    workflowsPath: allWorkflows,
    cacheDir: bundleCache,
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(Layer.provide(Layer.merge(files, reconciliationRules({ ...DEFAULT_RULES, lateMinutes: 1 }))));
  const actors = MandateSubscriptionsLive.pipe(Layer.provideMerge(ActorsLive(mandateActors)));
  runtime = ManagedRuntime.make(
    workers.pipe(
      Layer.provideMerge(Layer.mergeAll(actors, FilesLive, processesLayer)),
      Layer.provideMerge(temporalLayer(ownSettings())),
      Layer.provideMerge(stores),
    ),
  );
});
afterAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await partners.close();
  await rm(directory, { recursive: true });
});

const at = (time: string) => `${today}T${time}`;
const row = (serial: number, more: Partial<FileRow> = {}): FileRow =>
  rowOf(serial, { begun: at('00:00:01'), changed: at('00:00:01'), ...more });
const claimOf = ({ accountKind, account, begun: _begun, changed: _changed, state: _state, ...of }: FileRow) => {
  const { thresholdMinor, amountMinor, automaticPayment, number: _number, ...claim } = of;
  const terms = { thresholdMinor, amountMinor, automaticPayment };
  return { ...claim, account: { kind: accountKind, number: account }, terms };
};

const idOf = (number: string) =>
  Effect.map(KeyRing, (ring) => {
    const key = numberKey(ring, tenant, number as Msisdn);
    if (isFault(key)) throw new Error(key.message);
    return { tenant, key };
  });
const establish = (of: FileRow) =>
  Effect.gen(function* () {
    const claim = claimOf(of);
    const message = `bank-${of.agreement}`;
    const command: NumberCommand = { _tag: 'Establish', message, number: of.number, claim, rules: RULES };
    const envelope = { commandId: message, caller };
    yield* (yield* Actors).ask(numberActor, { id: yield* idOf(of.number), command, envelope });
  });
const relationOf = (serial: number) =>
  run(
    Effect.gen(function* () {
      const { state } = yield* (yield* Actors).read(numberActor, yield* idOf(row(serial).number));
      return state.relation;
    }),
  );

const partner = (code: string) => {
  const found = partners.partners.get(code);
  if (found === undefined) throw new Error(`no partner ${code}`);
  return found;
};
const putOut = (scope: Scope, sequence: number, bytes: Buffer) =>
  partner(scope.partner).putOut(fileName(headerOf(scope, 'theirs', sequence)), bytes);
const stateOf = (scope: Scope): Promise<RunState> =>
  run(
    Effect.gen(function* () {
      const { state } = yield* (yield* Actors).read(reconciliationActor, { tenant, key: runKey(scope) });
      return state ?? (yield* Effect.dieMessage('no run'));
    }),
  );
/** `HUFU_RECORD=1` keeps these runs for the replay test. */
const keep = (workflow: AnyWorkflow, key: string, name: string) =>
  Effect.gen(function* () {
    if (process.env['HUFU_RECORD'] !== '1') return;
    const { client } = yield* Temporal;
    const codec = payloadCodec(yield* KeyRing);
    const handle = client.workflow.getHandle(workflowIdOf(workflow, tenant, key));
    yield* Effect.promise(() => recordHistory(handle, codec, name));
  });

let runs = 0;
const reconciled = (scope: Scope, history?: string) =>
  run(
    Effect.gen(function* () {
      runs += 1;
      const processes = yield* Processes;
      const key = `${runKey(scope)}:${runs}`;
      const input = { tenant, scope, waitUntilMs: Date.now() + 30_000, pollEveryMs: 300 };
      yield* processes.start(reconcile, { key, input });
      const result = yield* processes.result(reconcile, { tenant, key });
      if (history !== undefined) yield* keep(reconcile, key, history);
      return result;
    }),
  );
/** As they can be looked up; `known` of them are awaited. */
const differencesOf = (scope: Scope, known: number) =>
  run(
    eventually(
      Effect.gen(function* () {
        const { items } = yield* listDifferences({ tenant, filters: { run: runKey(scope) }, order: 'key', limit: 200 });
        if (items.length < known || items.some(({ status }) => status === 'open' || status === 'written'))
          yield* Effect.fail(new Error('not yet'));
        return items;
      }),
    ),
  );

const ours = [1, 2, 3, 4, 5, 6].map((serial) => row(serial));
const [r1, , r3, r4, r5] = ours as [FileRow, FileRow, FileRow, FileRow, FileRow, FileRow];
const otherAccount = rowOf(99);
const theirs = [
  r1,
  r1,
  { ...r3, state: 'cancelled' as const },
  { ...r4, account: otherAccount.account },
  { ...r5, amountMinor: 6_000 },
  { ...row(6), bank: 'ICBC' },
  row(20),
  row(21, { state: 'cancelled' }),
  row(22, { changed: at('23:59:59') }),
];
/** With the sum off by one, and sealed again. */
const header = (sequence: number) => headerOf(DAY, 'theirs', sequence);
const spoilt = (sequence: number, change: (text: string) => string) =>
  Buffer.from(change(fileOf(header(sequence), [r1]).toString('utf8')));

describe('reconciliation', () => {
  it('keeps bad files out, finds what was planted in the good one, and corrects our relations', async () => {
    await run(
      Effect.gen(function* () {
        const command = { _tag: 'Set', fromMs: 0, rules: RULES, note: 'circular 7' } as const;
        const envelope = { commandId: 'rules', caller: person };
        yield* (yield* Actors).ask(provinceRulesActor, { id: { tenant, key: PROVINCE }, command, envelope });
        yield* Effect.forEach(ours, establish);
        yield* eventually(
          balanceOfRelations(tenant, DAY).pipe(
            Effect.filterOrFail(
              ({ closing }) => closing === ours.length,
              () => new Error('not yet'),
            ),
          ),
        );
      }),
    );
    // The bank's server is slow and hangs up in the middle, twice.
    await partner('CCB').control({ server: { down: false, latencyMs: 5, dropAfterBytes: 600, drops: 2 } });
    const yesterday = { ...header(1), period: wallTime(Date.now() - 86_400_000).slice(0, 10) };
    await putOut(DAY, 1, fileOf(yesterday, []));
    await putOut(
      DAY,
      2,
      spoilt(2, (text) => text.slice(0, -150)),
    );
    await putOut(
      DAY,
      3,
      spoilt(3, (text) => text.replace(/[0-9a-f]\n$/, 'x\n')),
    );
    await putOut(
      DAY,
      4,
      spoilt(4, (text) => text.replace('T|1|5000|', 'T|1|5001|')),
    );
    await putOut(DAY, 5, fileOf(header(5), theirs, 'GB18030'));
    await putOut(DAY, 6, fileOf(header(6), [r1]));
    const result = await reconciled(DAY, 'mandates-reconcile-bank');
    const { files, compared } = await stateOf(DAY);
    expect(files.map(({ status, problems }) => [status, problems[0]?.code])).toEqual([
      ['quarantined', 'WrongPeriod'],
      ['quarantined', 'Truncated'],
      ['quarantined', 'WrongChecksum'],
      ['quarantined', 'WrongTotal'],
      ['counts', undefined],
      ['quarantined', 'OtherContent'],
    ]);
    expect((await readdir(join(partner('CCB').files, 'archive'))).length).toBe(6);
    expect(result).toMatchObject({ stage: 'done', differences: 10 });
    expect(compared?.balanceHere).toEqual({ opening: 0, opened: 6, cancelled: 0, closing: 6 });
    expect(compared?.imbalances).toEqual([]);
    const found = (await differencesOf(DAY, 10)).map((one) =>
      [one.agreement ?? `line ${one.lineThere}`, one.class, one.status, one.because ?? one.outcome, one.text].join(' '),
    );
    expect(found.sort()).toEqual([
      'A1 duplicate queued  ',
      'A2 missingThere queued UnreadableLines ',
      'A20 missingHere settled formal begun',
      'A21 missingHere settled unchanged ended',
      'A22 late waiting  ',
      'A3 state settled cancelled ended',
      'A4 account settled formal ',
      'A5 terms settled formal ',
      'A6 missingThere queued UnreadableLines ',
      'line 7 unreadable queued  ',
    ]);
    expect(await relationOf(3)).toBeNull();
    expect((await relationOf(4))?.account.number).toBe(otherAccount.account);
    expect((await relationOf(5))?.terms.amountMinor).toBe(6_000);
    expect((await relationOf(20))?.status).toBe('formal');
    expect((await relationOf(2))?.status).toBe('formal');
  });

  it('finds the same again, byte by byte, and changes nothing more', async () => {
    const before = await stateOf(DAY);
    expect(await reconciled(DAY)).toMatchObject({ stage: 'done', differences: 10 });
    const { compared } = await stateOf(DAY);
    expect(compared).toEqual(before.compared);
    expect(await differencesOf(DAY, 10)).toHaveLength(10);
  });

  it('carries out what a person decides', async () => {
    const queue = await differencesOf(DAY, 10);
    const two = queue.find(({ agreement }) => agreement === 'A2');
    const input = { tenant, difference: two?.key ?? '', decision: 'takeTheirs' as const, note: 'asked', by: person };
    const decided = await run(
      Effect.gen(function* () {
        const processes = yield* Processes;
        yield* processes.start(differenceDecision, { key: 'decision-1', input });
        return yield* processes.result(differenceDecision, { tenant, key: 'decision-1' });
      }),
    );
    expect(decided).toEqual({ status: 'settled', outcome: 'cancelled' });
    expect(await relationOf(2)).toBeNull();
  });

  it('tells the province what must hold there, and reads what it answers', async () => {
    const province = [r1, r3, r4, row(6), row(30)];
    await partner(PROVINCE).control({ bossRefuses: ['A4'] });
    await putOut(OF_PROVINCE, 1, fileOf(headerOf(OF_PROVINCE), province));
    const result = await reconciled(OF_PROVINCE, 'mandates-reconcile-province');
    expect(result).toMatchObject({ stage: 'done', differences: 6 });
    const { errorFile, answer } = await stateOf(OF_PROVINCE);
    expect(answer?.outcomes).toEqual({ done: 5, refused: 0, bossRefused: 1, textsSent: 4, textsFailed: 0 });
    const found = (await differencesOf(OF_PROVINCE, 6)).map((one) =>
      [one.agreement, one.class, one.status, one.outcome].join(' '),
    );
    expect(found.sort()).toEqual([
      'A2 missingThere settled SameAsOurs',
      'A20 missingThere settled DONE DONE SENT',
      'A3 state settled DONE DONE SENT',
      'A30 missingHere settled DONE DONE SENT',
      'A4 account queued DONE REFUSED NONE BOSS拒绝',
      'A5 missingThere settled DONE DONE SENT',
    ]);
    expect([...partner(PROVINCE).texts()].sort()).toEqual(['A20', 'A3', 'A30', 'A5']);
    const standing = Object.values(partner(PROVINCE).relations()).map(({ agreement }) => agreement);
    expect(standing.sort()).toEqual(['A20', 'A4', 'A5']);
    expect(await reconciled(OF_PROVINCE)).toMatchObject({ stage: 'done', differences: 6 });
    expect((await stateOf(OF_PROVINCE)).errorFile).toEqual(errorFile);
  });

  it('holds a month in full against all that stands, and says who has sent nothing', async () => {
    const standing = [r1, { ...r4, account: otherAccount.account }, { ...r5, amountMinor: 6_000 }, row(20)];
    const said = { opening: 0, opened: 4, cancelled: 0 };
    await putOut(MONTH, 1, fileOf(headerOf(MONTH), standing, 'UTF-8', said));
    const stages = await run(
      Effect.gen(function* () {
        const processes = yield* Processes;
        const input = { tenant, period: MONTH.period, every: 'month' as const, waitMs: 2_000, pollEveryMs: 300 };
        yield* processes.start(reconcileAll, { key: 'month', input });
        const { stages } = yield* processes.result(reconcileAll, { tenant, key: 'month' });
        yield* keep(reconcileAll, 'month', 'mandates-reconcile-all');
        yield* keep(reconcile, runKey({ ...OF_PROVINCE, period: MONTH.period }), 'mandates-reconcile-missing');
        return stages;
      }),
    );
    expect(stages).toEqual({
      [runKey(MONTH)]: 'done',
      [runKey({ ...OF_PROVINCE, period: MONTH.period })]: 'missing',
    });
    const { compared, outcomes } = await stateOf(MONTH);
    expect(compared?.counts).toMatchObject({ rowsHere: 5, rowsThere: 4, pairs: 4, equal: 4, missingThere: 1 });
    expect(outcomes).toMatchObject({ settled: 1, queued: 0 });
    expect(await relationOf(6)).toBeNull();
    expect(await reconciled(MONTH)).toMatchObject({ stage: 'done', differences: 1 });
    expect((await stateOf(MONTH)).compared).toEqual(compared);
  });
});
