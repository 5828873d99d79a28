import { Config, Effect, Option, Schema } from 'effect';
import { type Fault, fault, type Refusal } from '../../domain/kernel/refusal.ts';
import { backupRefusals } from '../../domain/operations/backup/refusals.ts';
import { BackupId, BackupKind } from '../../domain/operations/backup/schema.ts';
import { listBackups } from '../../store/operations/backup/log.ts';
import { Processes } from '../../temporal/client.ts';
import { operationsContract } from '../../workflows/operations/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { answer, route, sampled } from '../route.ts';

/** Backups of the database: what became of each, and one more at once. Restored on the command line, where no node runs. */

const Count = Schema.Int.pipe(Schema.nonNegative());
const State = Schema.Literal('running', 'good', 'failed', 'removed');

const Backup = Schema.Struct({
  id: BackupId,
  kind: BackupKind,
  state: State,
  after: Schema.NullOr(BackupId).annotations({ description: 'What an increment goes on from' }),
  place: Schema.String,
  startedAtMs: Count,
  endedAtMs: Schema.NullOr(Count),
  untilMs: Schema.NullOr(Count).annotations({ description: 'The moment up to which it restores' }),
  bytes: Count,
  parts: Count,
  documents: Count,
  entries: Count.annotations({ description: 'Of the log of operations; 0 of a full backup' }),
  code: Schema.NullOr(Schema.String).annotations({ description: 'Why it failed' }),
}).annotations({ identifier: 'Backup' });

const BACKUP = {
  id: '20261123T201400Z-full-1a2b3c4d',
  kind: 'full' as const,
  state: 'good' as const,
  after: null,
  place: '/var/backups/hufu',
  startedAtMs: 1_795_416_000_000,
  endedAtMs: 1_795_416_090_000,
  untilMs: 1_795_416_000_000,
  bytes: 812_000_000,
  parts: 61,
  documents: 2_300_000,
  entries: 0,
  code: null,
};

const list = route({
  method: 'GET',
  path: '/v1/operations/backups',
  operationId: 'operations.backup.list',
  summary: 'List backups of the database, also those that failed and those that were removed by the rule',
  in: {
    query: sampled(
      Schema.Struct({ ...pageQuery, state: Schema.optional(oneOrMore(State)), kind: Schema.optional(BackupKind) }),
      { state: 'good' },
    ),
  },
  out: { 200: sampled(pageOf(Backup), { items: [BACKUP], nextCursor: null }, 'The newest first') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listBackups({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

/** The gateway knows no place, only whether there is one. */
const wanted: Effect.Effect<void, Refusal | Fault> = Config.option(Config.nonEmptyString('HUFU_BACKUP_URL')).pipe(
  Effect.mapError((error) => fault('backup', 'Configuration', String(error))),
  Effect.flatMap((url) => (Option.isNone(url) ? Effect.fail(backupRefusals.notConfigured()) : Effect.void)),
);

const make = route({
  method: 'POST',
  path: '/v1/operations/backups',
  operationId: 'operations.backup.make',
  summary: 'Make a backup now, without waiting for the schedule',
  description:
    'It appears in the list when a worker has begun it; an increment without anything before it is a full one.',
  in: { body: sampled(Schema.Struct({ kind: BackupKind }), { kind: 'increment' }) },
  out: { 202: sampled(Schema.Struct({ begun: Schema.Boolean }), { begun: true }, 'See the list') },
  refusals: [backupRefusals.notConfigured()],
  handler: ({ tenant, commandId, body: { kind } }) =>
    Effect.gen(function* () {
      yield* wanted;
      const { backUp } = operationsContract.workflows;
      yield* (yield* Processes).start(backUp, { key: `asked-${commandId}`, input: { tenant, kind } });
      return answer(202, { begun: true });
    }),
});

export const backupRoutes = [list, make];
